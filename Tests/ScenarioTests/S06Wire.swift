import TestSupport
import Testing

extension Scenarios {
  /// HTTP/1.1 on the wire: what hand-written servers get wrong (RFC 9110, RFC 9112).
  @Suite(.server()) struct S06Wire {
    /// Sends `text` with LF as CRLF, half-closes, and returns all that comes back as text.
    static func raw(_ text: String) throws -> String {
      let connection = try client.connect()
      try connection.send(wire(text))
      connection.finishSending()
      return String(decoding: try connection.readToEnd(), as: UTF8.self)
    }

    static func wire(_ text: String) -> [UInt8] {
      Array(text.replacing("\r\n", with: "\n").replacing("\n", with: "\r\n").utf8)
    }

    /// A complete, correct GET with `fields` beside its Host.
    static func get(_ target: String, _ fields: String = "") -> String {
      "GET \(target) HTTP/1.1\nHost: h\n\(fields)\n"
    }

    static func statuses(in text: String) -> [Int] {
      text.matches(of: #/HTTP/1\.[01] ([0-9]{3})/#).compactMap { Int($0.1) }
    }

    @Test(
      "malformed requests are 400 (501 for an unknown coding), and the connection ends there",
      arguments: [
        "POST /api/login HTTP/1.1\nHost: h\nContent-Length: -1\n\n",
        "POST /api/login HTTP/1.1\nHost: h\nContent-Length: 1_0\n\n{}",
        "POST /api/login HTTP/1.1\nHost: h\nContent-Length: +2\n\n{}",
        "POST /api/login HTTP/1.1\nHost: h\nContent-Length: 99999999999999999999\n\n{}",
        "POST /api/login HTTP/1.1\nHost: h\nContent-Length: 2\nContent-Length: 3\n\n{} ",
        "POST /api/login HTTP/1.1\nHost: h\nContent-Length: 2, 3\n\n{} ",
        "POST /api/login HTTP/1.1\nHost: h\nContent-Length: 2\nTransfer-Encoding: chunked\n\n0\n\n",
        "POST /api/login HTTP/1.1\nHost: h\nTransfer-Encoding: gzip\n\n0\n\n",
        "POST /api/login HTTP/1.1\nHost: h\nTransfer-Encoding: chunked, gzip\n\n0\n\n",
        "POST /api/login HTTP/1.1\nHost: h\nTransfer-Encoding: xchunked\n\n0\n\n",
        "POST /api/login HTTP/1.0\nHost: h\nTransfer-Encoding: chunked\n\n0\n\n",
        "POST /api/login HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\nx\n\n",
        "POST /api/md5 HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\nfffffffffffffff01\n{}\n0\n\n",
        "POST /api/login HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n2\n{}x0\n\n",
        "POST /api/login HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n0x2\n{}\n0\n\n",
        "GET /healthz HTTP/1.1\n\n",
        "GET /healthz HTTP/1.1\nHost: a\nHost: b\n\n",
        "GET /healthz HTTP/1.1\nHost: a b\n\n",
        "GET /healthz HTTP/1.1\nHost : h\n\n",
        "GET /healthz HTTP/1.1\nHost: h\nX-Folded: a\n b\n\n",
        "GET /healthz HTTP/1.1\nHost: h\nno colon\n\n",
        "GET /healthz HTTP/1.1\nHost: h\n: empty\n\n",
        "GET /healthz HTTP/1.1\nHost: h\nX: a\0b\n\n",
        "GET /healthz HTTP/1.1\nHost: h\nX: a\rb\n\n",
        "GET /healthz\n\n",
        "GET  /healthz HTTP/1.1\nHost: h\n\n",
        "GET /health z HTTP/1.1\nHost: h\n\n",
        "GET healthz HTTP/1.1\nHost: h\n\n",
        "G(T /healthz HTTP/1.1\nHost: h\n\n",
        "GET /healthz HTTP/x.y\nHost: h\n\n",
      ])
    func malformed(request: String) throws {
      // A second request behind it must not be answered: where a malformed one ends, nobody knows.
      let answer = try Self.raw(request + Self.get("/healthz"))
      let statuses = Self.statuses(in: answer)
      let wanted = request.contains("gzip") || request.contains("xchunked") ? [400, 501] : [400]
      #expect(
        statuses.count == 1 && wanted.contains(statuses.first ?? 0),
        "\n  sent: \(request)\n  answer: \(answer)")
      if statuses == [400] {
        let body = answer.split(separator: "\r\n\r\n", maxSplits: 1).last.map(String.init) ?? ""
        let json = try? JSONValue(parsing: Array(body.utf8))
        #expect(json?["code"] == 1 && json?["message"]?.string?.isEmpty == false, "\(answer)")
      }
    }

    @Test("an unknown major version is 400 or 505")
    func unknownVersion() throws {
      let answer = try Self.raw("GET /healthz HTTP/2.0\nHost: h\n\n")
      #expect([[400], [505]].contains(Self.statuses(in: answer)), "\(answer)")
    }

    @Test(
      "what is unusual but right is served",
      arguments: [
        "GET /healthz HTTP/1.1\nhOST:\t h \t\n\n",
        "\nGET /healthz HTTP/1.1\nHost: h\n\n",
        "GET http://other.example/healthz HTTP/1.1\nHost: h\n\n",
        "GET /healthz HTTP/1.1\nHost: h\nX-Empty:\n\n",
        "GET /healthz HTTP/1.1\nHost:\n\n",
        "GET /healthz?x=%00&y HTTP/1.1\nHost: [::1]:80\n\n",
        "GET /healthz HTTP/1.0\n\n",
        "GET /healthz HTTP/1.1\nHost: h\nContent-Length: 2\n\nxy",
        "GET /healthz HTTP/1.1\nHost: h\nContent-Length: 2\nContent-Length: 2\n"
          + "Connection: close\n\nxy",
        "GET /healthz HTTP/1.1\nHost: h\nTransfer-Encoding: Chunked\n\n"
          + "2;a=b;c=\"d\"\nxy\n0\nX-Trailer: t\n\n",
      ])
    func unusual(request: String) throws {
      let answer = try Self.raw(request)
      // RFC 9110 §8.6 lets a server take or refuse equal repeats of Content-Length.
      let wanted = request.contains("2\nContent-Length") ? [[200], [400]] : [[200]]
      #expect(
        wanted.contains(Self.statuses(in: answer)), "\n  sent: \(request)\n  answer: \(answer)")
    }

