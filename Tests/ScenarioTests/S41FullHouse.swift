import Foundation
import TestSupport
import Testing

extension Scenarios {
  /// More clients than there is room for.
  @Suite(
    .server(
      "--max-connections", "40", "--head-timeout", "5m", "--idle-timeout", "5m", "--threads", "1"))
  struct S41FullHouse {
    @Test("past --max-connections a newcomer hears 503, and who is at something is served")
    func fullHouse() throws {
      let busy = try (0..<40).map { _ in try Self.enter(sending: Self.halfHead) }
      for _ in 0..<5 { try Self.expectTurnedAway() }
      for connection in busy { try Self.expectAnswer(on: connection) }
    }

    @Test("in a full house a newcomer gets the place of who has asked for nothing for the longest")
    func idleOnesMakeWay() throws {
      let busy = try Self.enter(sending: Self.halfHead)
      let idle = try (0..<39).map { _ in try Self.enter() }
      #expect(eventually(within: 60) { (try? client.get("/healthz").response.status) == 200 })
      #expect(try idle[0].isClosed(withinMilliseconds: 10_000))
      for connection in idle.dropFirst() {
        try connection.exchange(HTTPRequest("GET", "/healthz")).expect(code: 0)
      }
      try Self.expectAnswer(on: busy)
    }

    @Test("out of descriptors, a newcomer hears 503, who is in is served, and it passes")
    func noDescriptors() throws {
      let connection = try client.connect()
      try connection.exchange(HTTPRequest("GET", "/healthz")).expect(code: 0)
      try Self.limitDescriptors(to: Self.descriptors())
      for _ in 0..<5 { try Self.expectTurnedAway() }
      try connection.exchange(HTTPRequest("GET", "/healthz")).expect(code: 0)
      try connection.exchange(HTTPRequest("GET", "/api/sharefiles?cmd=count")).expect(code: 0)
      try Self.limitDescriptors(to: 1_000)
      #expect(eventually(within: 5) { (try? client.get("/readyz").response.status) == 200 })
    }

    private static let halfHead = "GET /healthz HTTP/1.1\r\nHost: h\r\n"

    /// A connection that was served once, as soon as there is room for it, and then sends the beginning of a head.
    private static func enter(sending text: String = "") throws -> HTTPConnection {
      var entered: HTTPConnection?
      _ = eventually(within: 60) {
        guard let connection = try? client.connect(),
          let answer = try? connection.exchange(HTTPRequest("GET", "/healthz")).response,
          answer.status == 200
        else { return false }
        entered = connection
        return true
      }
      let connection = try #require(entered)
      try connection.send(Array(text.utf8))
      return connection
    }

    /// Ends the half-sent head.
    private static func expectAnswer(on connection: HTTPConnection) throws {
      try connection.send(Array("\r\n".utf8))
      #expect(try connection.readResponse(to: "GET").status == 200)
    }

    private static func expectTurnedAway(
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let refused = String(decoding: try client.connect().readToEnd(), as: UTF8.self)
      #expect(
        refused.hasPrefix("HTTP/1.1 503 ") && refused.contains("Retry-After: "), "\(refused)",
        sourceLocation: sourceLocation)
    }

    /// How many descriptors the server may have for none to be free, once what it closes is closed.
    private static func descriptors() throws -> Int {
      var numbers: [Int] = []
      _ = try eventually(within: 2, everyMilliseconds: 200) {
        let before = numbers
        numbers = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(server.pid)/fd")
          .compactMap { Int($0) }.sorted()
        return numbers == before
      }
      // The limit is one above the highest number that may be given out (getrlimit(2)).
      return numbers.enumerated().first { $0.offset != $0.element }?.offset ?? numbers.count
    }

    /// Sets the soft limit of the running server, with prlimit(1), which every Debian has.
    private static func limitDescriptors(to limit: Int) throws {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let prlimit = try ChildProcess(
        "prlimit", ["--pid", "\(server.pid)", "--nofile=\(limit):"],
        outputPath: folder / "out", errorPath: folder / "err")
      #expect(prlimit.wait(seconds: 10) == .exit(0), "\(prlimit.errors)")
    }
  }
}
