import Foundation
import TestSupport
import Testing

extension InBrowser {
  /// Files on their way to the server.
  @Suite struct B02Uploads {
    static let allDone = """
      document.querySelectorAll('.upload').length > 0 && [...document.querySelectorAll('.upload')]
        .every((e) => ['sent', 'instant', 'present'].includes(e.dataset.state))
      """

    /// A page's function that makes a `File` in it.
    static let fileMaker = """
      const file = (name, text, type = 'image/png') => new File([text], name, { type });
      """

    static func states(_ browser: Browser) throws -> [String] {
      try browser.run(
        "return [...document.querySelectorAll('.upload')].map((e) => e.dataset.state)"
      )
      .array?.compactMap(\.string) ?? []
    }

    @Test("several files at once, Chinese and hostile names among them; links in every notation")
    func severalFiles() throws {
      let (browser, user) = try InBrowser.loggedIn()
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let names = [
        "图片 一.png", "<img src=x onerror=alert(1)>.png", "it's \"quoted\" & <b>.png",
        "brackets [1](x).txt", "plain.png",
      ]
      for (index, name) in names.enumerated() {
        try writeFile(folder / name, Fixtures.png + Array("\(index) \(user.name)".utf8))
      }
      try browser.choose(names.map { folder / $0 })
      try browser.wait(until: Self.allDone)
      #expect(try Set(Self.states(browser)) == ["sent"])
      #expect(try Set(browser.texts(".upload .name")) == Set(names))
      try browser.wait(until: "document.querySelectorAll('.item .name').length === 5")
      #expect(try Set(browser.texts(".item .name")) == Set(names))
      #expect(try browser.count("img[src='x'], .caption b, .upload b") == 0)
      #expect(try Set(user.files().entries.map(\.name)) == Set(names))
      try browser.click(".segments input[value=Markdown] + span")
      try browser.press("Copy all")
      try browser.wait(forText: "5 links copied")
      let pasted = try Self.clipboard(browser)
      #expect(pasted.split(separator: "\n").count == 5)
      #expect(pasted.contains("![图片 一.png](http://"), "\(pasted)")
      #expect(pasted.contains("[brackets \\[1\\](x).txt](http://"), "\(pasted)")
      try browser.expectQuiet()
    }

    /// What was copied last: pasted into a field.
    static func clipboard(_ browser: Browser) throws -> String {
      try browser.run(
        "const box = document.createElement('textarea'); box.id = 'pasted'; document.body.append(box); box.focus();"
      )
      try browser.type("\u{E009}v\u{E000}", into: "#pasted")
      return try browser.run(
        "const { value } = document.getElementById('pasted'); document.getElementById('pasted').remove(); return value;"
      ).string ?? ""
    }

    @Test("bytes that the server has are not sent; a file that one has is not added twice")
    func instant() throws {
      let (browser, user) = try InBrowser.loggedIn()
      let other = try InBrowser.server.newUser()
      let bytes = Fixtures.bytes(5_000_000, seed: 7)
      #expect(try other.upload("theirs.bin", bytes).code == 0)
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      try writeFile(folder / "mine.bin", bytes)
      for state in ["instant", "present"] {
        try browser.choose([folder / "mine.bin"])
        try browser.wait(until: Self.allDone)
        let states = try Self.states(browser)
        #expect(states == [state])
        #expect(try browser.count(".upload button[aria-label^='Copy link']") == 1)
        try browser.click(".uploads > header button:last-child")
        try browser.wait(until: "document.querySelector('.upload') === null")
      }
      let sent = try browser.run(
        "return performance.getEntriesByType('resource').filter((e) => e.name.includes('/api/upload')).length"
      )
      #expect(sent == 0)
      #expect(try user.files().entries.map(\.name) == ["mine.bin"])
      try browser.expectQuiet()
    }

    @Test("files dropped anywhere and a pasted screenshot")
    func dropAndPaste() throws {
      let (browser, user) = try InBrowser.loggedIn()
      try Self.drop(
        browser, "[file('dropped 一.png', 'one'), file('dropped 二.txt', 'two', 'text/plain')]")
      try browser.wait(until: Self.allDone)
      try browser.run(
        Self.fileMaker + """
          const clipboardData = new DataTransfer();
          clipboardData.items.add(file('image.png', 'pasted'));
          document.body.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData }));
          """)
      try browser.wait(until: "document.querySelectorAll('.upload').length === 3")
      try browser.wait(until: Self.allDone)
      let names = try user.files().entries.map(\.name)
      #expect(Set(names).isSuperset(of: ["dropped 一.png", "dropped 二.txt"]), "\(names)")
      #expect(names.contains { $0.hasPrefix("screenshot-") && $0.hasSuffix(".png") }, "\(names)")
      #expect(try browser.count(".veil.shown") == 0)
      try browser.expectQuiet()
    }

    @Test("dragging one of the page's own pictures uploads nothing")
    func ownPicture() throws {
      let (browser, user) = try InBrowser.loggedIn()
      try Self.drop(browser, "[file('0123.png', 'one')]", isOwn: true)
      #expect(try browser.count(".upload, .veil.shown") == 0)
      #expect(try user.files().entries.isEmpty)
      try browser.expectQuiet()
    }

