import Foundation
import TestSupport
import Testing

extension Scenarios {
  /// Clients that hold on to what they have: each is cut in its time, and nobody else notices.
  @Suite(
    .server(
      "--head-timeout", "1s", "--idle-timeout", "2s", "--body-timeout", "1s", "--write-timeout",
      "1s", "--max-connections-per-address", "20"))
  struct S40SlowClients {
    /// A tick of the server's clock, the patience of this suite, and what a busy machine may add.
    static let millisecondsMax = 8_000.0

    /// Sends a byte every 100 ms until the server closes, while others are served.
    static func trickle(
      _ connection: HTTPConnection, _ bytes: [UInt8],
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let other = try client.calling(from: "127.0.40.99").connect()
      let (milliseconds, isCut) = try measuringMilliseconds {
        for byte in bytes {
          try connection.send([byte])
          if try connection.hasBytes(withinMilliseconds: 100) { return true }
          try other.exchange(HTTPRequest("GET", "/healthz")).expect(code: 0)
        }
        return false
      }
      #expect(
        isCut && milliseconds < millisecondsMax, "after \(milliseconds) ms",
        sourceLocation: sourceLocation)
    }

    @Test("a head that comes byte by byte is 408")
    func slowHead() throws {
      let connection = try client.calling(from: "127.0.40.1").connect()
      try Self.trickle(
        connection,
        Array("GET /healthz HTTP/1.1\r\nX-Long: \(String(repeating: "a", count: 90))".utf8))
      #expect(try connection.readStatus() == 408)
    }

    @Test("a JSON body that comes byte by byte is 408")
    func slowBody() throws {
      let connection = try client.calling(from: "127.0.40.2").connect()
      try connection.send(
        Array("POST /api/login HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n".utf8))
      try Self.trickle(connection, [UInt8](repeating: 0x20, count: 90))
      #expect(try connection.readStatus() == 408)
    }

    @Test("an upload that comes byte by byte is refused, and nothing is kept")
    func slowUpload() throws {
      let user = try server.newUser()
      let files = server.settledFiles
      let connection = try client.calling(from: "127.0.40.3").connect()
      let head = HTTPRequest(
        "POST", "/api/upload?filename=slow.bin",
        headers: [user.basic, ("Content-Length", "100000")],
        framing: .unframed)
      try connection.send(head.headBytes(host: "a"))
      try Self.trickle(connection, [UInt8](repeating: 0x20, count: 90))
      #expect(try connection.readStatus() == 400)
      #expect(try user.files().total == 0)
      #expect(eventually(within: 10) { server.storedFiles == files }, "\(server.storedFiles)")
    }

    @Test("an upload that is slow but steady is taken")
    func steadyUpload() throws {
      let user = try server.newUser()
      let bytes = Fixtures.bytes(4_000, seed: 40)
      let connection = try client.calling(from: "127.0.40.4").connect()
      let head = HTTPRequest(
        "POST", "/api/upload?filename=steady.bin",
        headers: [user.basic, ("Content-Length", "\(bytes.count)")], framing: .unframed)
      try connection.send(head.headBytes(host: "a"))
      try connection.send(bytes, inPiecesOf: 200, pauseMicroseconds: 150_000)
      #expect(try connection.readStatus() == 200)
    }

    @Test("who does not read an answer is cut; who reads it is not")
    func slowReader() throws {
      let user = try server.newUser()
      // More than the sockets' buffers take (tcp_wmem, tcp_rmem).
      let bytes = Fixtures.bytes(16 << 20, seed: 41)
      let file = try uploaded("large.bin", bytes, by: user)
      let url = try entry(of: file, for: user).url
      let path = "/group1/" + (url.components(separatedBy: "/group1/").last ?? "")
      let connection = try client.calling(from: "127.0.40.5").connect()
      try connection.send(HTTPRequest("GET", path).headBytes(host: "a"))
      #expect(eventually(within: 5) { holdsConnection(from: "0528007F") })
      #expect(
        eventually(within: Self.millisecondsMax / 1_000) { !holdsConnection(from: "0528007F") },
        "the connection of a reader that does not read is still there")
      #expect(throws: (any Error).self) { try connection.readResponse(to: "GET") }
      try expectDownload(url, is: bytes)
    }

    /// Whether there is a socket here whose peer is this address (hexadecimal, as proc(5) has it in
    /// /proc/net/tcp), be it one that is closed and has bytes still to send: also that takes memory.
    private func holdsConnection(from address: String) -> Bool {
      // By handle: other ways to read a file go by its size, which is 0 here.
      let file = FileHandle(forReadingAtPath: "/proc/net/tcp")
      let table = String(decoding: (try? file?.readToEnd()) ?? Data(), as: UTF8.self)
      return table.split(separator: "\n").dropFirst().contains { line in
        let columns = line.split(separator: " ")
        return columns.count > 9 && columns[2].hasPrefix("\(address):")
      }
    }

    @Test("an idle connection is closed")
    func idle() throws {
      let connection = try client.calling(from: "127.0.40.6").connect()
      try connection.exchange(HTTPRequest("GET", "/healthz")).expect(code: 0)
      #expect(try connection.isClosed(withinMilliseconds: Int32(Self.millisecondsMax)))
    }

    @Test("an address has so many connections and no more; others do not notice")
    func perAddress() throws {
      let crowd = client.calling(from: "127.0.40.7")
      var open: [HTTPConnection] = []
      for _ in 0..<20 {
        let connection = try crowd.connect()
        try connection.exchange(HTTPRequest("GET", "/healthz")).expect(code: 0)
        open.append(connection)
      }
      let refused = String(decoding: try crowd.connect().readToEnd(), as: UTF8.self)
      #expect(refused.hasPrefix("HTTP/1.1 429 ") && refused.contains("Retry-After: "), "\(refused)")
      try client.calling(from: "127.0.40.8").get("/healthz").expect(code: 0)
      open.removeLast()
      #expect(eventually(within: 5) { (try? crowd.get("/healthz").response.status) == 200 })
    }
  }
}
