import Glibc
import TestSupport
import Testing

extension Scenarios {
  /// The real binary with a certificate of the test's own: everything that holds in plain holds by
  /// TLS.
  @Suite(.tlsServer("--hsts", "180d")) struct S34TLS {
    /// A client of the encrypted port.
    static func secure(_ tls: TLSClient = TLSClient()) throws -> HTTPClient {
      try server.client(by: tls)
    }

    /// Uploads `bytes` by TLS and returns the path of its URL.
    static func path(_ user: PicbedUser, _ bytes: [UInt8], as name: String) throws -> String {
      let url = try #require(try user.upload(name, bytes).expect(code: 0)["url"]?.string)
      return "/" + url.split(separator: "/").dropFirst(2).joined(separator: "/")
    }

    @Test("blobs of all sizes come whole, from the disk, from memory, in part and as HEAD")
    func blobs() throws {
      let client = try Self.secure()
      let user = try server.newUser().on(client)
      for size in [1, 300, 16_383, 16_384, 16_385, 70_000, 1_000_000, 5_000_000] {
        let bytes = Fixtures.bytes(size, seed: UInt64(size))
        let path = try Self.path(user, bytes, as: "f\(size).bin")
        let connection = try client.connect()
        for _ in 0..<2 {
          let whole = try connection.exchange(HTTPRequest("GET", path)).response
          #expect(whole.status == 200 && whole.body == bytes, "\(size) bytes")
        }
        let head = try connection.exchange(HTTPRequest("HEAD", path)).response
        #expect(head["Content-Length"] == "\(size)" && head.body.isEmpty)
        let last = try connection.exchange(
          HTTPRequest("GET", path, headers: [("Range", "bytes=\(size / 2)-")])
        ).response
        #expect(last.status == 206 && last.body == Array(bytes[(size / 2)...]))
      }
    }

    @Test("an upload of 20 MB arrives whole")
    func largeUpload() throws {
      let client = try Self.secure()
      let user = try server.newUser().on(client)
      let bytes = Fixtures.bytes(20 << 20, seed: 20)
      let path = try Self.path(user, bytes, as: "large.bin")
      #expect(try client.get(path).response.body == bytes)
    }

    @Test("a reader that takes its time gets every byte of answers that fill the socket")
    func slowReader() throws {
      let client = try Self.secure()
      let user = try server.newUser().on(client)
      let bytes = Fixtures.bytes(6_000_000, seed: 6)
      let path = try Self.path(user, bytes, as: "slow.bin")
      let connection = try client.connect()
      for _ in 0..<3 { try connection.send(HTTPRequest("GET", path).headBytes(host: "h")) }
      usleep(300_000)
      for _ in 0..<3 { #expect(try connection.readResponse(to: "GET").body == bytes) }
    }

    @Test("keep-alive, pipelining, a half-close and an end that says so (close_notify)")
    func connections() throws {
      let connection = try Self.secure().connect()
      try connection.send(
        S06Wire.wire(
          (0..<50).map { S06Wire.get($0 % 3 == 0 ? "/api/nope" : "/healthz") }.joined()))
      for index in 0..<50 {
        #expect(try connection.readResponse(to: "GET").status == (index % 3 == 0 ? 404 : 200))
      }
      try connection.send(S06Wire.wire(S06Wire.get("/healthz")))
      connection.finishSending()
      #expect(try connection.readResponse(to: "GET").status == 200)
      #expect(try connection.isClosed(withinMilliseconds: 10_000))
      #expect(connection.sawCloseNotify)
    }

    @Test("a request that arrives in records of one byte is the same request")
    func tinyRecords() throws {
      let connection = try Self.secure().connect()
      try connection.send(S06Wire.wire(S06Wire.get("/healthz")), inPiecesOf: 1)
      #expect(try connection.readResponse(to: "GET").status == 200)
    }

    @Test("a refused upload's answer is not lost, and ends with close_notify")
    func refusedUpload() throws {
      let connection = try Self.secure().connect()
      try connection.send(
        S06Wire.wire("PUT /api/upload/x HTTP/1.1\nHost: h\nContent-Length: 50000000\n\n"))
      for _ in 0..<20 { try connection.send([UInt8](repeating: 0x78, count: 65_536)) }
      let answer = String(decoding: try connection.readToEnd(), as: UTF8.self)
      #expect(answer.hasPrefix("HTTP/1.1 200 OK") && answer.contains("\"code\":1"), "\(answer)")
      #expect(connection.sawCloseNotify)
    }

    @Test("1.3 and 1.2 with forward secrecy and AEAD, nothing older")
    func versions() throws {
      let newest = try Self.secure().connect().handshake
      #expect(newest.version == "TLSv1.3" && newest.suite == "TLS_AES_128_GCM_SHA256")
      let older = try Self.secure(TLSClient(version: .tls12)).connect().handshake
      #expect(older.version == "TLSv1.2" && older.suite == "ECDHE-ECDSA-AES128-GCM-SHA256")
      #expect(throws: TLSPeerError.self) {
        _ = try Self.secure(TLSClient(version: .tls11)).connect()
      }
    }

    @Test("ALPN chooses http/1.1, and refuses a client that speaks only something else")
    func applicationProtocol() throws {
      let both = try Self.secure(TLSClient(protocols: ["h2", "http/1.1"])).connect()
      #expect(both.handshake.chosenProtocol == "http/1.1")
      #expect(try Self.secure().connect().handshake.chosenProtocol == "")
      #expect(throws: TLSPeerError.self) {
        _ = try Self.secure(TLSClient(protocols: ["h2", "http/1.0"])).connect()
      }
    }

