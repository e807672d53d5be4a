import TestSupport
import Testing

extension InBrowser {
  /// Shares, the ranking, picture links and their page.
  @Suite struct B04Sharing {
    @Test("share, see it among the shares, save and download it, watch the ranking, stop sharing")
    func shares() throws {
      let (browser, user) = try InBrowser.loggedIn()
      let other = try InBrowser.server.newUser("<b>sharer</b>")
      let theirs = FileID("theirs.png", Fixtures.png + Array(other.name.utf8))
      #expect(try other.upload(theirs.name, Fixtures.png + Array(other.name.utf8)).code == 0)
      try other.call("/api/dealfile?cmd=share", theirs).expectSuccess()
      #expect(try user.upload("mine.gif", Fixtures.gif + Array(user.name.utf8)).code == 0)
      try browser.reload()
      try browser.press("More about mine.gif")
      try browser.press("Share")
      try browser.wait(forText: "1 file shared")
      try browser.press("Shared")
      try browser.wait(until: "document.querySelectorAll('.item').length >= 2")
      #expect(try browser.texts(".sharer").contains(other.name))
      try browser.press("Save theirs.png to my files")
      try browser.wait(forText: "Saved to my files")
      #expect(try user.files().entries.contains { $0.name == "theirs.png" })
      try browser.press("Save theirs.png to my files")
      try browser.wait(forText: "You have this file already.")
      try browser.press("Download theirs.png")
      try browser.wait(
        until:
          "[...document.querySelectorAll('.item')].some((e) => e.textContent.includes('theirs.png') && e.querySelector('.count').textContent.endsWith('1'))"
      )
      try browser.press("Ranking")
      try browser.wait(
        until:
          "[...document.querySelectorAll('.ranking li')].some((e) => e.textContent.includes('theirs.png') && e.textContent.includes('1 download'))"
      )
      // Others go on downloading: the page shows it by itself.
      for _ in 0..<4 {
        try other.call("/api/dealsharefile?cmd=pv", theirs).expectSuccess()
      }
      try browser.wait(forText: "5 downloads")
      try browser.press("My files")
      try browser.press("More about mine.gif")
      try browser.press("Stop sharing")
      try browser.wait(forText: "1 file not shared any more")
      try browser.expectQuiet()
    }

    @Test("a picture link: made, listed, opened by a guest, cancelled after a question")
    func pictureLinks() throws {
      let (browser, user) = try InBrowser.loggedIn()
      let name = "<img src=x onerror=alert(1)>.png"
      #expect(try user.upload(name, Fixtures.png).code == 0)
      try browser.reload()
      try browser.press("More about \(name)")
      try browser.press("Picture link")
      try browser.wait(forText: "Link of the picture’s page copied")
      try browser.press("Picture links")
      try browser.wait(forElement: ".gallery .item a")
      let page = try #require(
        try browser.run("return document.querySelector('.item a').href").string)
      try browser.wait(until: "document.querySelector('.item img')?.complete")

      let guest = try InBrowser.browser("zh-CN", .phone)
      try guest.open(page)
      try guest.wait(until: "document.querySelector('.stage img').naturalWidth === 1")
      #expect(try guest.text("h1") == name)
      #expect(try guest.text(".facts")?.contains("浏览 1 次") == true)
      #expect(
        try guest.run("return document.documentElement.scrollWidth <= innerWidth") == .bool(true))
      try guest.expectQuiet()

      try browser.open(page)
      #expect(try browser.text(".facts")?.contains("2 views") == true)
      try browser.open("/#/pictures")
      try browser.press("Cancel the link of \(name)")
      try browser.press("Cancel link")
      try browser.wait(forText: "No picture links yet")
      try guest.open(page)
      #expect(try guest.text("h1") == "链接无效")
      try guest.expectQuiet()
      try browser.expectQuiet()
    }
  }
}
