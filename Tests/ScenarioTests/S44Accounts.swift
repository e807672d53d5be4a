import Foundation
import TestSupport
import Testing

extension Scenarios {
  /// What who runs the server does to accounts, by commands on the running server.
  @Suite(.server("--registration", "invite")) struct S44Accounts {
    /// Runs `picbed user …` on the server's data, with `password` in a file.
    private static func command(
      _ arguments: String..., password: String? = nil, on server: PicbedServer = server
    ) throws -> FinishedRun {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      var environment = ["PICBED_DATA": server.dataPath]
      if let password {
        try Data(password.utf8).write(to: URL(fileURLWithPath: folder / "password"))
        environment["PICBED_PASSWORD_FILE"] = folder / "password"
      }
      return try PicbedBinary.run(["user"] + arguments, environment: environment, in: folder)
    }

    private static func expectSuccess(
      _ run: FinishedRun, sourceLocation: SourceLocation = #_sourceLocation
    ) {
      #expect(
        run.ending == .exit(0) && run.errors.isEmpty, "\(run)", sourceLocation: sourceLocation)
    }

    private static func added(_ name: String) throws -> PicbedUser {
      expectSuccess(try command("add", name, password: "secret of \(name)\n"))
      return try PicbedUser(
        signingIn: name, password: md5Hex(Array("secret of \(name)".utf8)), on: client)
    }

    private static func register(
      _ name: String, invite: String?, on client: HTTPClient = client
    ) throws -> Exchange {
      var fields: [String: JSONValue] = [
        "userName": .string(name), "nickName": .string(name), "firstPwd": .string(md5Hex([1])),
      ]
      if let invite { fields["invite"] = .string(invite) }
      return try client.api("/api/reg", .object(fields))
    }

    @Test("registration needs an invite, which lets one in")
    func invite() throws {
      try Self.register("a1", invite: nil).expect(code: 1)
      try Self.register("a1", invite: md5Hex([2])).expect(code: 1)
      let made = try Self.command("invite")
      Self.expectSuccess(made)
      let invite = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
      try Self.register("a1", invite: invite).expect(code: 0)
      try Self.register("a2", invite: invite).expect(code: 1)
      try Self.register("a1", invite: invite).expect(code: 2)
      let redis = try RedisProbe(socketPath: server.redisSocketPath)
      #expect(try redis.command("KEYS", "invite:*").texts == [])
    }

    @Test("of many who register at once with one invite, one gets in")
    func inviteRace() throws {
      let invite = try Self.command("invite").output.trimmingCharacters(in: .whitespacesAndNewlines)
      let client = client
      let codes = try inParallel(8) {
        try Self.register("race-\($0)", invite: invite, on: client).code
      }
      #expect(codes.filter { $0 == 0 }.count == 1, "\(codes)")
    }

    @Test("an invite goes back when the name is taken")
    func inviteGoesBack() throws {
      _ = try Self.added("taken")
      let invite = try Self.command("invite").output.trimmingCharacters(in: .whitespacesAndNewlines)
      try Self.register("taken", invite: invite).expect(code: 2)
      try Self.register("not taken", invite: invite).expect(code: 0)
    }

    @Test("an account is added and listed; a password is in no process list and no log")
    func addAndList() throws {
      let user = try Self.added("listed")
      try uploaded("a.bin", [1, 2, 3], by: user)
      let list = try Self.command("list")
      Self.expectSuccess(list)
      #expect(list.output.contains("listed\t1\t3\t1\t"), "\(list)")
      let again = try Self.command("add", "listed", password: "another")
      #expect(again.ending == .exit(1) && again.errors.contains("taken"), "\(again)")
      #expect(!server.log.contains("secret of"))
    }