    @Test("a session is resumed", arguments: [TLSClient.Version.tls12, .tls13])
    func resumption(version: TLSClient.Version) throws {
      let client = try Self.secure(TLSClient(version: version, tickets: TLSTickets()))
      for isFirst in [true, false, false] {
        let connection = try client.connect()
        try connection.send(S06Wire.wire(S06Wire.get("/healthz")))
        #expect(try connection.readResponse(to: "GET").status == 200)
        #expect(connection.handshake.wasResumed == !isFirst)
      }
    }

    @Test("answers by TLS carry HSTS, a Secure cookie and https URLs; those in plain none of it")
    func security() throws {
      let client = try Self.secure()
      let user = try server.newUser()
      let fields: JSONValue = ["user": .string(user.name), "pwd": .string(user.password)]
      let login = HTTPRequest("POST", "/api/login", body: fields.bytes)
      let secure = try client.connect().exchange(login).response
      #expect(secure["Strict-Transport-Security"] == "max-age=15552000")
      #expect(secure["Set-Cookie"]?.contains("; Secure") == true)
      let plain = try server.client.connect().exchange(login).response
      #expect(plain["Strict-Transport-Security"] == nil)
      #expect(plain["Set-Cookie"]?.contains("; Secure") == false)
      let url = try user.on(client).upload("u.bin", Fixtures.bytes(10, seed: 1))["url"]
      #expect(url?.string?.hasPrefix("https://\(client.host)/group1/") == true)
    }

    @Test("plain HTTP on the encrypted port is told so; nonsense is cut")
    func plainOnEncrypted() throws {
      var client = try Self.secure()
      client.tls = nil
      let connection = try client.connect()
      try connection.send(S06Wire.wire(S06Wire.get("/healthz")))
      let answer = String(decoding: try connection.readToEnd(), as: UTF8.self)
      #expect(answer.hasPrefix("HTTP/1.1 400 ") && answer.contains("https://"), "\(answer)")
      #expect(!answer.contains("Strict-Transport"))
      let nonsense = try client.connect()
      try nonsense.send([22, 3, 1, 0, 5] + [UInt8](repeating: 0xEE, count: 400))
      #expect(S06Wire.statuses(in: String(decoding: try nonsense.readToEnd(), as: UTF8.self)) == [])
    }

    @Test("who cuts the line is not taken for the client: a request without its end is not served")
    func truncation() throws {
      let client = try Self.secure()
      let name = PicbedUser.uniqueName("cut")
      let body =
        "{\"userName\":\"\(name)\",\"nickName\":\"n\",\"firstPwd\":\"\(Fixtures.documentPassword)\"}"
      let connection = try client.connect()
      try connection.send(
        S06Wire.wire("POST /api/reg HTTP/1.1\nHost: h\nContent-Length: \(body.utf8.count + 1)\n\n")
          + Array(body.utf8))
      connection.cutOff()
      // The server says decode_error and closes.
      #expect(throws: TLSPeerError.self) { _ = try connection.readToEnd() }
      try client.request("POST", "/api/reg", body: Array(body.utf8)).expect(code: 0)
    }

    @Test("sixty clients that shake hands at once are all served")
    func manyHandshakes() throws {
      let client = try Self.secure()
      let statuses = try inParallel(60) { _ in try client.get("/healthz").response.status }
      #expect(statuses == [Int](repeating: 200, count: 60))
    }
  }
}

/// Starts a server with a plain and an encrypted port before a suite's first test, and stops it
/// after its last.
struct TLSServerTrait: SuiteTrait, TestScoping {
  let options: [String]

  func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let certificate = try TLSCertificate(in: folder)
    let paths = ["--tls-cert", certificate.certificatePath, "--tls-key", certificate.keyPath]
    let server = ServerTrait(
      options: paths + ["--tls-listen", "127.0.0.1:0"] + options, environment: [:])
    try await server.provideScope(for: test, testCase: testCase, performing: function)
  }
}

extension Trait where Self == TLSServerTrait {
  static func tlsServer(_ options: String...) -> Self { TLSServerTrait(options: options) }
}
