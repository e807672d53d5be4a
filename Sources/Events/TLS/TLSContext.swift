internal import COpenSSL

/// A certificate with its key, and what is spoken with it: TLS 1.2 and 1.3, forward secrecy and
/// AEAD only, resumption by tickets, no renegotiation, no compression, `http/1.1` by ALPN. Made
/// once for all loops; it owns an SSL_CTX, of which each session keeps a share.
///
/// Tickets are sealed with keys that live only in this object: whoever makes a new one for a new
/// certificate, or from time to time for the same, also makes recorded TLS 1.2 sessions safe from a
/// later theft of the keys.
///
/// `@unchecked Sendable`: never changed after init; OpenSSL counts its users itself, on any thread.
package final class TLSContext: @unchecked Sendable {
  /// The suites of TLS 1.2 (1.3 has only such). 128 bits first: nobody breaks them, and they cost
  /// less.
  private static let suites = """
    ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:\
    ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:\
    ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305
    """
  private static let suites13 =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
  private static let groups = "X25519:P-256:P-384"
  /// How long a ticket may be used.
  private static let ticketSeconds = 2 * 3600
  /// A client that reconnects needs one; OpenSSL would send two.
  private static let ticketsPerHandshake = 1

  let context: OpaquePointer

  /// `certificatePath`: PEM, the server's certificate first, then the chain up to the root.
  /// `keyPath`: PEM, without a passphrase. Reads both files.
  package init(certificatePath: String, keyPath: String) throws(TLSError) {
    ERR_clear_error()
    guard let context = SSL_CTX_new(TLS_server_method()) else {
      throw TLSError("TLS is not available: \(TLSError.takeReason())")
    }
    self.context = context
    // From here on deinit frees it, also where init throws.
    try Self.loadCertificate(context, certificatePath, keyPath)
    try Self.choose(context)
    Self.behave(context)
  }

  deinit { SSL_CTX_free(context) }

  private static func loadCertificate(
    _ context: OpaquePointer, _ certificatePath: String, _ keyPath: String
  ) throws(TLSError) {
    // Without this, OpenSSL asks for a passphrase on the terminal.
    SSL_CTX_set_default_passwd_cb(context) { _, _, _, _ in -1 }
    guard SSL_CTX_use_certificate_chain_file(context, certificatePath) == 1 else {
      throw TLSError(
        "the TLS certificate \(certificatePath) cannot be used: \(TLSError.takeReason())")
    }
    guard SSL_CTX_use_PrivateKey_file(context, keyPath, SSL_FILETYPE_PEM) == 1,
      SSL_CTX_check_private_key(context) == 1
    else { throw TLSError("the TLS key \(keyPath) cannot be used: \(TLSError.takeReason())") }
  }

  private static func choose(_ context: OpaquePointer) throws(TLSError) {
    guard picbed_tls_set_lowest(context, TLS1_2_VERSION) == 1,
      SSL_CTX_set_cipher_list(context, suites) == 1,
      SSL_CTX_set_ciphersuites(context, suites13) == 1,
      picbed_tls_set_groups(context, groups) == 1
    else { throw TLSError("this OpenSSL lacks what picbed speaks: \(TLSError.takeReason())") }
    SSL_CTX_set_options(context, picbed_tls_options)
    SSL_CTX_set_alpn_select_cb(
      context,
      { _, chosen, chosenBytes, offered, offeredBytes, _ in
        // One protocol, after its length (RFC 7301 §3.1). The list is OpenSSL's, checked for form.
        let wanted: StaticString = "\u{8}http/1.1"
        var at = 0
        while at + wanted.utf8CodeUnitCount <= Int(offeredBytes) {
          let name = UnsafeRawBufferPointer(
            start: offered! + at, count: wanted.utf8CodeUnitCount)
          if wanted.withUTF8Buffer({ name.elementsEqual($0) }) {
            chosen!.pointee = offered! + at + 1
            chosenBytes!.pointee = UInt8(wanted.utf8CodeUnitCount - 1)
            return SSL_TLSEXT_ERR_OK
          }
          at += 1 + Int(offered![at])
        }
        // A client that would speak something else is told so before it does (§3.2).
        return SSL_TLSEXT_ERR_ALERT_FATAL
      }, nil)
  }

  private static func behave(_ context: OpaquePointer) {
    // A write is retried with the same bytes, but these may have moved; and it may end after a
    // record.
    let mode =
      Int(SSL_MODE_ENABLE_PARTIAL_WRITE) | Int(SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER)
      // An idle connection keeps no buffers: 34 KB less each.
      | Int(SSL_MODE_RELEASE_BUFFERS)
    picbed_tls_set_mode(context, mode)
    // The client keeps its session, sealed in a ticket; the server keeps none.
    picbed_tls_set_cache_mode(context, Int(SSL_SESS_CACHE_OFF))
    SSL_CTX_set_num_tickets(context, ticketsPerHandshake)
    SSL_CTX_set_timeout(context, ticketSeconds)
    let name: StaticString = "picbed"
    SSL_CTX_set_session_id_context(
      context, name.utf8Start, UInt32(name.utf8CodeUnitCount))
  }
}
