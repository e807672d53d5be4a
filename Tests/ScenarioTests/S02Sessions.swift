import TestSupport
import Testing

extension Scenarios {
  /// Section 2 of the document and the two additions: `login`, `logout`, `passwd`, and the life of
  /// a token.
  @Suite(.server()) struct S02Sessions {
    /// Addresses that nobody else calls from: failures slow an address down.
    static func lonelyClient(_ number: Int) -> HTTPClient {
      client.calling(from: "127.0.7.\(number)")
    }

    static func login(_ user: String, _ password: String, on client: HTTPClient) throws -> Exchange
    {
      try client.api("/api/login", ["user": .string(user), "pwd": .string(password)])
    }

    static func expectValid(
      _ user: PicbedUser, _ valid: Bool, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      try user.call("/api/myfiles?cmd=count")
        .expect(code: valid ? 0 : 1, sourceLocation: sourceLocation)
    }

    @Test(
      "login answers a token of 32 hex digits, another one each time, and all of them are valid")
    func tokens() throws {
      let first = try server.newUser()
      let second = try first.signedInAgain()
      let third = try first.signedInAgain()
      for user in [first, second, third] {
        #expect(try #/[0-9a-f]{32}/#.wholeMatch(in: user.token) != nil, "\(user.token)")
        try Self.expectValid(user, true)
      }
      #expect(Set([first.token, second.token, third.token]).count == 3)
      try Self.login(first.name, first.password, on: client).expect(code: 0)
        .expectMembers(["code", "token"])
    }

    @Test(
      "login sets a cookie: HttpOnly, SameSite=Strict, a name of its own, no Secure without TLS"
    )
    func cookieAttributes() throws {
      let user = try server.newUser()
      let reply = try Self.login(user.name, user.password, on: client).expect(code: 0)
      let cookies = reply.response.setCookies
      try #require(cookies.count == 1, "\(reply)")
      let attributes = cookies[0].attributes.map { $0.lowercased() }
      #expect(attributes.contains("httponly") && attributes.contains("samesite=strict"), "\(reply)")
      #expect(
        !attributes.contains("secure"), "plain HTTP, so a Secure cookie never comes back: \(reply)")
      #expect(!["userName", "token"].contains(cookies[0].name), "clients own these two: \(reply)")
    }

    @Test("an unknown user and a wrong password get the same answer")
    func oneFailure() throws {
      let user = try server.newUser()
      let wrong = try Self.login(user.name, Fixtures.documentPassword, on: Self.lonelyClient(1))
      let unknown = try Self.login(
        "nobody-at-all", Fixtures.documentPassword, on: Self.lonelyClient(2))
      wrong.expect(code: 1)
      unknown.expect(code: 1)
      #expect(wrong.json == unknown.json, "\(wrong)\(unknown)")
      #expect(wrong.response["Set-Cookie"] == nil, "\(wrong)")
    }

