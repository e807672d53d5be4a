/// One word of a command. Redis sees bytes only; an integer is written in decimal.
package enum RedisArgument: Sendable, Equatable, ExpressibleByStringLiteral,
  ExpressibleByIntegerLiteral
{
  case string(String)
  case integer(Int64)
  case bytes([UInt8])

  package init(stringLiteral value: String) { self = .string(value) }

  package init(integerLiteral value: Int64) { self = .integer(value) }
}

/// A Lua script that the client keeps loaded in Redis.
package struct RedisScript: Sendable {
  /// For messages to operators; Redis does not know it.
  package let name: String
  package let source: [UInt8]

  package init(name: String, source: [UInt8]) {
    self.name = name
    self.source = source
  }
}