    @Test("pipelined requests are answered in order, bodies that nobody reads included")
    func pipelining() throws {
      let user = try server.newUser()
      let body = user.proof().description
      let post =
        "POST /api/myfiles?cmd=count HTTP/1.1\nHost: h\n"
        + "Content-Length: \(body.utf8.count)\n\n\(body)"
      let answer = try Self.raw(
        Self.get("/api/nope/1") + post + Self.get("/healthz", "Content-Length: 24\n")
          + "GET /api/nope/2 HTTP/1.1" + "POST /api/reg HTTP/1.1\nHost: h\nContent-Length: 2\n\n{}"
          + Self.get("/api/nope/3"))
      // The 24 bytes behind /healthz are its body, so nope/2 is none of a request's business.
      #expect(Self.statuses(in: answer) == [404, 200, 200, 200, 404], "\(answer)")
    }

    @Test("a hundred requests in one write get a hundred answers in order")
    func deepPipeline() throws {
      let requests = (0..<100).map { Self.get($0 % 3 == 0 ? "/api/nope" : "/healthz") }.joined()
      let answer = try Self.raw(requests)
      #expect(Self.statuses(in: answer) == (0..<100).map { $0 % 3 == 0 ? 404 : 200 })
    }

    @Test("a request that arrives byte by byte is the same request")
    func byteByByte() throws {
      let user = try server.newUser()
      let connection = try client.connect()
      let request = HTTPRequest("POST", "/api/myfiles?cmd=count", body: user.proof().bytes)
      try connection.send(request.headBytes(host: client.host) + request.bodyBytes, inPiecesOf: 1)
      Exchange(request, try connection.readResponse(to: "POST")).expect(code: 0)
    }

    @Test(
      "chunked bodies, in chunks of any size, are the same body",
      arguments: [[1], [7, 1, 30], [1_000]])
    func chunked(sizes: [Int]) throws {
      let user = try server.newUser()
      try client.request(
        "POST", "/api/myfiles?cmd=count", body: user.proof().bytes, framing: .chunked(sizes)
      ).expect(code: 0)
    }

    @Test("a client that half-closes still gets its answer")
    func halfClose() throws {
      let connection = try client.connect()
      try connection.send(Self.wire(Self.get("/healthz")))
      connection.finishSending()
      #expect(try connection.readResponse(to: "GET").status == 200)
      #expect(try connection.isClosed(withinMilliseconds: 30_000))
    }

