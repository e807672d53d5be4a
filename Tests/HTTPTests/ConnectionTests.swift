import Events
import Glibc
import Synchronization
import Testing

@testable import HTTP

/// Connections over real sockets, with literal bytes in and out.
@Suite(.serialized) struct ConnectionTests {
  private static let routes = [
    Route(
      .get, .exact("/now"), body: .discarded,
      handler: .immediate({ _ in text("now") }, otherwise: { _ in text("late") })),
    Route(.post, .exact("/echo")) { request in text(String(decoding: request.body, as: UTF8.self))
    },
    Route(.post, .exact("/count"), body: .streamed(bytesMax: 1 << 20)) { request in
      var bytes = 0
      do {
        while let piece = try await request.stream!.next() { bytes += piece.count }
        return text("\(bytes)")
      } catch {
        return .failure(.badRequest, "\(error)")
      }
    },
    Route(.post, .exact("/late"), body: .streamed(bytesMax: 1 << 20)) { request in
      // The body is there before anybody asks for it.
      try? await Task.sleep(for: .milliseconds(20))
      var bytes = 0
      while let piece = try? await request.stream!.next() { bytes += piece.count }
      return text("\(bytes)")
    },
    Route(.get, .exact("/file"), body: .discarded) { _ in
      guard let file = ColdFile(bytes: 3 << 20) else { return .failure(.notFound, "no file") }
      return Response(.ok, body: .file(file, 0..<3 << 20))
    },
    Route(.get, .exact("/unreadable"), body: .discarded) { _ in
      guard let file = ColdFile(bytes: 3 << 20, isUnreadable: true) else {
        return .failure(.notFound, "no file")
      }
      return Response(.ok, body: .file(file, 0..<3 << 20))
    },
    Route(.post, .exact("/refuse"), body: .streamed(bytesMax: 1 << 30)) { _ in
      .failure(.badRequest, "no")
    },
  ]

  private static func text(_ text: String) -> Response {
    Response(.ok, contentType: "text/plain", bytes: Array(text.utf8))
  }

  /// Sends `pieces` one after the other and answers everything until the server closes or falls silent.
  private func exchange(
    _ pieces: [String], limits: HTTPLimits = HTTPLimits(), halfClose: Bool = false,
    pauseMicroseconds: UInt32 = 3_000, patienceMilliseconds: Int = 1_000
  ) throws -> String {
    let group = try EventLoopGroup(count: 1)
    try group.start()
    defer { group.stopAndJoin() }
    let loop = group.loops[0]
    final class Holder: @unchecked Sendable { var server: HTTPServer? }
    let holder = Holder()
    let port = loop.performAndWait {
      let server = HTTPServer(
        loop: loop, router: Router(Self.routes), limits: limits,
        ledger: ConnectionLedger(max: 100, perAddressMax: nil), requestLog: nil)
      server.diskPool = try? BlockingPool(name: "disk", threads: 1, queueMax: 8)
      holder.server = server
      return try? server.listen(SocketAddress("127.0.0.1:0")!).port
    }
    defer {
      loop.performAndWait {
        holder.server?.stop {}
        holder.server?.closeAll()
      }
    }
    let client = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    defer { close(client) }
    var timeout = timeval(
      tv_sec: patienceMilliseconds / 1_000, tv_usec: patienceMilliseconds % 1_000 * 1_000)
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(try #require(port)).bigEndian
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
    let connected = withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    #expect(connected == 0)
    for piece in pieces {
      let bytes = Array(piece.utf8)
      var sent = 0
      while sent < bytes.count {
        let count = bytes.withUnsafeBytes {
          send(client, $0.baseAddress! + sent, bytes.count - sent, CInt(MSG_NOSIGNAL))
        }
        if count <= 0 { break }
        sent += count
      }
      usleep(pauseMicroseconds)
    }
    if halfClose { shutdown(client, CInt(SHUT_WR)) }
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = recv(client, &buffer, buffer.count, 0)
      if count == 0 { return String(decoding: received, as: UTF8.self) + "<close>" }
      if count < 0 {
        return String(decoding: received, as: UTF8.self) + (errno == EAGAIN ? "" : "<reset>")
      }
      received += buffer[..<count]
    }
  }

  /// A file of zeros that seems to be on disk only, until each piece of it was asked for.
  private final class ColdFile: FileSource {
    let descriptor: CInt
    private let loaded = Mutex<[Range<Int64>]>([])
    /// Of which no byte can be brought into memory.
    private let isUnreadable: Bool

    init?(bytes: Int, isUnreadable: Bool = false) {
      self.isUnreadable = isUnreadable
      var path = Array("/tmp/picbed-cold-XXXXXX".utf8CString)
      descriptor = mkstemp(&path)
      guard descriptor >= 0 else { return nil }
      unlink(path)
      guard ftruncate(descriptor, bytes) == 0 else { return nil }
    }

