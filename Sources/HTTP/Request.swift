import Events

/// One request as a handler gets it: its head, its body in the form that the route asked for, and who sent it.
package struct Request: Sendable {
  package let head: RequestHead
  /// The whole body, for routes with `BodyPolicy.buffered`.
  package let body: [UInt8]
  /// The body as it arrives, for routes with `BodyPolicy.streamed`.
  package let stream: RequestBody?
  /// The peer's address, without its port.
  package let remote: SocketAddress
  /// True when the connection is encrypted.
  package let isSecure: Bool

  /// `https` or `http`, as this connection was made.
  package var scheme: StaticString { isSecure ? "https" : "http" }
}
