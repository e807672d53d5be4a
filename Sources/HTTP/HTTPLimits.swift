/// The maxima of one connection. Each has a name, so that an answer and an operator can speak of it.
package struct HTTPLimits: Sendable {
  /// A request line over this: 414.
  package var requestLineBytesMax = 8 * 1024
  /// Empty lines before a request, in bytes; more: 400.
  package var emptyLineBytesMax = 8
  /// A request head over this, its request line included: 431.
  package var headBytesMax = 16 * 1024
  /// Field lines in one head; more: 431.
  package var fieldCountMax = 100
  /// A chunk-size line with its extensions: 400.
  package var chunkLineBytesMax = 256
  /// A chunked body's trailer section: 400.
  package var trailerBytesMax = 4 * 1024
  /// A body that a route takes whole (JSON): 413.
  package var bufferedBodyBytesMax = 64 * 1024
  /// What is read and thrown away of a body nobody wants, to keep the connection; past it we close.
  package var discardedBodyBytesMax = 256 * 1024
  /// Received bytes that wait for their request's turn. Past it the socket is not read.
  package var pendingInputBytesMax = 64 * 1024
  /// Answers that wait for a slow reader. Past it no further pipelined request is started.
  package var pendingOutputBytesMax = 256 * 1024
  /// Pipelined requests that are answered before their answers are sent and other connections get their turn.
  package var pipelinedRequestsMax = 100
  /// Received and unsent bytes of all the connections of one loop. Past it, what needs more is refused (503) or,
  /// where an answer is not taken, closed.
  package var bytesInFlightMax = 512 << 20

  /// From accept to the end of a TLS handshake, however slowly its bytes come.
  package var handshakeTimeoutMilliseconds: Int64 = 10_000
  /// From a head's first byte to its last, however slowly the bytes come.
  package var headTimeoutMilliseconds: Int64 = 15_000
  /// Between two requests.
  package var idleTimeoutMilliseconds: Int64 = 75_000
  /// A body of which nothing came for so long is given up; see also `bytesPerSecondMin`.
  package var bodyTimeoutMilliseconds: Int64 = 30_000
  /// An answer of which the peer took nothing for so long is given up; see also `bytesPerSecondMin`.
  package var writeTimeoutMilliseconds: Int64 = 30_000
  /// How long we wait for the peer's close after our last answer (RFC 9112 §9.6).
  package var lingerTimeoutMilliseconds: Int64 = 2_000
  /// A body or an answer that moves more slowly for longer than its timeout is given up; 0: any pace will do.
  package var bytesPerSecondMin: Int64 = 500

  package init() {}
}
