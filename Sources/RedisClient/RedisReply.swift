/// One answer of Redis, copied out of the connection's buffers: the owner keeps it as long as it
/// likes.
///
/// An error reply is no value here: it is thrown as a `RedisError`, also when it stands inside an
/// array.
package enum RedisReply: Sendable, Equatable {
  case null
  case integer(Int64)
  /// A bulk string: any bytes.
  case bytes([UInt8])
  /// A status line such as `OK`.
  case status(String)
  case array([RedisReply])

  /// The integer, also from a string of decimal digits (Redis hands out scores and counters so);
  /// nil for everything else, an overflow included.
  package var integerValue: Int64? {
    switch self {
    case .integer(let value): value
    case .bytes(let bytes): Self.decimal(bytes)
    default: nil
    }
  }

  /// A string or status as text; nil when it is not UTF-8.
  package var string: String? {
    switch self {
    case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
    case .status(let text): text
    default: nil
    }
  }

  package var bytesValue: [UInt8]? {
    if case .bytes(let bytes) = self { bytes } else { nil }
  }

  package var elements: [RedisReply]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  package var isNull: Bool { self == .null }

  /// An optional minus and 1 to 19 digits, nothing else: stricter than `Int64.init`, which takes a
  /// plus.
  private static func decimal(_ bytes: [UInt8]) -> Int64? {
    let isNegative = bytes.first == UInt8(ascii: "-")
    let digits = isNegative ? bytes[1...] : bytes[...]
    guard (1...19).contains(digits.count) else { return nil }
    var magnitude: UInt64 = 0
    for digit in digits {
      guard (0x30...0x39).contains(digit) else { return nil }
      // 19 digits stay below 10^19, which fits.
      magnitude = magnitude * 10 + UInt64(digit - 0x30)
    }
    // 0 &- m is two's complement of m: it reaches Int64.min, which a negation of Int64 would not.
    if isNegative { return magnitude <= 1 << 63 ? Int64(bitPattern: 0 &- magnitude) : nil }
    return Int64(exactly: magnitude)
  }
}
