import TestSupport
import Testing

extension Scenarios {
  /// What one user and one address may take: quotas, rates, uploads at once; and proxies in front.
  @Suite(
    .server(
      "--quota-bytes", "100k", "--quota-files", "3", "--rate-per-user", "20/m",
      "--rate-per-address", "60/m", "--trusted-proxies", "127.0.42.0/24",
      "--max-uploads-per-user", "2"))
  struct S42FairShares {
    /// A user whose calls come from `address`, as a trusted proxy says.
    private func user(_ name: String, from address: String) throws -> PicbedUser {
      let proxy = client.calling(from: "127.0.42.1")
      let name = PicbedUser.uniqueName(name)
      let password = md5Hex(Array(name.utf8))
      let forwarded = [(name: "X-Forwarded-For", value: address)]
      try proxy.api(
        "/api/reg",
        ["userName": .string(name), "nickName": .string(name), "firstPwd": .string(password)],
        headers: forwarded
      ).expect(code: 0)
      return try PicbedUser(signingIn: name, password: password, on: proxy)
    }

    @Test("a quota of bytes is kept, and its refusal names it")
    func bytes() throws {
      let user = try user("bytes", from: "192.0.2.1")
      let first = try uploaded("a.bin", Fixtures.bytes(60_000, seed: 1), by: user)
      let refused = try user.upload("b.bin", Fixtures.bytes(60_000, seed: 2)).expect(code: 1)
      #expect(refused["message"]?.string?.contains("102400") == true, "\(refused)")
      try user.upload("a.bin", Fixtures.bytes(1_000, seed: 3)).expect(code: 0)
      try user.call("/api/dealfile?cmd=del", first).expect(code: 0)
      try user.upload("b.bin", Fixtures.bytes(60_000, seed: 2)).expect(code: 0)
    }

    @Test("an upload that is announced too large is refused before its body comes")
    func announced() throws {
      let user = try user("announced", from: "192.0.2.2")
      let head = HTTPRequest(
        "POST", "/api/upload?filename=big.bin",
        headers: [user.basic, ("Content-Length", "200000"), ("Expect", "100-continue")],
        framing: .unframed)
      let reply = try user.client.connect().exchange(head).expect(code: 1)
      #expect(reply.response.interim.isEmpty, "\(reply)")
    }

    @Test("a quota of files is kept, for saved and claimed files too")
    func files() throws {
      let user = try user("files", from: "192.0.2.3")
      for number in 1...3 { try uploaded("\(number).bin", [UInt8(number)], by: user) }
      try user.upload("4.bin", [4]).expect(code: 1)
      try user.call("/api/md5", FileID("5.bin", [1])).expect(code: 1)
      #expect(try user.files().total == 3)
    }

    @Test("past a user's rate there is 429 with Retry-After, and others do not notice")
    func userRate() throws {
      let user = try user("fast", from: "192.0.2.4")
      var statuses: [Int] = []
      for number in 0..<25 {
        // Each from another address, so that only the user's own rate counts.
        let reply = try user.client.api(
          "/api/myfiles?cmd=count", user.proof(),
          headers: [("X-Forwarded-For", "198.51.100.\(number)")])
        statuses.append(reply.response.status)
        if reply.response.status == 429 {
          reply.expect(status: 429)
          #expect(Int(reply.response["Retry-After"] ?? "") ?? 0 >= 1, "\(reply)")
        }
      }
      #expect(statuses.prefix(20).allSatisfy { $0 == 200 } && statuses.last == 429, "\(statuses)")
      let other = try self.user("slow", from: "192.0.2.5")
      try other.client.api(
        "/api/myfiles?cmd=count", other.proof(), headers: [("X-Forwarded-For", "192.0.2.5")]
      ).expect(code: 0)
    }

