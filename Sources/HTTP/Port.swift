import Events

/// How a port encrypts.
package struct PortSecurity: Sendable {
  package let context: TLSContext
  /// For how long a browser that was here comes back only by TLS (RFC 6797); nil says nothing about
  /// it.
  package let strictTransportSeconds: Int64?

  package init(_ context: TLSContext, strictTransportSeconds: Int64? = nil) {
    self.context = context
    self.strictTransportSeconds = strictTransportSeconds
  }
}

/// One address that a server listens at: what is served there, and whether it is encrypted.
/// Loop-bound; the server owns it and its connections refer to it.
final class Port {
  let router: Router
  /// For the next connection; nil where it speaks plain HTTP. Replaced when there is a new
  /// certificate.
  var tls: TLSContext?
  /// Fields that every encrypted answer carries, each with its line end.
  let secureFields: [UInt8]

  init(router: Router, security: PortSecurity?) {
    self.router = router
    tls = security?.context
    var fields: [UInt8] = []
    if let seconds = security?.strictTransportSeconds {
      fields.appendField("Strict-Transport-Security", "max-age=\(seconds)")
    }
    secureFields = fields
  }
}
