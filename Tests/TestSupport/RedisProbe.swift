internal import CHiredis
import Glibc
import Synchronization

/// A reply of Redis, as it came.
package enum RedisValue: Equatable, Sendable {
  case `nil`
  case integer(Int64)
  case string(String)
  case array([RedisValue])
  case status(String)
  case error(String)

  /// The integer, also of a string that is one in decimal.
  package var integer: Int64? {
    switch self {
    case .integer(let number): number
    case .string(let text): Int64(text)
    default: nil
    }
  }

  /// The text of a string, a status or an error.
  package var text: String? {
    switch self {
    case .string(let text), .status(let text), .error(let text): text
    default: nil
    }
  }

  /// The elements of an array.
  package var elements: [RedisValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// The texts of an array of strings; elements that are none are left out.
  package var texts: [String] { (elements ?? []).compactMap(\.text) }
}

// So that a test states the reply that it expects as [0, 4102444800, "text"].
extension RedisValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByArrayLiteral
{
  package init(stringLiteral text: String) { self = .string(text) }
  package init(integerLiteral number: Int64) { self = .integer(number) }
  package init(arrayLiteral elements: RedisValue...) { self = .array(elements) }
}

/// The connection was lost or not made. An error that Redis answers is a `RedisValue.error`
/// instead.
package struct RedisProbeError: Error, CustomStringConvertible {
  package let description: String
}

/// A small blocking client, with which a test looks at what is stored.
///
/// `@unchecked Sendable`: hiredis' context is touched only with the lock held.
package final class RedisProbe: @unchecked Sendable {
  /// Longer than any command of a test takes: a Redis that hangs fails the test and does not stop
  /// it.
  private static let replySecondsMax = 10

  /// hiredis writes to a socket whose server is gone without MSG_NOSIGNAL: that must be an error of
  /// the command, and not the end of the test run. Children have their signals' defaults all the
  /// same.
  private static let ignoresBrokenPipes: Void = {
    _ = signal(SIGPIPE, SIG_IGN)
  }()

  private let context: UnsafeMutablePointer<redisContext>
  private let lock = Mutex(())

  /// Connects to the Redis that listens on the unix socket at `socketPath`.
  package init(socketPath: String) throws(RedisProbeError) {
    _ = Self.ignoresBrokenPipes
    let limit = timeval(tv_sec: Self.replySecondsMax, tv_usec: 0)
    guard let context = redisConnectUnixWithTimeout(socketPath, limit) else {
      throw RedisProbeError(description: "\(socketPath): out of memory")
    }
    self.context = context
    guard context.pointee.err == 0 else { throw failure("connect to \(socketPath)") }
    redisSetTimeout(context, limit)
  }

  deinit { redisFree(context) }

  /// Sends one command and waits for its reply. After an error the probe is of no further use.
  @discardableResult
  package func command(_ words: [String]) throws(RedisProbeError) -> RedisValue {
    try lock.withLock { _ throws(RedisProbeError) in
      guard let reply = Self.send(words, on: context) else { throw failure(words[0]) }
      defer { freeReplyObject(reply) }
      return Self.value(of: reply.pointee)
    }
  }

  /// The same, with the words of the command as arguments.
  @discardableResult
  package func command(_ words: String...) throws(RedisProbeError) -> RedisValue {
    try command(words)
  }

  private static func send(
    _ words: [String], on context: UnsafeMutablePointer<redisContext>
  ) -> UnsafeMutablePointer<redisReply>? {
    var bytes: [CChar] = []
    for word in words { bytes += word.utf8.map { CChar(bitPattern: $0) } }
    let lengths = words.map(\.utf8.count)
    return bytes.withUnsafeBufferPointer { buffer in
      var starts: [UnsafePointer<CChar>?] = []
      var offset = 0
      for length in lengths {
        // Without any bytes there is no address; hiredis reads none of an empty word.
        starts.append(buffer.baseAddress.map { $0 + offset })
        offset += length
      }
      return redisCommandArgv(context, CInt(words.count), &starts, lengths)?
        .assumingMemoryBound(to: redisReply.self)
    }
  }

  private static func value(of reply: redisReply) -> RedisValue {
    switch reply.type {
    case REDIS_REPLY_INTEGER: .integer(reply.integer)
    case REDIS_REPLY_STRING: .string(text(of: reply))
    case REDIS_REPLY_STATUS: .status(text(of: reply))
    case REDIS_REPLY_ERROR: .error(text(of: reply))
    case REDIS_REPLY_ARRAY:
      .array((0..<reply.elements).map { value(of: reply.element[$0]!.pointee) })
    default: .nil
    }
  }

  private static func text(of reply: redisReply) -> String {
    String(decoding: UnsafeRawBufferPointer(start: reply.str, count: reply.len), as: UTF8.self)
  }

  private func failure(_ doing: String) -> RedisProbeError {
    let reason = withUnsafeBytes(of: context.pointee.errstr) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return RedisProbeError(description: "\(doing): \(reason)")
  }
}
