import TestSupport
import Testing

extension Scenarios {
  /// "Who is asking": the four ways to prove it, which of them decides, and the code of each
  /// refusal.
  @Suite(.server()) struct S03Identity {
    /// The four ways, in the order in which they are looked at.
    enum Way: CaseIterable, Comparable {
      case body, basic, cookies, session
    }

    /// A call of `myfiles?cmd=count` as `user`, proven in `ways`; in `badWays` the token is a wrong
    /// one.
    static func count(_ user: PicbedUser, by ways: [Way], bad badWays: [Way] = []) throws
      -> Exchange
    {
      var fields: [String: JSONValue] = [:]
      var headers: [(name: String, value: String)] = []
      var cookies: [String] = []
      for way in ways + badWays {
        let token = badWays.contains(way) ? Fixtures.documentPassword : user.token
        switch way {
        case .body: fields = ["user": .string(user.name), "token": .string(token)]
        case .basic: headers.append(("Authorization", basicAuthorization(user.name, token)))
        case .cookies: cookies += ["userName=\(user.name)", "token=\(token)"]
        case .session: cookies.append(session(of: user, bad: badWays.contains(way)))
        }
      }
      if !cookies.isEmpty { headers.append(("Cookie", cookies.joined(separator: "; "))) }
      return try client.api("/api/myfiles?cmd=count", .object(fields), headers: headers)
    }

    /// The session cookie, or one of the same name and length that the server never gave out.
    static func session(of user: PicbedUser, bad: Bool) -> String {
      guard bad else { return user.sessionCookie }
      let end = user.sessionCookie.suffix(8).map { $0 == "0" ? "1" : "0" }.joined()
      return user.sessionCookie.dropLast(8) + end
    }

    @Test("each of the four ways proves it alone")
    func fourWays() throws {
      let user = try server.newUser()
      for way in Way.allCases { try Self.count(user, by: [way]).expect(code: 0, "\(way)") }
      try Self.count(user, by: []).expect(code: 1, "no proof at all")
    }

    @Test("each of the four ways with a bad token is refused")
    func fourBadWays() throws {
      let user = try server.newUser()
      for way in Way.allCases { try Self.count(user, by: [], bad: [way]).expect(code: 1, "\(way)") }
    }

    @Test("the first pair that is present decides: a later good one does not heal it")
    func badFirst() throws {
      let user = try server.newUser()
      for first in Way.allCases {
        for later in Way.allCases where later > first {
          try Self.count(user, by: [later], bad: [first]).expect(
            code: 1, "bad \(first), good \(later)")
        }
      }
    }

    @Test("the first pair that is present decides: a later bad one does not spoil it")
    func goodFirst() throws {
      let user = try server.newUser()
      for first in Way.allCases {
        for later in Way.allCases where later > first {
          try Self.count(user, by: [first], bad: [later]).expect(
            code: 0, "good \(first), bad \(later)")
        }
      }
    }

    @Test("a user alone, without a token, is no pair")
    func userAlone() throws {
      let user = try server.newUser()
      let named: JSONValue = ["user": .string(user.name)]
      let target = "/api/myfiles?cmd=count"
      try client.api(target, named).expect(code: 1)
      try client.api(target, named, headers: [user.basic]).expect(code: 0)
      try client.api(target, named, headers: [("Cookie", user.sessionCookie)]).expect(code: 0)
      let cookies = "userName=someone-else; \(user.sessionCookie)"
      try client.api(target, [:], headers: [("Cookie", cookies)])
        .expect(code: 0, "a cookie userName without a token is no pair")
      let session = (name: "Cookie", value: user.sessionCookie)
      // "alice" and "alice:".
      for half in ["Basic YWxpY2U=", "Basic YWxpY2U6"] {
        try client.api(target, named, headers: [("Authorization", half), session])
          .expect(code: 0, half)
      }
      let loggedOut = "userName=someone-else; token=; \(user.sessionCookie)"
      try client.api(target, [:], headers: [("Cookie", loggedOut)]).expect(code: 0)
      let fields: JSONValue = ["user": .string(user.name), "token": ""]
      try client.api(target, fields, headers: [session]).expect(code: 0)
    }

    @Test("who proves it in the head needs no body where no field is needed")
    func noBody() throws {
      let user = try server.newUser()
      try client.request("POST", "/api/myfiles?cmd=count", headers: [user.basic]).expect(code: 0)
      try client.request("POST", "/api/myfiles?cmd=normal", headers: [user.basic]).expect(code: 1)
      try client.request("POST", "/api/logout", headers: [user.basic]).expect(code: 0)
      try client.request("POST", "/api/logout").expect(status: 400)
    }

    @Test("a user in the body who is not the proven one is refused")
    func otherUserInBody() throws {
      let alice = try server.newUser("alice")
      let bob = try server.newUser("bob")
      let file = try uploaded("mine.png", Fixtures.png, by: bob)
      let named: JSONValue = ["user": .string(bob.name)]
      for headers in [[alice.basic], [(name: "Cookie", value: alice.sessionCookie)]] {
        try client.api("/api/myfiles?cmd=count", named, headers: headers).expect(code: 1)
        var fields = file.fields
        fields["user"] = .string(bob.name)
        let deletion = try client.api("/api/dealfile?cmd=del", .object(fields), headers: headers)
        #expect(deletion.response.status == 200 && deletion.code != 0, "\(deletion)")
        #expect(deletion["message"]?.string?.isEmpty == false, "\(deletion)")
      }
      #expect(try bob.entry(file) != nil, "bob's file is still there")
    }

    @Test("a token proves its own user only")
    func foreignToken() throws {
      let alice = try server.newUser("alice")
      var impostor = try server.newUser("bob")
      impostor.token = alice.token
      try impostor.call("/api/myfiles?cmd=count").expect(code: 1)
    }

    @Test(
      "a user name with a colon or outside ASCII proves itself by Basic too",
      arguments: ["co:lon:", "图床-用户"])
    func basicNames(name: String) throws {
      let user = try PicbedUser(registering: PicbedUser.uniqueName(name), on: client)
      try Self.count(user, by: [.basic]).expect(code: 0)
    }

    @Test("the scheme's name has any case, and other schemes are no pair")
    func schemes() throws {
      let user = try server.newUser()
      let credentials = user.basic.value.dropFirst("Basic ".count)
      for scheme in ["basic", "BASIC"] {
        let headers = [(name: "Authorization", value: "\(scheme) \(credentials)")]
        try client.api("/api/myfiles?cmd=count", [:], headers: headers).expect(code: 0, scheme)
      }
      let headers = [
        (name: "Authorization", value: "Bearer \(user.token)"),
        (name: "Cookie", value: user.sessionCookie),
      ]
      try client.api("/api/myfiles?cmd=count", [:], headers: headers).expect(
        code: 0, "Bearer is not asked for")
    }

    /// The calls that need proof, with the code that a failed one answers.
    static let guarded: [(target: String, code: Int)] = [
      ("/api/myfiles?cmd=count", 1), ("/api/myfiles?cmd=normal", 1), ("/api/myfiles?cmd=pvasc", 1),
      ("/api/myfiles?cmd=pvdesc", 1), ("/api/dealfile?cmd=share", 4), ("/api/dealfile?cmd=del", 4),
      ("/api/dealfile?cmd=pv", 4), ("/api/dealsharefile?cmd=cancel", 4),
      ("/api/dealsharefile?cmd=save", 4),
      ("/api/md5", 4), ("/api/sharepic?cmd=share", 4), ("/api/sharepic?cmd=normal", 1),
      ("/api/sharepic?cmd=cancel", 4), ("/api/logout", 4), ("/api/passwd", 4),
    ]

    @Test("every call that needs proof says so with its own code, and does nothing")
    func refusals() throws {
      let user = try server.newUser()
      let file = try uploaded("guarded.png", Fixtures.png, by: user)
      let picture = try #require(try user.call("/api/sharepic?cmd=share", file)["urlmd5"])
      var fields = file.fields
      fields.merge(["start": 0, "count": 10, "urlmd5": picture]) { _, new in new }
      fields.merge(["pwd": .string(user.password), "newPwd": .string(Fixtures.documentPassword)]) {
        _, new in new
      }

      let name = JSONValue.string(user.name)
      let proofs: [(String, [String: JSONValue])] = [
        ("no user, no token", [:]), ("no token", ["user": name]),
        ("an unknown token", ["user": name, "token": .string(Fixtures.documentPassword)]),
        ("a malformed token", ["user": name, "token": "abc"]),
        ("an unknown user", ["user": "nobody-at-all", "token": .string(user.token)]),
      ]
      for (target, code) in Self.guarded {
        for (what, proof) in proofs {
          let body = JSONValue.object(fields.merging(proof) { _, given in given })
          try client.api(target, body).expect(code: code, "\(what) at \(target)")
        }
      }
      let entry = try entry(of: file, for: user)
      #expect(entry.pv == 0 && entry.shareStatus == 0, "nothing was done: \(entry)")
      #expect(try user.pictures().total == 1)
    }

    @Test("what needs no proof asks for none, and a wrong one does not matter to it")
    func publicCalls() throws {
      let user = try server.newUser()
      let file = try uploaded("public.png", Fixtures.bytes(50, seed: 3), by: user)
      try user.call("/api/dealfile?cmd=share", file).expect(code: 0)
      let picture = try #require(try user.call("/api/sharepic?cmd=share", file)["urlmd5"])
      let wrong: JSONValue = [
        "user": .string(user.name), "token": .string(Fixtures.documentPassword),
      ]
      for proof in [[:], wrong.object!] {
        func call(_ target: String, _ fields: [String: JSONValue]) throws {
          try client.api(target, .object(fields.merging(proof) { _, new in new })).expect(code: 0)
        }
        try call("/api/sharefiles?cmd=count", [:])
        try call("/api/sharefiles?cmd=normal", ["start": 0, "count": 1])
        try call("/api/sharefiles?cmd=pvdesc", ["start": 0, "count": 1])
        try call("/api/dealsharefile?cmd=pv", file.fields)
        try call("/api/sharepic?cmd=browse", ["urlmd5": picture])
      }
    }
  }
}
