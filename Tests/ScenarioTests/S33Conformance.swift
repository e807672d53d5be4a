import TestSupport
import Testing

extension Scenarios {
  /// What RFC 9110 and RFC 9112 ask of a server beyond the wire's form (`S06Wire`): methods,
  /// lengths, limits, and that an answer before a close arrives.
  @Suite(.server("--max-upload", "1MiB")) struct S33Conformance {
    private func answer(_ text: String) throws -> String { try S06Wire.raw(text) }

    @Test(
      "OPTIONS says what a path answers to",
      arguments: [
        ("*", "GET"), ("*", "PUT"), ("/api/login", "POST"), ("/api/myfiles?cmd=normal", "POST"),
        ("/healthz", "HEAD"), ("/group1/M00/00/00/none", "GET"), ("/api/upload/x", "PUT"),
      ])
    func options(target: String, method: String) throws {
      let reply = try client.request("OPTIONS", target).response
      #expect(reply.status == 204 && reply.body.isEmpty, "\(reply)")
      #expect(reply["Content-Length"] == nil, "\(reply)")
      let allow = reply["Allow"]?.split(separator: ",").map { $0.filter { $0 != " " } } ?? []
      #expect(allow.contains(method) && allow.contains("OPTIONS"), "\(reply)")
      // Other sites' pages may have blobs, and may not call the API.
      let isBlob = target.hasPrefix("/group1/")
      #expect(reply["Access-Control-Allow-Origin"] == (isBlob ? "*" : nil))
    }

    @Test(
      "TRACE, CONNECT and methods that nobody knows are refused",
      arguments: [
        ("TRACE /healthz", [405]), ("TRACE * ", [400]), ("CONNECT h:443", [501, 405]),
        ("BREW /healthz", [405]), ("get /healthz", [405]), ("OPTIONS /api/nope", [404]),
      ])
    func methods(line: String, statuses: [Int]) throws {
      let answer = try answer("\(line) HTTP/1.1\nHost: h\nX-Secret: s\n\n")
      #expect(statuses.contains(S06Wire.statuses(in: answer).first ?? 0), "\(line): \(answer)")
      #expect(S06Wire.statuses(in: answer).count == 1)
      #expect(!answer.contains("X-Secret"))
      if answer.contains(" 405 ") { #expect(answer.contains("\r\nAllow: ")) }
    }

    @Test(
      "limits have statuses of their own",
      arguments: [
        ("GET /\(String(repeating: "a", count: 9_000)) HTTP/1.1\nHost: h\n\n", 414),
        ("GET /\(String(repeating: "a", count: 40_000)) HTTP/1.1\nHost: h\n\n", 414),
        ("GET / HTTP/1.1\nHost: h\nX: \(String(repeating: "a", count: 20_000))\n\n", 431),
        ("GET / HTTP/1.1\nHost: h\n\(String(repeating: "X: a\n", count: 101))\n", 431),
        ("POST /api/login HTTP/1.1\nHost: h\nContent-Length: 700000\n\n", 413),
        ("PUT /api/upload/x HTTP/1.1\nHost: h\nContent-Length: 9000000\n\n", 413),
        ("GET / HTTP/1.1\nHost: h\nExpect: tea\n\n", 417),
        ("GET / HTTP/1.1\nHost: h\nTransfer-Encoding: br\n\n", 501),
        ("GET / HTTP/2.0\nHost: h\n\n", 505),
      ])
    func limits(request: String, status: Int) throws {
      let answer = try answer(request + S06Wire.get("/healthz"))
      #expect(S06Wire.statuses(in: answer) == [status], "\(answer)")
      #expect(answer.contains("\r\nConnection: close\r\n") && answer.contains("\r\nDate: "))
    }

    @Test("every answer tells its exact length, and 304 and 204 have none")
    func lengths() throws {
      let user = try server.newUser()
      let url = try #require(
        try user.upload("len.bin", Fixtures.bytes(100, seed: 1))["url"]?.string)
      let path = "/" + url.split(separator: "/").dropFirst(2).joined(separator: "/")
      let connection = try client.connect()
      let tag = try connection.exchange(HTTPRequest("GET", path)).response["ETag"] ?? ""
      for request in [
        HTTPRequest("GET", path), HTTPRequest("HEAD", path), HTTPRequest("GET", "/api/nope"),
        HTTPRequest("GET", path, headers: [("Range", "bytes=5-9")]),
        HTTPRequest("GET", path, headers: [("Range", "bytes=500-")]),
        HTTPRequest("POST", "/api/login", body: Array("{".utf8)), HTTPRequest("GET", "/"),
        HTTPRequest("GET", "/share?urlmd5=0"), HTTPRequest("HEAD", "/share?urlmd5=0"),
      ] {
        let answer = try connection.exchange(request).response
        #expect(answer.all("Content-Length").count == 1, "\(request) \(answer)")
        #expect(answer["Date"] != nil && answer["Transfer-Encoding"] == nil)
      }
      let unchanged = try connection.exchange(
        HTTPRequest("GET", path, headers: [("If-None-Match", tag)])
      ).response
      #expect(unchanged.status == 304 && unchanged["Content-Length"] == nil, "\(unchanged)")
      #expect(unchanged["ETag"] == tag && unchanged["Date"] != nil)
      // The next answer is where it should be: no body came behind the 304.
      #expect(try connection.exchange(HTTPRequest("GET", "/healthz")).response.status == 200)
    }

    @Test(
      "an answer before a close is not eaten by a reset, whatever the client still sends",
      arguments: [
        "PUT /api/upload/x HTTP/1.1\nHost: h\nContent-Length: 90000000\n\n",
        "POST /api/login HTTP/1.1\nHost: h\nContent-Length: 90000000\n\n",
        "GET / HTTP/1.1\nHost: a b\n\n", "GET / HTTP/1.1\nHost: h\nConnection: close\n\n",
      ])
    func lingering(head: String) throws {
      let connection = try client.connect()
      try connection.send(S06Wire.wire(head))
      for _ in 0..<32 { try connection.send([UInt8](repeating: 0x41, count: 65_536)) }
      let answer = String(decoding: try connection.readToEnd(), as: UTF8.self)
      #expect(S06Wire.statuses(in: answer).count == 1, "\(head): \(answer.prefix(300))")
    }

    @Test("a TLS hello or an HTTP/2 preface on the plain port is refused at once")
    func strangers() throws {
      for bytes: [UInt8] in [
        [0x16, 0x03, 0x01, 0x00, 0xF8, 0x01, 0x00, 0x00, 0xF4, 0x03, 0x03],
        Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8),
      ] {
        let connection = try client.connect()
        try connection.send(bytes)
        #expect(try connection.hasBytes(withinMilliseconds: 5_000))
        let answer = String(decoding: try connection.readToEnd(), as: UTF8.self)
        #expect([[400], [505]].contains(S06Wire.statuses(in: answer)), "\(answer)")
      }
    }