    deinit { close(descriptor) }

    func isInMemory(_ range: Range<Int64>, now: Int64) -> Bool {
      !isUnreadable && loaded.withLock { $0.contains(range) }
    }

    func bringIntoMemory(_ range: Range<Int64>) { loaded.withLock { $0.append(range) } }
  }

  /// The answers without their heads' Date and other fields: `200 now|200 late|`.
  private func summary(_ text: String) -> String {
    var summary = ""
    for part in text.components(separatedByAnswers: "HTTP/1.1 ") {
      let status = part.prefix(3)
      let body = part.range(ofBlankLine: ()).map { part[$0...] } ?? ""
      summary += "\(status) \(body)|"
    }
    return summary
  }

  @Test func pipelinedRequestsAreAnsweredInOrder() throws {
    let get = "GET /now HTTP/1.1\r\nHost: a\r\n\r\n"
    let post = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
    let answer = try exchange([get + post + get + post])
    #expect(summary(answer) == "200 now|200 hi|200 now|200 hi|")
    let bytewise = try exchange(
      (get + post).utf8.map { String(UnicodeScalar($0)) }, pauseMicroseconds: 200)
    #expect(summary(bytewise) == "200 now|200 hi|")
  }

  @Test func aBodyNobodyReadsIsStillBody() throws {
    let answer = try exchange([
      "GET /now HTTP/1.1\r\nHost: a\r\nContent-Length: 31\r\n\r\nGET /evil HTTP/1.1\r\nHost: a\r\n\r\n"
        + "GET /now HTTP/1.1\r\nHost: a\r\n\r\n"
    ])
    #expect(summary(answer) == "200 now|200 now|")
  }

  @Test func nothingBehindACloseIsProcessed() throws {
    let answer = try exchange([
      "GET /now HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /now HTTP/1.1\r\nHost: a\r\n\r\n"
    ])
    #expect(summary(answer) == "200 now<close>|")
    #expect(answer.contains("\r\nConnection: close\r\n"))
  }

  @Test func aMalformedRequestGetsItsAnswerAndAClose() throws {
    let answer = try exchange(["GET /now HTTP/1.1\r\n\r\nGET /now HTTP/1.1\r\nHost: a\r\n\r\n"])
    #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
    #expect(answer.hasSuffix("}<close>"))
  }

  @Test func headAnswersHaveNoBody() throws {
    let answer = try exchange([
      "HEAD /now HTTP/1.1\r\nHost: a\r\n\r\nHEAD /none HTTP/1.1\r\nHost: a\r\n\r\nGET /now HTTP/1.1\r\nHost: a\r\n\r\n"
    ])
    #expect(summary(answer) == "200 |404 |200 now|")
    #expect(answer.contains("Content-Length: 3\r\n"))
  }

  @Test func expectGetsAGoAheadOnlyWhenTheBodyIsWanted() throws {
    let head =
      "POST /count HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
    let answer = try exchange([head, "abc"], pauseMicroseconds: 50_000)
    #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"))
    #expect(answer.hasSuffix("\r\n\r\n3"))
    let refused = try exchange([
      "POST /refuse HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
    ])
    #expect(refused.hasPrefix("HTTP/1.1 400 "))
    #expect(refused.hasSuffix("<close>"))
  }