    @Test("a disabled account has no sessions and gets none until it is enabled")
    func disable() throws {
      let user = try Self.added("disabled")
      Self.expectSuccess(try Self.command("disable", "disabled"))
      try user.call("/api/myfiles?cmd=count").expect(code: 1)
      let login: JSONValue = ["user": "disabled", "pwd": .string(user.password)]
      let refused = try client.api("/api/login", login).expect(code: 1)
      #expect(refused["message"]?.string?.contains("disabled") == true, "\(refused)")
      Self.expectSuccess(try Self.command("enable", "disabled"))
      try client.api("/api/login", login).expect(code: 0)
      #expect(try Self.command("disable", "nobody").ending == .exit(1))
    }

    @Test("a new password ends the sessions, and the old one is gone")
    func passwd() throws {
      let user = try Self.added("forgetful")
      Self.expectSuccess(try Self.command("passwd", "forgetful", password: "new"))
      try user.call("/api/myfiles?cmd=count").expect(code: 1)
      _ = try PicbedUser(
        signingIn: "forgetful", password: md5Hex(Array("new".utf8)), on: client)
    }

    @Test("a hash with old parameters is replaced at login, and sessions go on")
    func upgrade() throws {
      let user = try Self.added("early")
      let redis = try RedisProbe(socketPath: server.redisSocketPath)
      // The document's password, made with ln=10 by another program.
      let old =
        "$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$lPGNC07kr9SdZRrpr1oZqeE4eoLNWcL/5+wdWghj0cc"
      _ = try redis.command("HSET", "user:{early}", "pwd", old)
      let password = Fixtures.documentPassword
      let again = try PicbedUser(signingIn: "early", password: password, on: client)
      let stored = try redis.command("HGET", "user:{early}", "pwd").text ?? ""
      #expect(stored.hasPrefix("$scrypt$ln=14,"), "\(stored)")
      for session in [user, again] { try session.call("/api/myfiles?cmd=count").expect(code: 0) }
      _ = try PicbedUser(signingIn: "early", password: password, on: client)
    }

    @Test("a deleted account takes its files, shares and links with it; copies stay")
    func delete() throws {
      let (user, other) = (try Self.added("gone"), try Self.added("stays"))
      let file = try uploaded("a.bin", Fixtures.bytes(500, seed: 44), by: user)
      let shared = try uploaded("b.bin", Fixtures.bytes(500, seed: 45), by: user)
      try user.call("/api/dealfile?cmd=share", shared).expect(code: 0)
      try other.call("/api/dealsharefile?cmd=save", shared).expect(code: 0)
      let link = try user.call("/api/sharepic?cmd=share", file).expect(code: 0)
      let run = try Self.command("delete", "gone")
      Self.expectSuccess(run)
      #expect(run.output.contains("2 files"), "\(run)")
      try user.call("/api/myfiles?cmd=count").expect(code: 1)
      let urlmd5 = try #require(link["urlmd5"])
      try client.api("/api/sharepic?cmd=browse", ["urlmd5": urlmd5]).expect(code: 2)
      #expect(try client.get("/api/sharefiles?cmd=count").expect(code: 0)["total"] == 0)
      try expectDownload(
        try entry(of: shared, for: other).url, is: Fixtures.bytes(500, seed: 45))
      let redis = try RedisProbe(socketPath: server.redisSocketPath)
      #expect(try redis.command("KEYS", "*{gone}*").texts == [])
    }

