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

    @Test("names and addresses that no server takes are refused at once, in Chinese words")
    func unfitNames() throws {
      let browser = try InBrowser.browser("zh-CN")
      try browser.open()
      try browser.press("注册")
      for field in ["password", "again"] { try browser.type("p", into: "[name=\(field)]") }
      try browser.type("a{b}", into: "[name=user]")
      try browser.type("nobody", into: "[name=email]")
      for (field, right, words) in [
        ("user", String(repeating: "😀", count: 10), "不能含有 { 或 }"), ("email", "", "邮箱地址的格式不对"),
      ] {
        try browser.click(".card .primary")
        try browser.wait(forText: words)
        try browser.run(
          "document.querySelector(`[name=${arguments[0]}]`).value = arguments[1]", .string(field),
          .string(right + (right.isEmpty ? "" : PicbedUser.uniqueName("名"))))
      }
      try browser.click(".card .primary")
      try browser.wait(forText: "还没有文件")
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

    @Test("the logins are listed, and others can be logged out, one or all")
    func logins() throws {
      let (browser, user) = try InBrowser.loggedIn()
      let others = try (0..<2).map { _ in
        try PicbedUser(signingIn: user.name, password: user.password, on: user.client)
      }
      try browser.wait(forText: "No files yet")
      try browser.press("Settings")
      try browser.press("Where you are logged in")
      try browser.wait(forElement: ".logins li:nth-child(4)")
      #expect(try browser.text(".logins li .name") == "This browser")
      try browser.click(".logins li:nth-child(2) button")
      try browser.wait(forText: "Logged out there")
      try browser.wait(until: "document.querySelectorAll('.logins li').length === 3")
      try browser.press("Log out everywhere else")
      try browser.wait(until: "document.querySelectorAll('.logins li').length === 1")
      for other in [user] + others {
        #expect(try other.call("/api/myfiles?cmd=count").code == 1)
      }
      try browser.reload()
      try browser.wait(forText: "No files yet")
      try browser.expectQuiet()
    }

    @Test("who may register: an invite is asked for, or there is no form")
    func invites() throws {
      let server = try PicbedServer(["--registration", "invite"])
      let run = try PicbedBinary.run(
        ["user", "invite", "--data", server.dataPath], in: server.folder, seconds: 60)
      let invite = String(run.output.prefix { !$0.isWhitespace })
      let browser = try InBrowser.browser(at: server.client.port)
      let name = PicbedUser.uniqueName("guest")
      try browser.open()
      try browser.press("Register")
      for (field, text) in [
        ("invite", String(repeating: "0", count: 32)), ("user", name), ("password", "p"),
        ("again", "p"),
      ] { try browser.type(text, into: "[name=\(field)]") }
      try browser.click(".card .primary")
      try browser.wait(forText: "This invite does not exist")
      try browser.run("document.querySelector('[name=invite]').value = ''")
      try browser.type(invite, into: "[name=invite]")
      try browser.click(".card .primary")
      try browser.wait(forText: "No files yet")
      try browser.expectQuiet()
      try server.stop()

      let closed = try PicbedServer(["--registration", "closed"])
      let visitor = try InBrowser.browser(at: closed.client.port)
      try visitor.open()
      try visitor.wait(forElement: ".card form")
      #expect(try visitor.run("return document.querySelector('.card .segments') === null") == true)
      try visitor.expectQuiet()
      try closed.stop()
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
