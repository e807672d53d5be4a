internal import COpenSSL
import Glibc

/// Why TLS cannot be set up with what was given: a sentence without secrets.
package struct TLSError: Error, Equatable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }

  /// What OpenSSL met first on this thread, in words; empties its queue of errors.
  static func takeReason() -> String {
    defer { ERR_clear_error() }
    let code = ERR_peek_error()
    guard code != 0 else { return "no reason given" }
    if let text = ERR_reason_error_string(code) { return String(cString: text) }
    // An errno has no text of OpenSSL's; it stands in the code's lower bits (ERR_GET_REASON(3)).
    return String(cString: strerror(CInt(code & 0x7F_FFFF)))
  }
}
