extension RedisClient {
  /// What bounds a client. Every number is 1 or more.
  package struct Limits: Sendable {
    /// Commands without a reply, and their bytes: beyond, a call fails with `unavailable`.
    package var pendingMax = 16_384
    package var pendingBytesMax = 64 << 20
    /// One reply. Beyond, the connection is dropped.
    package var replyBytesMax = 64 << 20
    /// A command that waits longer for its reply drops the connection. Up to `tickMilliseconds` may
    /// be added.
    package var replyTimeoutMilliseconds = 3_000
    /// For connecting, and again for the handshake.
    package var connectTimeoutMilliseconds = 3_000
    package var backoffLeastMilliseconds = 50
    package var backoffMostMilliseconds = 2_000
    /// How often deadlines are looked at.
    package var tickMilliseconds = 250

    package init() {}

    func ticks(_ milliseconds: Int) -> Int {
      max(1, (milliseconds + tickMilliseconds - 1) / tickMilliseconds)
    }
  }
}
