/// Commands on their way to Redis, in its wire form: an array of bulk strings,
/// `*2\r\n$3\r\nGET\r\n$1\r\nk\r\n` (Redis serialization protocol, "Sending commands to a Redis
/// server"). The storage is used again, so that a command costs no allocation.
struct CommandBuffer {
  /// Storage above this is given back once all is sent. What was sent is dropped when it is as much
  /// as this, and as much as what was not.
  private static let keptBytesMax = 256 * 1024

  private var bytes: [UInt8] = []
  private var sentBytes = 0

  /// Written here and not yet sent.
  var unsentBytes: Int { bytes.count - sentBytes }

  /// The place after the last byte, for `truncate`.
  var end: Int { bytes.count }

  /// Takes back everything from `end` on, which must not have been sent.
  mutating func truncate(to end: Int) {
    precondition(end >= sentBytes)
    bytes.removeSubrange(end...)
  }

  /// Begins a command of `words` words; as many calls of `word` follow.
  mutating func begin(words: Int) {
    header(UInt8(ascii: "*"), words)
  }

  mutating func word(_ argument: RedisArgument) {
    switch argument {
    case .string(let text): word(text)
    case .bytes(let value): word(value)
    case .integer(let value): word(value)
    }
  }

  mutating func word(_ text: String) {
    header(UInt8(ascii: "$"), text.utf8.count)
    bytes.append(contentsOf: text.utf8)
    endLine()
  }

  mutating func word(_ value: [UInt8]) {
    header(UInt8(ascii: "$"), value.count)
    bytes.append(contentsOf: value)
    endLine()
  }

  mutating func word(_ value: Int64) {
    let isNegative = value < 0
    header(UInt8(ascii: "$"), Self.digitCount(value.magnitude) + (isNegative ? 1 : 0))
    if isNegative { bytes.append(UInt8(ascii: "-")) }
    decimal(value.magnitude)
    endLine()
  }

  /// Appends words that were encoded before.
  mutating func encoded(_ words: [UInt8]) {
    bytes.append(contentsOf: words)
  }

  /// The words `texts` as they stand on the wire, for `encoded`.
  static func encode(words texts: [String]) -> [UInt8] {
    var buffer = CommandBuffer()
    for text in texts { buffer.word(text) }
    return buffer.bytes
  }

  /// Hands what is unsent to `send`, which returns how many bytes it took.
  mutating func consume(_ send: (UnsafeRawBufferPointer) -> Int) {
    let taken = bytes.withUnsafeBytes { send(UnsafeRawBufferPointer(rebasing: $0[sentBytes...])) }
    sentBytes += taken
    if sentBytes == bytes.count {
      sentBytes = 0
      bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptBytesMax)
    } else if sentBytes >= max(Self.keptBytesMax, bytes.count / 2) {
      // A socket that never takes all of it must not let what was sent pile up. This moves no
      // more bytes than were sent since the last time.
      bytes.removeFirst(sentBytes)
      sentBytes = 0
    }
  }

  private mutating func header(_ kind: UInt8, _ count: Int) {
    bytes.append(kind)
    decimal(UInt64(count))
    endLine()
  }

  private mutating func endLine() {
    bytes.append(UInt8(ascii: "\r"))
    bytes.append(UInt8(ascii: "\n"))
  }

  /// At most 20 deep. Dividing by a constant is a multiplication for the compiler.
  private mutating func decimal(_ value: UInt64) {
    if value >= 10 { decimal(value / 10) }
    bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
  }

  private static func digitCount(_ value: UInt64) -> Int {
    var count = 1
    var rest = value
    while rest >= 10 {
      rest /= 10
      count += 1
    }
    return count
  }
}