  @Test func chunkedAndFixedBodiesStreamAlike() throws {
    let chunked = "POST /count HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    let answer = try exchange([
      chunked, "5\r\nhel", "lo\r\n", "0\r\n\r\n", "GET /now HTTP/1.1\r\nHost: a\r\n\r\n",
    ])
    #expect(summary(answer) == "200 5|200 now|")
    let broken = try exchange([chunked, "5\r\nhello!!"])
    #expect(broken.contains("400 Bad Request"))
    #expect(broken.hasSuffix("<close>"))
  }

  /// A body that fills the stream to the brim before the handler asks: its end takes no bytes and must not wait
  /// for some.
  @Test func aBodyThatFillsTheStreamEnds() throws {
    let body = String(repeating: "x", count: RequestBody.bufferedBytesMax)
    let head =
      "POST /late HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
      + "Content-Length: \(body.utf8.count)\r\n\r\n"
    // The close ends the wait, however slow the machine is.
    let answer = try exchange([head + body], patienceMilliseconds: 20_000)
    #expect(
      answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.contains("\r\n\r\n262144"), "\(answer)")
  }

  @Test func tooLargeIsSaidBeforeTheBodyComes() throws {
    let announced = try exchange([
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n"
    ])
    #expect(announced.hasPrefix("HTTP/1.1 413 "))
    #expect(announced.hasSuffix("<close>"))
    let chunk = String(repeating: "x", count: 0x8000)
    let chunked = try exchange([
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
      "8000\r\n\(chunk)\r\n", "8000\r\n\(chunk)\r\n", "8000\r\n\(chunk)\r\n",
    ])
    #expect(chunked.hasPrefix("HTTP/1.1 413 "))
  }

  @Test func anEarlyAnswerIsNotLostToAReset() throws {
    // The client goes on sending a large body although the answer is there already.
    let piece = String(repeating: "x", count: 1 << 16)
    let answer = try exchange(
      ["POST /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 8388608\r\n\r\n"]
        + Array(repeating: piece, count: 16))
    #expect(answer.hasPrefix("HTTP/1.1 400 "))
    #expect(!answer.hasSuffix("<reset>"))
  }

  @Test func aHalfClosedClientGetsItsAnswer() throws {
    let answer = try exchange(
      ["POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"], halfClose: true)
    #expect(summary(answer) == "200 hi<close>|")
    let cut = try exchange(
      ["POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhi"], halfClose: true)
    #expect(cut.hasPrefix("HTTP/1.1 400 "))
    let cutHead = try exchange(["GET /now HTTP/1.1\r\nHost: a\r\n"], halfClose: true)
    #expect(cutHead == "<close>")
  }

  @Test func slowHeadsAndIdleConnectionsAreCut() throws {
    var limits = HTTPLimits()
    limits.headTimeoutMilliseconds = 300
    limits.idleTimeoutMilliseconds = 300
    let slow = try exchange(
      ["GET /now HTTP/1.1\r\n"] + Array(repeating: "X: y\r\n", count: 8), limits: limits,
      pauseMicroseconds: 300_000)
    #expect(slow.hasPrefix("HTTP/1.1 408 "))
    let idle = try exchange(
      ["GET /now HTTP/1.1\r\nHost: a\r\n\r\n", ""], limits: limits, pauseMicroseconds: 1_200_000)
    #expect(summary(idle) == "200 now<close>|")
  }

  @Test func strangersAreRefusedAtOnce() throws {
    for hello in [
      "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "SSH-2.0-x\r\n\r\n",
    ] {
      let answer = try exchange([hello])
      #expect(answer.hasPrefix("HTTP/1.1 400 ") || answer.hasPrefix("HTTP/1.1 505 "), "\(answer)")
      #expect(answer.hasSuffix("}<close>"), "\(answer)")
    }
  }

  @Test func optionsAnswersWithoutABody() throws {
    let get = "GET /now HTTP/1.1\r\nHost: a\r\n\r\n"
    for target in ["*", "/echo"] {
      let answer = try exchange(["OPTIONS \(target) HTTP/1.1\r\nHost: a\r\n\r\n" + get])
      #expect(summary(answer) == "204 |200 now|")
      #expect(answer.contains("POST, OPTIONS\r\n"))
    }
  }

  @Test(arguments: ["/file", "/unreadable"])
  func aFileThatIsOnDiskOnlyIsBroughtIntoMemoryFirst(_ path: String) throws {
    let get = "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n"
    // A second request waits behind it; and the peer may have finished sending.
    let answer = try exchange(
      [get + "GET /now HTTP/1.1\r\nHost: a\r\n\r\n"], halfClose: true,
      patienceMilliseconds: 5_000)
    let summary = summary(answer)
    #expect(summary.utf8.count == (3 << 20) + "200 |200 now<close>|".utf8.count)
    #expect(summary.hasSuffix("\0|200 now<close>|"))
  }

  @Test func oldClientsGetOldManners() throws {
    let answer = try exchange(["GET /now HTTP/1.0\r\n\r\n"])
    #expect(summary(answer) == "200 now<close>|")
    let kept = try exchange([
      "GET /now HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "GET /now HTTP/1.0\r\n\r\n",
    ])
    #expect(summary(kept) == "200 now|200 now<close>|")
    #expect(kept.contains("Connection: keep-alive\r\n"))
  }
}

extension String {
  /// The texts between `mark`s; the first one too, if it is not empty.
  fileprivate func components(separatedByAnswers mark: String) -> [String] {
    var parts: [String] = []
    var rest = self[...]
    while let found = rest.firstRange(of: mark) {
      if !rest[..<found.lowerBound].isEmpty { parts.append(String(rest[..<found.lowerBound])) }
      rest = rest[found.upperBound...]
    }
    if !rest.isEmpty { parts.append(String(rest)) }
    return parts
  }

  /// Where the body begins.
  fileprivate func range(ofBlankLine: Void) -> Index? { firstRange(of: "\r\n\r\n")?.upperBound }
}
