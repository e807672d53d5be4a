import TestSupport
import Testing

extension Scenarios {
  /// One line a request on standard error, and no secret in any of them.
  @Suite(.serialized) struct S24Logging {
    static func withServer(_ options: [String], _ body: (PicbedServer) throws -> Void) throws {
      let server = try PicbedServer(options)
      try body(server)
      try server.stop()
    }

    /// The lines about `path`, once there are as many as expected: the line may be written behind
    /// the answer.
    static func lines(_ server: PicbedServer, with text: String, atLeast count: Int) -> [String] {
      func found() -> [String] {
        server.log.split(separator: "\n").map(String.init).filter { $0.contains(text) }
      }
      _ = eventually(within: 30) { found().count >= count }
      return found()
    }

    @Test("text: one line a request, with method, path, status, code and remote")
    func text() throws {
      try Self.withServer(["--request-log", "all"]) { server in
        let client = server.client.calling(from: "127.0.9.9")
        for number in 0..<20 { try client.api("/api/marker-\(number)x", [:]).expect(status: 404) }
        for number in 0..<20 {
          let lines = Self.lines(server, with: "/api/marker-\(number)x", atLeast: 1)
          try #require(lines.count == 1, "one line for marker-\(number), got \(lines)")
          for part in ["POST", "404", "127.0.9.9"] {
            #expect(lines[0].contains(part), "\(part) in: \(lines[0])")
          }
        }
      }
    }

    @Test("json: every line is one JSON object, with the same facts as values of their own")
    func json() throws {
      try Self.withServer(["--log-format", "json", "--request-log", "all"]) { server in
        try server.client.calling(from: "127.0.9.8").get("/api/marker\"x\\").expect(status: 404)
        _ = Self.lines(server, with: "marker", atLeast: 1)
        let log = server.log.split(separator: "\n").map(String.init)
        let objects = log.compactMap { try? JSONValue(parsing: Array($0.utf8)).object }
        #expect(objects.count == log.count, "not all JSON: \(log)")
        let requests = objects.filter {
          $0.values.contains { $0.string?.contains("marker") == true }
        }
        try #require(requests.count == 1, "\(log)")
        let values = Array(requests[0].values)
        #expect(values.contains("GET") && values.contains(404) && values.contains(1), "\(requests)")
        #expect(values.contains { $0.string?.hasPrefix("127.0.9.8") == true }, "\(requests)")
      }
    }

    @Test("off: no request is logged")
    func off() throws {
      let server = try PicbedServer(["--request-log", "off"])
      try server.client.api("/api/marker", [:]).expect(status: 404)
      // After the stop everything that would be written has been.
      try server.stop()
      #expect(!server.log.contains("/api/marker"), "\(server.log)")
    }

    @Test("1/10: about one in ten is logged")
    func sampled() throws {
      let server = try PicbedServer(["--request-log", "1/10"])
      let connection = try server.client.connect()
      for _ in 0..<1_000 { _ = try connection.exchange(HTTPRequest("GET", "/api/marker")) }
      try server.stop()
      let count = server.log.split(separator: "\n").filter { $0.contains("/api/marker") }.count
      // Were it by chance, fewer than 50 or more than 150 would come once in ten million runs.
      #expect((50...150).contains(count), "\(count) lines of 1000")
    }

    @Test("no token, no password, no credentials, whatever way they came by")
    func secrets() throws {
      let server = try PicbedServer(["--request-log", "all", "--log-level", "debug"])
      let user = try server.newUser("secretive")
      let client = server.client
      let target = "/api/myfiles?cmd=count"
      try client.api(target, user.proof()).expect(code: 0)
      try client.api(target, [:], headers: [user.basic]).expect(code: 0)
      try client.api(target, [:], headers: [("Cookie", user.sessionCookie)]).expect(code: 0)
      try client.api(
        target, [:], headers: [("Cookie", "userName=\(user.name); token=\(user.token)")]
      )
      .expect(code: 0)
      // In the query, where no token belongs but clients put them.
      _ = try client.api("\(target)&user=\(user.name)&token=\(user.token)", [:])
      _ = try client.api("/api/myfiles&cmd=count&token=\(user.token)", [:])
      _ = try client.api("/api/login?pwd=\(user.password)", [:])
      _ = try client.api("/api/nope?token=\(user.token)", [:])
      // And where the query was not even seen as one.
      _ = try client.api("/api/myfiles?cmd=count%26token%3D\(user.token)", [:])
      _ = try client.api("/api/myfiles?cmd=\(user.token)", [:])
      _ = try client.api("/api/login?cmd=\(user.token)", [:])
      _ = try client.get("/group1/M00/\(user.token)")
      _ = try client.get("/share&token=\(user.token)")
      _ = try client.get("/\(user.token)")
      _ = try client.get("/nope/%26token%3D\(user.token)")
      _ = try client.request("POST", target, body: Array("{\"token\":\"\(user.token)\",}".utf8))
      try user.upload(
        StandardForm([
          .field("user", user.name), .field("token", user.token), .file("s", [1]),
        ]).body
      ).expect(code: 0)
      let form = DocumentForm(user: user.name, filename: "t", token: user.token, bytes: [2])
      try user.upload(form.body).expect(code: 0)
      try user.call(
        "/api/passwd",
        ["pwd": .string(user.password), "newPwd": .string(Fixtures.documentPassword)]
      )
      .expect(code: 0)
      try server.stop()
      let credentials = String(user.basic.value.dropFirst("Basic ".count))
      let cookie = String(user.sessionCookie.split(separator: "=", maxSplits: 1)[1])
      for secret in [user.token, user.password, Fixtures.documentPassword, credentials, cookie] {
        let lines = (server.log + server.output).split(separator: "\n").filter {
          $0.contains(secret)
        }
        #expect(lines.isEmpty, "\(lines)")
      }
      #expect(server.log.contains("/api/myfiles"), "the requests were logged at all: \(server.log)")
    }

    @Test("a request cannot forge a line of its own")
    func forgedLines() throws {
      let server = try PicbedServer(["--request-log", "all"])
      _ = try server.client.get("/api/x%0AFORGED%0D%1b[31m")
      _ = try server.client.get("/api/sharefiles?cmd=%0AFORGED")
      try server.stop()
      let lines = server.log.split(whereSeparator: \.isNewline)
      #expect(!lines.contains { $0.hasPrefix("FORGED") }, "\(lines)")
      #expect(!server.log.contains("\u{1b}"), "\(lines)")
    }
  }
}