    @Test(
      "no path leaves its folder, however it is written",
      arguments: [
        "/../../etc/passwd", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
        "/group1/../../redis/redis.sock", "/group1/M00/../../../lock", "/group1/M00/00/00/..%00x",
        "/group1/M00/%2e%2e/%2e%2e/lock", "/group1%2fM00%2f00%2f00%2fx", "/group1\\M00\\..\\lock",
        "/group1/M00/00/00/%252e%252e", "//etc/passwd", "/group1//etc/passwd", "/%00",
      ])
    func traversal(path: String) throws {
      let answer = try answer(S06Wire.get(path))
      #expect(S06Wire.statuses(in: answer) == [404], "\(path): \(answer)")
      #expect(!answer.contains("root:"))
    }

    @Test("nothing of a request comes back in a header or as HTML")
    func reflection() throws {
      let mark = "<script>x</script>"
      let hostile = "%0d%0aX-Evil:%20yes"
      for target in [
        "/\(mark)", "/\(hostile)", "/share?urlmd5=\(mark)", "/share?urlmd5=\(hostile)",
        "/api/\(mark)?cmd=\(mark)", "/group1/M00/00/00/\(mark)",
      ] {
        let answer = try answer(S06Wire.get(target, "Cookie: a=\(mark)\nReferer: \(mark)\n"))
        #expect(!answer.contains(mark) && !answer.contains("X-Evil: yes"), "\(target): \(answer)")
      }
    }

    @Test("HTTP/1.0 is kept alive when it asks, and closed when it does not")
    func oldClients() throws {
      let connection = try client.connect()
      try connection.send(S06Wire.wire("GET /healthz HTTP/1.0\nConnection: Keep-Alive\n\n"))
      let first = try connection.readResponse(to: "GET")
      #expect(first["Connection"]?.lowercased() == "keep-alive")
      try connection.send(S06Wire.wire("HEAD /healthz HTTP/1.0\n\n"))
      #expect(try connection.readResponse(to: "HEAD").status == 200)
      #expect(try connection.isClosed(withinMilliseconds: 10_000))
    }
  }
}
