import Events

/// One request as a handler gets it: its head, its body in the form that the route asked for, and
/// who sent it. Immutable. A class, since an async handler's frames each keep a copy, and the head
/// with the address takes 400 bytes.
package final class Request: Sendable {
  package let head: RequestHead
  /// The whole body, for routes with `BodyPolicy.buffered`.
  package let body: [UInt8]
  /// The body as it arrives, for routes with `BodyPolicy.streamed`.
  package let stream: RequestBody?
  /// The peer's address, without its port.
  package let remote: SocketAddress
  /// Whom a trusted proxy says it is from.
  let forwardedClient: IPAddress?
  /// True when the connection is encrypted, or a trusted proxy says that its own is.
  package let isSecure: Bool

  /// Who sent it, as limits count: the client's address, be there trusted proxies between or not.
  package var client: IPAddress? { forwardedClient ?? remote.ip }

  /// `https` or `http`, as this connection was made.
  package var scheme: StaticString { isSecure ? "https" : "http" }

  init(
    head: RequestHead, body: [UInt8], stream: RequestBody?, remote: SocketAddress,
    forwardedClient: IPAddress?, isSecure: Bool
  ) {
    self.head = head
    self.body = body
    self.stream = stream
    self.remote = remote
    self.forwardedClient = forwardedClient
    self.isSecure = isSecure
  }
}
