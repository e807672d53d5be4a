import Foundation
import TestSupport
import Testing

extension InBrowser {
  /// One's own files: many of them, previews, deleting.
  @Suite struct B03Files {
    private static let shown = "document.querySelectorAll('.item:not(.skeleton)').length"

    private static func menu(_ browser: Browser, _ file: String, _ entry: String) throws {
      try browser.press("More about \(file)")
      try browser.press(entry)
    }

    @Test(
      "hundreds of files: few elements, every page, both orders, by mouse wheel and by keyboard")
    func paging() throws {
      let (browser, user) = try InBrowser.loggedIn()
      for number in 0..<330 {
        let bytes = Array(
          "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='\(number + 9)'/>".utf8)
        #expect(try user.upload("\(number).svg", bytes).code == 0)
      }
      try browser.reload()
      try browser.wait(until: "\(Self.shown) > 20")
      #expect(try browser.text(".total") == "330")
      #expect(try browser.text(".item .name") == "329.svg")
      try browser.run("scrollTo(0, document.body.scrollHeight)")
      try browser.wait(
        until: "[...document.querySelectorAll('.item .name')].at(-1)?.textContent === '0.svg'")
      #expect(try browser.count(".gallery li") < 120)
      try browser.run(
        "const s = document.querySelector('.tools select'); s.value = 'oldest'; s.dispatchEvent(new Event('change'));"
      )
      try browser.wait(
        until: "scrollY === 0 && document.querySelector('.item .name')?.textContent === '0.svg'")
      try browser.run("document.querySelector('.item [data-main]').focus()")
      try browser.key("\u{E010}")
      try browser.wait(
        until: "document.activeElement.getAttribute('aria-label') === 'Preview 329.svg'")
      try browser.run("scrollTo(0, 0)")
      try browser.press("Table")
      try browser.wait(until: "document.querySelector('.gallery.table .item') !== null")
      #expect(try browser.count(".gallery li") < 120)
      try browser.expectQuiet()
    }

    @Test("previews of a picture, a text, and what has none; arrow keys lead on, Escape leads back")
    func previews() throws {
      let (browser, user) = try InBrowser.loggedIn()
      #expect(try user.upload("c.zip", Array("PK\u{3}\u{4}".utf8)).code == 0)
      #expect(try user.upload("b.txt", Array("<b>words</b> 你好".utf8)).code == 0)
      #expect(try user.upload("a.png", Fixtures.png).code == 0)
      try browser.reload()
      try browser.click("[aria-label='Preview a.png']")
      try browser.wait(until: "document.querySelector('.stage img')?.naturalWidth === 1")
      try browser.key("\u{E014}")
      try browser.wait(
        until: "document.querySelector('.stage pre')?.textContent === '<b>words</b> 你好'")
      try browser.key("\u{E014}")
      try browser.wait(forText: "Files of this kind have no preview")
      // What cannot be shown can be downloaded there, and the facts know it.
      try browser.click(".stage .button")
      try browser.wait(forText: "1 download")
      try browser.key("\u{E00C}")
      try browser.wait(until: "document.querySelector('dialog') === null")
      try browser.wait(
        until: "document.activeElement.getAttribute('aria-label') === 'Preview a.png'")
      try browser.expectQuiet()
    }

    /// Somebody who is logged in and has pictures of these names, which are shown.
    private static func withPictures(
      _ names: [String]
    ) throws -> (browser: Browser, user: PicbedUser) {
      let (browser, user) = try InBrowser.loggedIn()
      for name in names {
        #expect(try user.upload(name, Fixtures.png + Array(name.utf8)).code == 0)
      }
      try browser.reload()
      try browser.wait(until: "\(shown) === \(names.count)")
      return (browser, user)
    }

    @Test("delete can be undone, and is done otherwise; several at once too; a download counts")
    func deleting() throws {
      let (browser, user) = try Self.withPictures(["a.png", "b.png", "c.png"])
      try Self.menu(browser, "a.png", "Download")
      try browser.wait(
        until: "document.querySelector('.item:last-child .count').textContent.endsWith('1')")
      #expect(try user.files().entries.first { $0.name == "a.png" }?.pv == 1)
      try Self.menu(browser, "b.png", "Delete")
      try browser.wait(forElement: ".item.leaving")
      try browser.press("Undo")
      try browser.wait(until: "document.querySelector('.leaving') === null")
      #expect(try user.files().total == 3)
      try browser.click("[aria-label='Choose b.png']")
      try browser.click("[aria-label='Choose c.png']")
      try browser.wait(forText: "2 chosen")
      try browser.press("Delete")
      try browser.click(".toast .icon-button")
      try browser.wait(until: "\(Self.shown) === 1")
      #expect(try user.files().entries.map(\.name) == ["a.png"])
      try browser.expectQuiet()
    }

    @Test("many downloads at once all arrive, and count")
    func downloads() throws {
      let (browser, user) = try Self.withPictures((0..<14).map { "\($0).png" })
      try browser.press("Choose all")
      try browser.press("Download")
      try browser.wait(
        until: "[...document.querySelectorAll('.count')].every((e) => e.textContent.endsWith('1'))")
      let folder = browser.downloads.path
      #expect(
        eventually(within: 30) {
          (try? FileManager.default.contentsOfDirectory(atPath: folder).filter {
            $0.hasSuffix(".png")
          }.count) == 14
        })
      #expect(try user.files().entries.allSatisfy { $0.pv == 1 })
      try browser.expectQuiet()
    }

    @Test(
      "by keyboard: Delete leads to the next file; Ctrl+Z undoes it, whatever was said meanwhile")
    func keyboard() throws {
      let (browser, user) = try Self.withPictures(["a.png", "b.png", "c.png"])
      try browser.run("document.querySelector('[data-main]').focus()")
      try browser.key("\u{E017}")
      try browser.wait(
        until: "document.activeElement.getAttribute('aria-label') === 'Preview b.png'")
      try browser.run(
        "for (let i = 0; i < 4; i += 1) document.querySelector(\"[aria-label='Copy link of a.png']\").click();"
      )
      try browser.wait(until: "document.querySelectorAll('.toast:not(:has(.link))').length === 3")
      try browser.run(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'z', ctrlKey: true, bubbles: true }))"
      )
      try browser.wait(until: "document.querySelector('.leaving') === null")
      #expect(try user.files().total == 3)
      try browser.expectQuiet()
    }

    @Test(
      "texts of Chinese Windows and empty ones are shown; the browser's Back closes the preview")
    func texts() throws {
      let (browser, user) = try InBrowser.loggedIn()
      #expect(try user.upload("empty.txt", []).code == 0)
      #expect(try user.upload("gbk.txt", [0xC4, 0xE3, 0xBA, 0xC3]).code == 0)
      try browser.reload()
      try browser.click("[aria-label='Preview gbk.txt']")
      try browser.wait(until: "document.querySelector('.stage pre')?.textContent === '你好'")
      try browser.key("\u{E014}")
      try browser.wait(until: "document.querySelector('.stage pre')?.textContent === ''")
      try browser.run("history.back()")
      try browser.wait(until: "document.querySelector('dialog') === null")
      try browser.wait(forElement: "[aria-label='Preview gbk.txt']")
      try browser.expectQuiet()
    }
  }
}