    @Test("a message that is cut off is never taken for whole")
    func cutOff() throws {
      let name = PicbedUser.uniqueName("cut")
      let fields =
        "\"userName\":\"\(name)\",\"nickName\":\"n\",\"firstPwd\":\"\(Fixtures.documentPassword)\""
      let body = "{\(fields)}"
      let head = "POST /api/reg HTTP/1.1\nHost: h\nContent-Length: \(body.utf8.count + 2)\n\n"
      let answer = try Self.raw(head + body)
      #expect(!Self.statuses(in: answer).contains(200), "\(answer)")
      // The name is still free.
      let reply = try client.request("POST", "/api/reg", body: Array(body.utf8))
      reply.expect(code: 0)
    }

    @Test(
      "Connection: close, alone or in a list, in any case, ends the connection after the answer")
    func close() throws {
      for fields in [
        "Connection: close\n", "Connection: x, CLOSE\n", "Connection: x\nConnection: close\n",
      ] {
        let connection = try client.connect()
        try connection.send(Self.wire(Self.get("/healthz", fields) + Self.get("/api/nope")))
        let answer = String(decoding: try connection.readToEnd(), as: UTF8.self)
        #expect(Self.statuses(in: answer) == [200], "\(fields) \(answer)")
        #expect(answer.lowercased().contains("connection: close"), "\(answer)")
      }
    }

    @Test("HTTP/1.1 keeps the connection, HTTP/1.0 does not")
    func persistence() throws {
      let connection = try client.connect()
      for _ in 0..<3 {
        #expect(try connection.exchange(HTTPRequest("GET", "/healthz")).response.status == 200)
      }
      #expect(try !connection.isClosed(withinMilliseconds: 200))
      let old = try client.connect()
      try old.send(Self.wire("GET /healthz HTTP/1.0\n\n"))
      _ = try old.readResponse(to: "GET")
      #expect(try old.isClosed(withinMilliseconds: 30_000))
    }

    @Test("HEAD has no body, errors included, and the connection goes on")
    func head() throws {
      let connection = try client.connect()
      for (target, status) in [
        ("/api/nope", 404), ("/api/reg", 405), ("/group1/M00/00/00/none", 404),
      ] {
        let reply = try connection.exchange(HTTPRequest("HEAD", target))
        #expect(reply.response.status == status, "\(reply)")
        #expect(
          try !connection.hasBytes(withinMilliseconds: 50),
          "a body behind the answer to HEAD \(target)")
      }
      #expect(try connection.exchange(HTTPRequest("GET", "/healthz")).response.status == 200)
    }

    @Test("every answer has a Date (RFC 9110 §6.6.1)")
    func date() throws {
      for target in ["/healthz", "/api/nope", "/api/reg", "/share?urlmd5=0"] {
        let reply = try client.get(target)
        let form = #/(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT/#
        #expect(try form.wholeMatch(in: reply.response["Date"] ?? "") != nil, "\(reply)")
      }
    }

    @Test("Expect: 100-continue gets 100 or a final answer at once; HTTP/1.0 never gets 100")
    func expectContinue() throws {
      let user = try server.newUser()
      let connection = try client.connect()
      let body = user.proof().bytes
      let head = HTTPRequest(
        "POST", "/api/myfiles?cmd=count",
        headers: [("Expect", "100-Continue"), ("Content-Length", "\(body.count)")],
        framing: .unframed)
      try connection.send(head.headBytes(host: client.host))
      #expect(try connection.hasBytes(withinMilliseconds: 30_000), "neither 100 nor a final answer")
      try connection.send(body)
      Exchange(head, try connection.readResponse(to: "POST")).expect(code: 0)

      let text = String(decoding: body, as: UTF8.self)
      let answer = try Self.raw(
        "POST /api/myfiles?cmd=count HTTP/1.0\nExpect: 100-continue\n"
          + "Content-Length: \(body.count)\n\n\(text)"
      )
      #expect(Self.statuses(in: answer) == [200], "\(answer)")
    }

    @Test("three hundred idle connections do not keep anyone from being served")
    func idleConnections() throws {
      let idle = try (0..<300).map { _ in try client.connect() }
      try client.get("/healthz").expectAlive()
      #expect(idle.count == 300)
    }
  }
}
