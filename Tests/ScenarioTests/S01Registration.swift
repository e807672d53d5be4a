import TestSupport
import Testing

extension Scenarios {
  /// Section 1 of the document: `reg`, and the limits of names that hold everywhere.
  @Suite(.server()) struct S01Registration {
    static let password = Fixtures.documentPassword

    /// A registration with every field; `changes` replace some, null takes one away.
    static func register(_ changes: [String: JSONValue]) throws -> Exchange {
      var fields: [String: JSONValue] = [
        "userName": .string(PicbedUser.uniqueName("reg")), "nickName": "lucky",
        "firstPwd": .string(password),
        "email": "472251823@qq.com", "phone": "18612345678",
      ]
      fields.merge(changes) { _, change in change }
      return try client.api("/api/reg", .object(fields.filter { $0.value != .null }))
    }

    @Test("the document's own example registers, and the same name again is 2")
    func documentExample() throws {
      let body = """
        {
          "email": "472251823@qq.com",
          "firstPwd": "e10adc3949ba59abbe56e057f20f883e",
          "nickName": "lucky",
          "phone": "18612345678",
          "userName": "qingfu"
        }
        """
      let headers = [(name: "Content-Type", value: "application/json")]
      try client.request("POST", "/api/reg", headers: headers, body: Array(body.utf8))
        .expect(code: 0).expectMembers(["code"])
      try client.request("POST", "/api/reg", headers: headers, body: Array(body.utf8)).expect(
        code: 2)
    }

    @Test("a taken name is 2 whatever else differs, and its owner's password stays")
    func takenName() throws {
      let user = try server.newUser("taken")
      let other = String(repeating: "a", count: 32)
      try Self.register(["userName": .string(user.name), "firstPwd": .string(other)]).expect(
        code: 2)
      _ = try user.signedInAgain()
    }

    @Test("nick names need not be unique, and user names keep their case apart")
    func nickNames() throws {
      let name = PicbedUser.uniqueName("Case")
      try Self.register(["userName": .string(name), "nickName": "same"]).expect(code: 0)
      try Self.register(["userName": .string(name.lowercased()), "nickName": "same"]).expect(
        code: 0)
    }

    @Test("email and phone may be missing or empty", arguments: [JSONValue.null, ""])
    func optionalFields(value: JSONValue) throws {
      try Self.register(["email": value, "phone": value]).expect(code: 0)
    }

    @Test(
      "userName, nickName and firstPwd may not be missing",
      arguments: ["userName", "nickName", "firstPwd"])
    func requiredFields(name: String) throws {
      try Self.register([name: nil]).expect(code: 1, "without \(name)")
      try Self.register([name: ""]).expect(code: 1, "with an empty \(name)")
      try Self.register([name: ["text"]]).expect(code: 1, "with a list as \(name)")
      try Self.register([name: true]).expect(code: 1, "with true as \(name)")
    }

    @Test(
      "user and nick names have 1 to 32 characters, however many bytes a character has",
      arguments: ["a", "\u{e9}", "图", "🖼"])
    func nameLengths(character: String) throws {
      let longest = String(repeating: character, count: 32)
      try Self.register(["userName": .string(longest), "nickName": .string(longest)]).expect(
        code: 0)
      try Self.register(["userName": .string(longest), "nickName": .string(longest)]).expect(
        code: 2)
      try Self.register(["userName": .string(longest + character)]).expect(
        code: 1, "33 in userName")
      try Self.register(["nickName": .string(longest + character)]).expect(
        code: 1, "33 in nickName")
    }

    @Test(
      "anything printable is a name",
      arguments: ["O'Neil \"Jr\"", "a/b\\c", "<b>&amp;", "用户 名", "x:y@z", "😀👍🏽"])
    func printableNames(name: String) throws {
      try Self.register(["userName": .string(name), "nickName": .string(name)]).expect(code: 0)
      _ = try PicbedUser(signingIn: name, password: Self.password, on: client)
    }

    @Test(
      "no braces in a user name, while a nick name may have them",
      arguments: ["a{b", "a}b", "{tag}"])
    func braces(name: String) throws {
      try Self.register(["userName": .string(name)]).expect(code: 1)
      try Self.register(["nickName": .string(name)]).expect(code: 0)
    }

    @Test(
      "no control characters, in no field",
      arguments: ["userName", "nickName", "phone", "email"],
      ["\0", "\n", "\u{1b}", "\u{7f}", "\u{85}"])
    func controlCharacters(field: String, character: String) throws {
      try Self.register([field: .string("1\(character)2")]).expect(code: 1, field)
    }

    @Test("phone has at most 16 characters")
    func phone() throws {
      try Self.register(["phone": "+86 186 1234 567"]).expect(code: 0)
      try Self.register(["phone": "图图图图图图图图图图图图图图图图"]).expect(code: 0)
      try Self.register(["phone": "+86 186 1234 5678"]).expect(code: 1)
    }

    @Test(
      "email as in HTML's input type=email: accepted",
      arguments: [
        "a@b", "first.last+tag@example.co.uk", "x!#$%&'*+/=?^_`{|}~-@example.com", "1@2-3.4",
        "..@example.com", "a@" + String(repeating: "b", count: 63) + ".c",
      ])
    func goodEmail(email: String) throws {
      try Self.register(["email": .string(email)]).expect(code: 0, email)
    }

    @Test(
      "email as in HTML's input type=email: refused",
      arguments: [
        "plain", "@example.com", "a@", "a b@example.com", "a@-b.com", "a@b-.com", "a@b..com",
        "a@b@c",
        "ü@example.com", "a@exämple.com", "\"q\"@example.com", "a@b.",
        "a@" + String(repeating: "b", count: 64) + ".c",
      ])
    func badEmail(email: String) throws {
      try Self.register(["email": .string(email)]).expect(code: 1, email)
    }

    @Test(
      "firstPwd is 32 hex digits",
      arguments: [
        "", "123456", "e10adc3949ba59abbe56e057f20f883", "e10adc3949ba59abbe56e057f20f883ee",
        "g10adc3949ba59abbe56e057f20f883e", "0xadc3949ba59abbe56e057f20f883e0",
      ])
    func badPassword(password: String) throws {
      try Self.register(["firstPwd": .string(password)]).expect(code: 1, password)
    }

    @Test("a password in upper case is the same password in lower case")
    func passwordCase() throws {
      let name = PicbedUser.uniqueName("upper")
      try Self.register([
        "userName": .string(name), "firstPwd": .string(Self.password.uppercased()),
      ])
      .expect(code: 0)
      _ = try PicbedUser(signingIn: name, password: Self.password, on: client)
      _ = try PicbedUser(signingIn: name, password: Self.password.uppercased(), on: client)
    }

    @Test("unknown fields are ignored, nested ones too")
    func unknownFields() throws {
      try Self.register([
        "code": 7, "extra": ["deep": [["down": [1, .decimal(2.5), false, nil]]]], "": "",
      ])
      .expect(code: 0)
    }

    @Test("a name written in escapes is the name")
    func escapedName() throws {
      let body =
        #"{"userName":"\u5f20\u4e09 \ud83d\ude00\/","nickName":"n","firstPwd":"\#(Self.password)"}"#
      try client.request("POST", "/api/reg", body: Array(body.utf8)).expect(code: 0)
      _ = try PicbedUser(signingIn: "张三 😀/", password: Self.password, on: client)
    }

    @Test("nothing of the password reaches the disk but a salted hash")
    func storedPassword() throws {
      let user = try server.newUser("hashed")
      let twin = try server.newUser("hashed")
      try user.call(
        "/api/passwd", ["pwd": .string(user.password), "newPwd": .string(Self.password)]
      )
      .expect(code: 0)
      try twin.call(
        "/api/passwd", ["pwd": .string(twin.password), "newPwd": .string(Self.password)]
      )
      .expect(code: 0)
      let redis = try RedisProbe(socketPath: server.redisSocketPath)
      let stored = try [user, twin].map {
        try redis.command("HGET", "user:{\($0.name)}", "pwd").text
      }
      #expect(stored[0] != nil && stored[0] != stored[1], "one password, two salts: \(stored)")
      for hash in stored {
        #expect(hash?.lowercased().contains(Self.password) == false, "\(stored)")
      }
    }
  }
}