    @Test("an address has a rate, behind a proxy too; blobs and health are free")
    func addressRate() throws {
      let crowd = client.calling(from: "127.0.43.1")
      var statuses: [Int] = []
      for _ in 0..<65 {
        statuses.append(try crowd.get("/api/sharefiles?cmd=count").response.status)
      }
      #expect(statuses.prefix(60).allSatisfy { $0 == 200 } && statuses.last == 429, "\(statuses)")
      try crowd.get("/healthz").expect(code: 0)
      // What anybody but a trusted proxy says of addresses counts for nothing.
      let lie = [(name: "X-Forwarded-For", value: "203.0.113.77")]
      #expect(try crowd.get("/api/sharefiles?cmd=count", headers: lie).response.status == 429)
      let proxy = client.calling(from: "127.0.42.2")
      try proxy.get("/api/sharefiles?cmd=count", headers: lie).expect(code: 0)
      let blamed = [(name: "X-Forwarded-For", value: "127.0.43.1")]
      #expect(try proxy.get("/api/sharefiles?cmd=count", headers: blamed).response.status == 429)
    }

    @Test("the log and the cookies follow what a trusted proxy says")
    func proxied() throws {
      let proxy = client.calling(from: "127.0.42.3")
      let headers = [
        (name: "X-Forwarded-For", value: "6.6.6.6, 203.0.113.88"),
        (name: "X-Forwarded-Proto", value: "https"),
      ]
      let name = PicbedUser.uniqueName("proxied")
      let password = md5Hex(Array(name.utf8))
      try proxy.api(
        "/api/reg",
        ["userName": .string(name), "nickName": .string(name), "firstPwd": .string(password)],
        headers: headers
      ).expect(code: 0)
      let login = try proxy.api(
        "/api/login", ["user": .string(name), "pwd": .string(password)], headers: headers
      ).expect(code: 0)
      #expect(login.response.all("Set-Cookie").first?.contains("; Secure") == true, "\(login)")
      #expect(eventually(within: 5) { server.log.contains("remote=203.0.113.88") })
      #expect(!server.log.contains("6.6.6.6"))
    }

    @Test("a user's uploads at once are bounded")
    func uploadsAtOnce() throws {
      let user = try user("many", from: "192.0.2.7")
      let head = HTTPRequest(
        "POST", "/api/upload?filename=a.bin",
        headers: [user.basic, ("Content-Length", "10"), ("Expect", "100-continue")],
        framing: .unframed)
      let open = try (0..<2).map { _ in
        let connection = try user.client.connect()
        try connection.send(head.headBytes(host: "a"))
        // It has its place now.
        #expect(try connection.readStatus() == 100)
        return connection
      }
      #expect(try user.upload("b.bin", [1]).response.status == 429)
      for connection in open { try connection.send([UInt8](repeating: 2, count: 10)) }
      for connection in open { #expect(try connection.readStatus() == 200) }
    }
  }

  /// As delivered.
  @Suite(.server()) struct S43Unhindered {
    @Test("a thousand connections of one address, each with calls and a blob, see nothing but 200")
    func crowd() throws {
      let user = try server.newUser()
      let file = try uploaded("a.bin", Fixtures.bytes(10_000, seed: 9), by: user)
      let path = "/group1/" + (try entry(of: file, for: user).url.components("/group1/").last ?? "")
      let connections = try (0..<1_000).map { _ in try client.connect() }
      let list = HTTPRequest(
        "POST", "/api/myfiles?cmd=normal", body: user.proof(["start": 0, "count": 10]).bytes)
      for request in [list, HTTPRequest("GET", path), list] {
        for connection in connections {
          try connection.send(request.headBytes(host: "a"))
          try connection.send(request.bodyBytes)
        }
        for connection in connections {
          #expect(try connection.readResponse(to: request.method).status == 200)
        }
      }
    }

    @Test("a flood of wrong logins keeps nobody from logging in, and does not pile up")
    func loginFlood() throws {
      let victim = try server.newUser("victim")
      let wrong: JSONValue = ["user": .string(victim.name), "pwd": .string(md5Hex([1]))]
      let crowd = client.calling(from: "127.0.43.2")
      let statuses = try inParallel(80) { _ in try crowd.api("/api/login", wrong).response.status }
      #expect(statuses.allSatisfy { $0 == 200 || $0 == 429 }, "\(statuses)")
      let (milliseconds, _) = try measuringMilliseconds {
        try PicbedUser(
          signingIn: victim.name, password: victim.password,
          on: client.calling(from: "127.0.43.3"))
      }
      #expect(milliseconds < 12_000, "the victim's own login took \(milliseconds) ms")
    }
  }
}

extension String {
  fileprivate func components(_ separator: String) -> [Substring] { split(separator: separator) }
}
