internal import COpenSSL
import Synchronization

package struct TLSPeerError: Error, CustomStringConvertible {
  package let description: String
  init(_ description: String) { self.description = description }
}

/// How a test's client speaks TLS. Certificates are not verified: they are the test's own.
package struct TLSClient: Sendable {
  /// The only version to offer.
  package enum Version: Sendable { case tls11, tls12, tls13 }

  package var version: Version?
  package var protocols: [String] = []
  /// Filled with the newest ticket and used for the next connection.
  package var tickets: TLSTickets?

  package init(
    version: Version? = nil, protocols: [String] = [], tickets: TLSTickets? = nil
  ) {
    self.version = version
    self.protocols = protocols
    self.tickets = tickets
  }
}

/// Where clients keep the session to resume. Any thread.
package final class TLSTickets: Sendable {
  // An SSL_SESSION; the holder owns one reference.
  private let session: Mutex<Int> = Mutex(0)

  package init() {}

  deinit { SSL_SESSION_free(session.withLock { OpaquePointer(bitPattern: $0) }) }

  fileprivate func keep(_ newest: OpaquePointer?) {
    let old = session.withLock { session in
      defer { session = newest.map { Int(bitPattern: $0) } ?? 0 }
      return session
    }
    SSL_SESSION_free(OpaquePointer(bitPattern: old))
  }

  fileprivate func use(_ body: (OpaquePointer) -> Void) {
    session.withLock { session in
      if let session = OpaquePointer(bitPattern: session) { body(session) }
    }
  }
}

/// The client's side of one TLS connection, without a socket: bytes to say become bytes to send,
/// bytes received become what the server said. Belongs to the thread that made it.
final class TLSPeer {
  private static let pieceBytes = 64 * 1024

  private let context: OpaquePointer
  private let session: OpaquePointer
  private let incoming: OpaquePointer
  private let outgoing: OpaquePointer
  private let tickets: TLSTickets?
  private(set) var sawCloseNotify = false

  init(_ options: TLSClient) throws {
    guard let context = SSL_CTX_new(TLS_client_method()), let session = SSL_new(context),
      let incoming = BIO_new(BIO_s_mem()), let outgoing = BIO_new(BIO_s_mem())
    else { throw TLSPeerError("out of memory") }
    self.context = context
    self.session = session
    self.incoming = incoming
    self.outgoing = outgoing
    tickets = options.tickets
    // The session owns both from now on.
    SSL_set_bio(session, incoming, outgoing)
    SSL_set_connect_state(session)
    if let version = options.version { restrict(to: version) }
    if !options.protocols.isEmpty {
      let list = options.protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
      SSL_set_alpn_protos(session, list, UInt32(list.count))
    }
    tickets?.use { SSL_set_session(session, $0) }
  }

  deinit {
    // Else OpenSSL takes the session for a broken one and never resumes it.
    SSL_set_shutdown(session, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)
    SSL_free(session)
    SSL_CTX_free(context)
  }

  /// One step of the handshake; true when it is done.
  func handshake() throws -> Bool {
    let code = SSL_do_handshake(session)
    if code == 1 { return true }
    guard SSL_get_error(session, code) == SSL_ERROR_WANT_READ else { throw failure("handshake") }
    return false
  }

  /// What goes onto the wire to say `bytes`.
  func encrypt(_ bytes: [UInt8]) throws -> [UInt8] {
    var offset = 0
    var wire: [UInt8] = []
    while offset < bytes.count {
      var count = 0
      let piece = bytes[offset..<min(offset + Self.pieceBytes, bytes.count)]
      guard piece.withUnsafeBytes({ SSL_write_ex(session, $0.baseAddress, $0.count, &count) }) == 1
      else { throw failure("write") }
      offset += count
      wire += takeOutgoing()
    }
    return wire
  }

  /// Takes what came from the wire.
  func receive(_ wire: [UInt8]) {
    wire.withUnsafeBytes { _ = BIO_write(incoming, $0.baseAddress, CInt($0.count)) }
  }

  /// What the server has said with all that was received.
  func decrypt() throws -> [UInt8] {
    var said: [UInt8] = []
    while true {
      var count = 0
      var code: CInt = 0
      let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceBytes) { buffer, filled in
        code = SSL_read_ex(session, buffer.baseAddress, buffer.count, &count)
        filled = code == 1 ? count : 0
      }
      said += piece
      guard code != 1 else { continue }
      switch SSL_get_error(session, code) {
      case SSL_ERROR_WANT_READ: break
      case SSL_ERROR_ZERO_RETURN: sawCloseNotify = true
      default: throw failure("read")
      }
      tickets?.keep(SSL_get1_session(session))
      return said
    }
  }

  /// What goes onto the wire to say that nothing more comes.
  func closeNotify() -> [UInt8] {
    SSL_shutdown(session)
    return takeOutgoing()
  }

  func takeOutgoing() -> [UInt8] {
    let count = Int(BIO_ctrl_pending(outgoing))
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = max(0, Int(BIO_read(outgoing, buffer.baseAddress, CInt(buffer.count))))
    }
  }

  var wasResumed: Bool { SSL_session_reused(session) == 1 }
  var version: String { String(cString: SSL_get_version(session)) }
  var suite: String { String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(session))) }

  var chosenProtocol: String {
    var name: UnsafePointer<UInt8>?
    var length: UInt32 = 0
    SSL_get0_alpn_selected(session, &name, &length)
    return String(decoding: UnsafeBufferPointer(start: name, count: Int(length)), as: UTF8.self)
  }

  /// The serial number of the certificate that the server showed, in a full handshake or the
  /// resumed one's first.
  var serial: Int {
    guard let certificate = SSL_get1_peer_certificate(session) else { return 0 }
    defer { X509_free(certificate) }
    return ASN1_INTEGER_get(X509_get_serialNumber(certificate))
  }

  private func restrict(to version: TLSClient.Version) {
    let number =
      switch version {
      case .tls11: TLS1_1_VERSION
      case .tls12: TLS1_2_VERSION
      case .tls13: TLS1_3_VERSION
      }
    // 1.1's signatures are below today's security level; only a client that allows them can offer
    // 1.1.
    SSL_set_security_level(session, 0)
    SSL_ctrl(session, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(number), nil)
    SSL_ctrl(session, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(number), nil)
  }

  private func failure(_ what: String) -> TLSPeerError {
    defer { ERR_clear_error() }
    let reason = ERR_reason_error_string(ERR_peek_error()).map { String(cString: $0) }
    return TLSPeerError("TLS \(what): \(reason ?? "no reason given")")
  }
}
