extension RedisClient {
  /// How the client stands with its Redis.
  package enum State: Sendable, Equatable, CustomStringConvertible {
    /// The first attempt is under way.
    case connecting
    /// Calls are served.
    case ready
    /// Calls fail; attempts go on. Why, for operators.
    case lost(reason: String)
    case closed

    package var description: String {
      switch self {
      case .connecting: "connecting to Redis"
      case .ready: "connected to Redis"
      case .lost(let reason): "Redis is not available: \(reason)"
      case .closed: "closed"
      }
    }
  }
}