    @Test("an unknown user takes the time that a wrong password takes")
    func sameTime() throws {
      let users = try (0..<3).map { _ in try server.newUser() }
      var wrong: [Double] = []
      var unknown: [Double] = []
      for (index, user) in users.enumerated() {
        let address = index * 2 + 10
        wrong.append(
          try measuringMilliseconds {
            try Self.login(user.name, Fixtures.documentPassword, on: Self.lonelyClient(address))
          }.milliseconds)
        unknown.append(
          try measuringMilliseconds {
            try Self.login("no-\(user.name)", user.password, on: Self.lonelyClient(address + 1))
          }.milliseconds)
      }
      // The least of three is the work itself, without what the machine did beside it.
      let ratio = unknown.min()! / wrong.min()!
      #expect(
        ratio > 0.4 && ratio < 2.5, "unknown user: \(unknown) ms, wrong password: \(wrong) ms")
    }

    @Test("login without user or password, or with a malformed one, is 1")
    func incompleteLogin() throws {
      let user = try server.newUser()
      let on = Self.lonelyClient(30)
      try on.api("/api/login", ["user": .string(user.name)]).expect(code: 1)
      try on.api("/api/login", ["pwd": .string(user.password)]).expect(code: 1)
      try on.api("/api/login", ["user": .string(user.name), "pwd": "123456"]).expect(code: 1)
      try on.api("/api/login", [:]).expect(code: 1)
    }

    @Test("repeated failures are slowed down: 429 with Retry-After, or answers that take longer")
    func slowedDown() throws {
      let user = try server.newUser()
      let attacker = Self.lonelyClient(40)
      func failedLogin() throws -> (milliseconds: Double, result: Exchange) {
        try measuringMilliseconds {
          try Self.login(user.name, Fixtures.documentPassword, on: attacker)
        }
      }
      let baseline = try failedLogin().milliseconds
      var slowed = false
      for _ in 0..<40 where !slowed {
        let attempt = try failedLogin()
        if attempt.result.response.status == 429 {
          attempt.result.expect(status: 429)
          let delay = attempt.result.response["Retry-After"].flatMap { Int($0) }
          #expect(delay ?? 0 > 0, "429 says when to come again: \(attempt.result)")
          slowed = true
        } else {
          attempt.result.expect(code: 1)
          slowed = attempt.milliseconds > max(500, baseline * 4)
        }
      }
      #expect(slowed, "40 wrong passwords for one user from one address, none of them slowed down")
      // Someone else, somewhere else, notices nothing.
      let bystander = try server.newUser()
      try Self.login(bystander.name, bystander.password, on: Self.lonelyClient(41)).expect(code: 0)
    }

    @Test("failures from one address slow that address down, whatever names it tries")
    func slowedByAddress() throws {
      let attacker = Self.lonelyClient(50)
      var slowed = false
      for number in 0..<100 where !slowed {
        let attempt = try measuringMilliseconds {
          try Self.login("guess-\(number)", Fixtures.documentPassword, on: attacker)
        }
        slowed = attempt.result.response.status == 429 || attempt.milliseconds > 1_000
      }
      #expect(
        slowed, "100 guesses from one address, each for another user, none of them slowed down")
    }

    @Test("logout ends the session that it proves and no other")
    func logout() throws {
      let user = try server.newUser()
      let other = try user.signedInAgain()
      try user.call("/api/logout").expect(code: 0).expectMembers(["code"])
      try Self.expectValid(user, false)
      try Self.expectValid(other, true)
      try user.call("/api/logout").expect(code: 4, "a session that has ended proves nothing")
      try client.api("/api/logout", [:]).expect(code: 4, "no proof")
    }

    @Test("logout by the session cookie ends that session")
    func logoutByCookie() throws {
      let user = try server.newUser()
      let cookie = [(name: "Cookie", value: user.sessionCookie)]
      try client.api("/api/myfiles?cmd=count", [:], headers: cookie).expect(code: 0)
      try client.api("/api/logout", [:], headers: cookie).expect(code: 0)
      try client.api("/api/myfiles?cmd=count", [:], headers: cookie).expect(code: 1)
    }

    @Test("passwd ends every session and changes the password")
    func changePassword() throws {
      let user = try server.newUser()
      let other = try user.signedInAgain()
      let fresh = String(repeating: "ABCDEF01", count: 4)
      try user.call("/api/passwd", ["pwd": .string(user.password), "newPwd": .string(fresh)])
        .expect(code: 0).expectMembers(["code"])
      try Self.expectValid(user, false)
      try Self.expectValid(other, false)
      try Self.login(user.name, user.password, on: Self.lonelyClient(60)).expect(code: 1)
      let again = try PicbedUser(signingIn: user.name, password: fresh.lowercased(), on: client)
      try Self.expectValid(again, true)
    }

    @Test(
      "a refused passwd changes nothing: wrong password 1, bad new one 1, bad token 4"
    )
    func refusedPassword() throws {
      let user = try server.newUser().on(Self.lonelyClient(61))
      let good = JSONValue.string(user.password)
      let fresh = JSONValue.string(Fixtures.documentPassword)
      try user.call("/api/passwd", ["pwd": fresh, "newPwd": fresh]).expect(code: 1)
      try user.call("/api/passwd", ["pwd": good, "newPwd": "123456"]).expect(code: 1)
      try user.call("/api/passwd", ["pwd": good]).expect(code: 1)
      try user.call("/api/passwd", ["newPwd": fresh]).expect(code: 1)
      var stranger = user
      stranger.token = Fixtures.documentPassword
      try stranger.call("/api/passwd", ["pwd": good, "newPwd": fresh]).expect(code: 4)
      try Self.expectValid(user, true)
      _ = try PicbedUser(signingIn: user.name, password: user.password, on: client)
    }

    @Test("the store holds a hash of the token, never the token")
    func storedToken() throws {
      let user = try server.newUser()
      let redis = try RedisProbe(socketPath: server.redisSocketPath)
      let sessions = try redis.command("ZRANGE", "sessions:{\(user.name)}", "0", "-1").texts
      #expect(sessions.count == 1, "one login, one session: \(sessions)")
      // What Redis has in memory it has in its append-only file too; the file shows every key and
      // value.
      let files = regularFiles(under: server.dataPath).map { fileBytes(server.dataPath + "/" + $0) }
      for file in files { #expect(!contains(file, user.token), "the token is on the disk") }
      #expect(files.contains { contains($0, user.name) }, "Redis's files were among those searched")
    }

    @Test("a token lasts 24 hours from its last use")
    func expiry() throws {
      let user = try server.newUser()
      let redis = try RedisProbe(socketPath: server.redisSocketPath)
      let key = "sessions:{\(user.name)}"
      let session = try #require(try redis.command("ZRANGE", key, "0", "-1").texts.first)
      func secondsLeft() throws -> Double {
        Double(try redis.command("ZSCORE", key, session).text ?? "0")! - now()
      }
      let atFirst = try secondsLeft()
      #expect(abs(atFirst - 86_400) < 120, "expires \(atFirst) s from now")
      // As if the last use were twelve hours ago: the next one renews it.
      _ = try redis.command("ZADD", key, "\(Int(now()) + 43_200)", session)
      try Self.expectValid(user, true)
      let renewed = try secondsLeft()
      #expect(abs(renewed - 86_400) < 3_700, "renewed to \(renewed) s from now")
      // And as if it were over since a minute.
      _ = try redis.command("ZADD", key, "\(Int(now()) - 60)", session)
      try Self.expectValid(user, false)
    }
  }
}