    @Test("a user sees the sessions and ends them")
    func sessions() throws {
      let user = try Self.added("careful")
      let (second, third) = (try user.signedInAgain(), try user.signedInAgain())
      let list = try user.call("/api/sessions").expect(code: 0)
      let sessions = list["sessions"]?.array ?? []
      #expect(sessions.count == 3 && list["count"] == 3, "\(list)")
      #expect(sessions.filter { $0["current"] == 1 }.count == 1, "\(list)")
      expectRecent(sessions.first?["lastUsed"]?.string ?? "")
      #expect(!contains(list.response.body, user.token), "\(list)")
      let others = sessions.filter { $0["current"] == 0 }
      let id = try #require(others.first?["id"])
      try user.call("/api/sessions?cmd=revoke", ["id": id]).expect(code: 0)
      try user.call("/api/sessions?cmd=revoke", ["id": id]).expect(code: 1)
      try user.call("/api/sessions?cmd=revoke", ["id": "*"]).expect(code: 1)
      let left = try [second, third].map { try $0.call("/api/myfiles?cmd=count").code ?? -1 }
      #expect(left.sorted() == [0, 1], "\(left)")
      try user.call("/api/sessions?cmd=revoke").expect(code: 0)
      #expect(try user.call("/api/sessions").expect(code: 0)["count"] == 1)
      try second.call("/api/sessions").expect(code: 4)
    }

    @Test("cookies prove nothing where another site's page sends them")
    func crossSite() throws {
      let user = try Self.added("browsing")
      let host = client.host
      let cookies = [
        user.sessionCookie, "userName=\(user.name); token=\(user.token)",
      ]
      let own: [[(name: String, value: String)]] = [
        [], [("Origin", "http://\(host)")], [("Origin", "https://\(host)")],
        [("Sec-Fetch-Site", "same-origin")], [("Sec-Fetch-Site", "none")],
      ]
      let foreign: [[(name: String, value: String)]] = [
        [("Origin", "http://evil.test")], [("Origin", "null")], [("Origin", "")],
        [("Origin", "http://\(host).evil.test")], [("Sec-Fetch-Site", "cross-site")],
        [("Sec-Fetch-Site", "same-site")],
        [("Origin", "http://evil.test"), ("Sec-Fetch-Site", "same-origin")],
      ]
      for cookie in cookies {
        for headers in own {
          try client.api("/api/myfiles?cmd=count", [:], headers: headers + [("Cookie", cookie)])
            .expect(code: 0, "\(headers)")
        }
        for headers in foreign {
          try client.api("/api/myfiles?cmd=count", [:], headers: headers + [("Cookie", cookie)])
            .expect(code: 1, "\(headers)")
        }
      }
      // What is not a cookie a page of another site cannot have.
      try client.api(
        "/api/myfiles?cmd=count", [:], headers: [("Origin", "http://evil.test"), user.basic]
      ).expect(code: 0)
    }

    @Test("everything below the data folder is its owner's alone")
    func permissions() throws {
      let user = try Self.added("private")
      try uploaded("a.bin", [7], by: user)
      let walk = try #require(FileManager.default.enumerator(atPath: server.dataPath))
      var seen = 0
      for case let path as String in walk {
        let attributes = try FileManager.default.attributesOfItem(
          atPath: server.dataPath + "/" + path)
        let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
        #expect(mode & 0o077 == 0, "\(path) has mode \(String(mode, radix: 8))")
        seen += 1
      }
      #expect(seen > 10)
    }
  }

  /// Accounts where no picbed serves, and closed registration.
  @Suite(.server("--registration", "closed", environment: ["PICBED_DURABILITY": "everysec"]))
  struct S45Closed {
    @Test("closed registration says so, and the commands work without a server too")
    func closed() throws {
      let fields: JSONValue = [
        "userName": "x", "nickName": "x", "firstPwd": .string(md5Hex([1])),
      ]
      let refused = try client.api("/api/reg", fields).expect(code: 1)
      #expect(refused["message"]?.string?.contains("closed") == true, "\(refused)")
      try server.stop()
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      try Data("pw".utf8).write(to: URL(fileURLWithPath: folder / "pw"))
      let run = try PicbedBinary.run(
        ["user", "add", "x", "--data", server.dataPath],
        environment: ["PICBED_PASSWORD_FILE": folder / "pw"], in: folder)
      #expect(run.ending == .exit(0), "\(run)")
      try server.start()
      _ = try PicbedUser(signingIn: "x", password: md5Hex(Array("pw".utf8)), on: server.client)
    }
  }
}