    @Test(
      "a line that is lost in the middle of an upload: said in words, tried again, whole in the end"
    )
    func lostLine() throws {
      let line = try Line(to: InBrowser.server.client.port)
      let (browser, user) = try InBrowser.loggedIn(at: line.port)
      browser.allow("net::ERR_")
      let bytes = Fixtures.bytes(30_000_000, seed: 8)
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      try writeFile(folder / "long.bin", bytes)
      line.stop(afterBytes: 10_000_000)
      try browser.choose([folder / "long.bin"])
      try browser.wait(
        until: "document.querySelector('.upload[data-state=sending] progress')?.value > 0.3")
      line.cut()
      try browser.wait(forElement: ".upload[data-state=failed]")
      try browser.wait(forText: "The connection was lost. Check it and try again.")
      let turnedAway = line.turnedAway
      try browser.press("Try again long.bin")
      #expect(eventually(within: 30) { line.turnedAway > turnedAway })
      try browser.wait(forElement: ".upload[data-state=failed]")
      #expect(try user.files().entries.isEmpty)
      line.restore()
      try browser.press("Try again long.bin", until: Self.allDone)
      let url = try #require(try user.files().entries.first?.url)
      let path = url.drop { $0 != "/" }.dropFirst(2).drop { $0 != "/" }
      #expect(try user.client.get(String(path)).response.body == bytes)
      try browser.expectQuiet()
    }

    @Test("pause, resume and cancel")
    func pausing() throws {
      let line = try Line(to: InBrowser.server.client.port)
      let (browser, user) = try InBrowser.loggedIn(at: line.port)
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      for (seed, name) in ["one.bin", "two.bin"].enumerated() {
        try writeFile(folder / name, Fixtures.bytes(9_000_000, seed: UInt64(20 + seed)))
      }
      line.stop(afterBytes: 1_000_000)
      try browser.choose([folder / "one.bin", folder / "two.bin"])
      try browser.wait(forElement: ".upload[data-state=sending]")
      try browser.press("Pause one.bin")
      try browser.wait(forElement: ".upload[data-state=paused]")
      try browser.press("Cancel two.bin")
      try browser.wait(until: "document.querySelectorAll('.upload').length === 1")
      line.restore()
      try browser.press("Resume one.bin")
      try browser.wait(until: Self.allDone)
      #expect(try user.files().entries.map(\.name) == ["one.bin"])
      try browser.expectQuiet()
    }

    @Test("a busy server makes the whole list wait, and every file arrives")
    func tooFast() throws {
      let server = try PicbedServer(["--rate-per-user", "20/s"])
      let name = PicbedUser.uniqueName("eager")
      let user = try PicbedUser(registering: name, on: server.client)
      let browser = try InBrowser.browser(at: server.client.port)
      browser.allow("429")
      try browser.open()
      try InBrowser.logIn(browser, name)
      try Self.drop(browser, "Array.from({ length: 60 }, (_, i) => file(`${i}.txt`, `text ${i}`))")
      try browser.wait(
        until: "document.querySelectorAll('.upload').length === 60 && \(Self.allDone)")
      #expect(eventually(within: 10) { (try? user.files().total) == 60 })
      try browser.expectQuiet()
      try server.stop()
    }

    @Test("what the server would refuse is refused at once, in words, without another try")
    func refusals() throws {
      let server = try PicbedServer(["--max-upload", "100", "--quota-files", "1"])
      let name = PicbedUser.uniqueName("小明")
      _ = try PicbedUser(registering: name, on: server.client)
      let browser = try InBrowser.browser("zh-CN", at: server.client.port)
      try browser.open()
      try InBrowser.logIn(browser, name)
      try Self.drop(
        browser,
        "[file('x'.repeat(129), 'a'), file('large.txt', 'x'.repeat(101)), file('1.txt', '1')]")
      try browser.wait(forText: "文件名最多 128 个字符")
      try browser.wait(forText: "文件超过了服务器允许的大小")
      try browser.wait(forElement: ".upload[data-state=sent]")
      #expect(try browser.count("[aria-label^='重试']") == 0)
      try Self.drop(browser, "[file('2.txt', '2')]")
      try browser.wait(forText: "你的空间已满")
      try browser.wait(
        until: "document.querySelector('.uploads [role=status]').textContent.includes('失败 3 个')")
      try browser.expectQuiet()
      try server.stop()
    }

    /// Drags and drops what a page's expression makes, with `file` at hand. `isOwn`: the drag begins in the page.
    private static func drop(_ browser: Browser, _ files: String, isOwn: Bool = false) throws {
      try browser.run(
        fileMaker + """
          const transfer = new DataTransfer();
          for (const one of \(files)) transfer.items.add(one);
          for (const name of [\(isOwn ? "'dragstart', " : "")'dragenter', 'dragover', 'drop']) {
            document.querySelector('main').dispatchEvent(
              new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer: transfer }));
          }
          """)
    }
  }
}
