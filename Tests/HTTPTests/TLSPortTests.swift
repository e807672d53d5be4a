import Events
import Glibc
import TestSupport
import Testing

@testable import HTTP

/// An encrypted port before there is a connection: who does not get through the handshake.
@Suite(.serialized) struct TLSPortTests {
  /// A server with one encrypted port on a loop of its own.
  private final class Fixture: @unchecked Sendable {
    private let group: EventLoopGroup
    private let folder: TemporaryFolder
    private var server: HTTPServer!
    private(set) var port: UInt16 = 0

    init(_ limits: HTTPLimits) throws {
      // OpenSSL writes with write(2).
      signal(SIGPIPE, SIG_IGN)
      folder = try TemporaryFolder()
      let certificate = try TLSCertificate(in: folder)
      let context = try TLSContext(
        certificatePath: certificate.certificatePath, keyPath: certificate.keyPath)
      group = try EventLoopGroup(count: 1)
      try group.start()
      let loop = group.loops[0]
      let routes = [
        Route(.get, .any, body: .discarded) { Response($0.isSecure ? .ok : .notFound) }
      ]
      port = loop.performAndWait { [self] in
        server = HTTPServer(
          loop: loop, router: Router(routes), limits: limits,
          ledger: ConnectionLedger(max: 100, perAddressMax: nil), requestLog: nil)
        let address = try? server.listen(
          SocketAddress("127.0.0.1:0")!, security: PortSecurity(context))
        return UInt16(address?.port ?? 0)
      }
    }

    func client(_ tls: TLSClient? = nil) -> HTTPClient { HTTPClient(port: port, tls: tls) }

    /// Stops the server and says whether it was done at once.
    func stop() -> Bool {
      defer {
        group.stopAndJoin()
        folder.remove()
      }
      return group.loops[0].performAndWait { [self] in
        var isDone = false
        server.stop { isDone = true }
        server.closeAll()
        return isDone
      }
    }
  }

  @Test func aSlowOrSilentHandshakeIsCut() throws {
    var limits = HTTPLimits()
    limits.handshakeTimeoutMilliseconds = 200
    let fixture = try Fixture(limits)
    let silent = try fixture.client().connect()
    let slow = try fixture.client().connect()
    for byte: UInt8 in [22, 3, 1, 1, 0] {
      try slow.send([byte])
      usleep(50_000)
    }
    // Somebody who hurries is served meanwhile.
    #expect(try fixture.client(TLSClient()).get("/").response.status == 200)
    #expect(try silent.isClosed(withinMilliseconds: 5_000))
    #expect(try slow.isClosed(withinMilliseconds: 5_000))
    #expect(fixture.stop())
  }

  @Test func aStopDoesNotWaitForHandshakes() throws {
    let fixture = try Fixture(HTTPLimits())
    let silent = try fixture.client().connect()
    #expect(try !silent.isClosed(withinMilliseconds: 100))
    #expect(fixture.stop())
    #expect(try silent.isClosed(withinMilliseconds: 5_000))
  }

  @Test func plainBytesAreAnsweredInPlain() throws {
    let fixture = try Fixture(HTTPLimits())
    let plain = try fixture.client().connect()
    try plain.send(Array("GET / HTTP/1.1\r\nHost: h\r\n\r\n".utf8))
    let answer = String(decoding: try plain.readToEnd(), as: UTF8.self)
    #expect(answer.hasPrefix("HTTP/1.1 400 "))
    #expect(fixture.stop())
  }
}
