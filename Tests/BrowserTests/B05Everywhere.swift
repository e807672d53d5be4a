import TestSupport
import Testing

extension InBrowser {
  /// What must hold on every page: on a phone, in both languages, for a screen reader.
  @Suite struct B05Everywhere {
    private static let pages = ["/#/", "/#/shares", "/#/ranking", "/#/pictures"]

    /// Controls without a name that a screen reader could say.
    private static let nameless = """
      return [...document.querySelectorAll('button, a[href], input, select, [role=list], dialog')]
        .filter((e) => e.checkVisibility() && !e.ariaHidden && !e.getAttribute('aria-label') && !e.textContent.trim()
          && !e.labels?.length)
        .map((e) => e.outerHTML);
      """
    /// Elements that stick out at the side.
    private static let wide = """
      return [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility()
        && e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.thumb, .facts, .name'))
        .map((e) => e.outerHTML.slice(0, 120));
      """

    private static func expectNone(
      _ browser: Browser, _ script: String, _ page: String = "",
      _ source: SourceLocation = #_sourceLocation
    ) throws {
      let found = try browser.run(script)
      #expect(found == [], "\(page)", sourceLocation: source)
    }

    @Test(
      "on a phone nothing sticks out and everything has a name", arguments: ["zh-CN", "en-GB"],
      [320, 390])
    func phone(_ language: String, _ width: Int) throws {
      var screen = Browser.Screen.phone
      screen.width = width
      let (browser, user) = try InBrowser.loggedIn(language, screen)
      let long = String(repeating: "long name ", count: 11) + ".png"
      for name in [long, "図.png", "text.txt"] {
        let file = FileID(name, Fixtures.png + Array("\(name)\(user.name)".utf8))
        #expect(try user.upload(name, Fixtures.png + Array("\(name)\(user.name)".utf8)).code == 0)
        try user.call("/api/dealfile?cmd=share", file).expectSuccess()
        try user.call("/api/sharepic?cmd=share", file).expectSuccess()
      }
      for page in Self.pages {
        try browser.open(page)
        try browser.reload()
        try browser.wait(forElement: ".gallery .item, .ranking li")
        try Self.expectNone(browser, Self.wide, page)
        try Self.expectNone(browser, Self.nameless, page)
        #expect(
          try browser.run("return document.documentElement.scrollWidth <= innerWidth")
            == .bool(true))
      }
      try browser.open("/#/")
      try browser.wait(forElement: ".item .choose input")
      try browser.click(".item .choose")
      try browser.wait(until: "document.querySelector('.choice').hidden === false")
      try Self.expectNone(browser, Self.wide)
      try Self.expectNone(browser, Self.nameless)
      try browser.expectQuiet()
    }

    @Test("guests see shares and ranking, and a form where a login is needed")
    func guests() throws {
      let browser = try InBrowser.browser()
      for page in Self.pages {
        try browser.open(page)
        try browser.reload()
        try browser.wait(forElement: ".card form, .gallery, .ranking")
        try Self.expectNone(browser, Self.nameless, page)
      }
      #expect(try browser.count(".card form") == 1)
      try browser.expectQuiet()
    }
  }
}
