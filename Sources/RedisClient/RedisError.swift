/// Why a call to Redis has no value.
package enum RedisError: Error, Equatable, CustomStringConvertible {
  /// Redis cannot serve now: not connected, lost, timed out, too much is waiting, or an error reply
  /// that passes with time (LOADING, OOM …). The caller answers 503 with Retry-After. A change that
  /// was under way may or may not have happened: scripts are written so that repeating one is safe.
  case unavailable(reason: String)
  /// Any other error reply, with Redis' words: a bug of the caller or of a script.
  case rejected(String)
  /// Redis sent what is not its protocol, or a reply over the size limit. The connection is
  /// dropped.
  case malformedReply

  package var description: String {
    switch self {
    case .unavailable(let reason): "Redis is unavailable: \(reason)"
    case .rejected(let text): "Redis refused: \(text)"
    case .malformedReply: "Redis sent a malformed reply"
    }
  }
}

/// What became of one command, inside this target.
enum ReplyOutcome: Sendable, Equatable, CustomStringConvertible {
  case reply(RedisReply)
  case failure(RedisError)
  /// NOSCRIPT: Redis was restarted or its script cache flushed.
  case scriptMissing

  /// What a caller gets at last: NOSCRIPT again, after a reload, passes with time.
  func get() throws(RedisError) -> RedisReply {
    switch self {
    case .reply(let reply): return reply
    case .failure(let error): throw error
    case .scriptMissing: throw .unavailable(reason: "Redis has lost its scripts")
    }
  }

  /// An error's text is shown to people: no more of it than this.
  private static let errorBytesMax = 512

  /// For operators: an error's words, or what kind of reply it is.
  var description: String {
    switch self {
    case .reply: "an unexpected reply"
    case .failure(.unavailable(let text)), .failure(.rejected(let text)): text
    case .failure(.malformedReply): "a malformed reply"
    case .scriptMissing: "NOSCRIPT"
    }
  }

  /// The outcome for an error reply, by its first word (redis.io, "Error replies").
  init(errorReply text: some Sequence<UInt8>) {
    let text = String(decoding: Array(text.prefix(Self.errorBytesMax)), as: UTF8.self)
    switch text.prefix(while: { $0 != " " }) {
    case "NOSCRIPT":
      self = .scriptMissing
    case "LOADING", "READONLY", "MOVED", "ASK", "CLUSTERDOWN", "TRYAGAIN", "MASTERDOWN", "BUSY",
      "OOM", "MISCONF", "NOREPLICAS", "NOAUTH":
      self = .failure(.unavailable(reason: text))
    default:
      self = .failure(.rejected(text))
    }
  }
}
