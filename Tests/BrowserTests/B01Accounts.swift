import TestSupport
import Testing

extension InBrowser {
  /// Registering, logging in and out, the password, the language.
  @Suite struct B01Accounts {
    @Test("register with a hostile nickname, stay logged in, log out, log in, all in Chinese")
    func registration() throws {
      let browser = try InBrowser.browser("zh-CN")
      let name = PicbedUser.uniqueName("小明")
      try browser.open()
      try browser.press("注册")
      try browser.type(name, into: "[name=user]")
      try browser.type("<img src=x onerror=alert(1)>", into: "[name=nick]")
      try browser.type("密码", into: "[name=password]")
      try browser.type("密 码", into: "[name=again]")
      try browser.click(".card .primary")
      try browser.wait(forText: "两次输入的密码不一样。")
      try browser.run("document.querySelector('[name=again]').value = ''")
      try browser.type("密码", into: "[name=again]")
      try browser.click(".card .primary")
      try browser.wait(forText: "还没有文件")
      try browser.reload()
      try browser.wait(forText: "还没有文件")
      #expect(try browser.text(".who") == name)
      try browser.press("设置")
      try browser.press("退出登录")
      try browser.wait(forElement: ".card form")
      try browser.type("不对", into: "[name=password]")
      try browser.click(".card .primary")
      try browser.wait(forText: "用户名或密码不对。")
      try InBrowser.logIn(browser, name, "密码")
      try browser.wait(forText: "还没有文件")
      try browser.expectQuiet()
    }

    @Test("a taken name and empty fields are said in words")
    func refusals() throws {
      let taken = try InBrowser.server.newUser()
      let browser = try InBrowser.browser()
      try browser.open()
      try browser.click(".card .primary")
      try browser.wait(forText: "Please fill in “User name”.")
      try browser.press("Register")
      for (field, text) in [("user", taken.name), ("password", "p"), ("again", "p")] {
        try browser.type(text, into: "[name=\(field)]")
      }
      try browser.click(".card .primary")
      try browser.wait(forText: "This user name is taken")
      try browser.expectQuiet()
    }

    @Test("changing the password ends other sessions, and this browser stays logged in")
    func password() throws {
      let (browser, user) = try InBrowser.loggedIn()
      try browser.press("Settings")
      try browser.press("Change password")
      try browser.type("wrong", into: "[name=old]")
      for field in ["fresh", "again"] { try browser.type("new words", into: "[name=\(field)]") }
      try browser.click("dialog .primary")
      try browser.wait(forText: "The current password is wrong.")
      try browser.run("document.querySelector('[name=old]').value = ''")
      try browser.type(InBrowser.password(user.name), into: "[name=old]")
      try browser.click("dialog .primary")
      try browser.wait(forText: "Password changed")
      #expect(try user.call("/api/myfiles?cmd=count").code == 1)
      try browser.reload()
      try browser.wait(forText: "No files yet")
      _ = try PicbedUser(
        signingIn: user.name, password: md5Hex(Array("new words".utf8)), on: user.client)
      try browser.expectQuiet()
    }

    @Test("a session that the server has ended leads to the login form, with a word why")
    func endedSession() throws {
      let (browser, user) = try InBrowser.loggedIn()
      try browser.wait(forText: "No files yet")
      try user.call(
        "/api/passwd",
        ["pwd": .string(user.password), "newPwd": .string(md5Hex(Array("elsewhere".utf8)))]
      ).expectSuccess()
      try browser.reload()
      try browser.wait(forText: "Your login has expired. Please log in again.")
      try browser.wait(forElement: ".card form")
      #expect(
        try browser.run("return document.querySelector('[name=user]').value") == .string(user.name))
      try browser.expectQuiet()
    }

    @Test("language and theme follow the browser, can be switched, and are remembered")
    func languages() throws {
      let browser = try InBrowser.browser("en-GB")
      try browser.open()
      try browser.wait(forText: "A quiet home for your pictures")
      try browser.press("Settings")
      try browser.press("中文")
      try browser.wait(forText: "图片的安静居所")
      try browser.press("设置")
      try browser.press("深色")
      try browser.reload()
      try browser.wait(forText: "图片的安静居所")
      #expect(try browser.run("return document.documentElement.lang") == "zh")
      #expect(try browser.run("return document.documentElement.dataset.theme") == "dark")
      #expect(
        try browser.run("return getComputedStyle(document.body).backgroundColor")
          == "rgb(18, 21, 20)")
      try browser.expectQuiet()
    }
  }
}

extension Exchange {
  func expectSuccess(_ source: SourceLocation = #_sourceLocation) {
    #expect(code == 0, "\(self)", sourceLocation: source)
  }
}
