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

  /// All of it, of a buffer of which nothing was sent.
  var unsent: [UInt8] {
    precondition(sentBytes == 0)
    return bytes
  }

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

  mutating func word(_ text: String) { word(text.utf8Span.span.bytes) }

  mutating func word(_ value: [UInt8]) { word(value.span.bytes) }

  mutating func word(_ value: Int64) {
    // A sign and 19 digits, written from the end.
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var start = digits.count
    var rest = value.magnitude
    repeat {
      start -= 1
      digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    if value < 0 {
      start -= 1
      digits[start] = UInt8(ascii: "-")
    }
    word(digits.span.bytes.extracting(start...))
  }

  private mutating func word(_ value: RawSpan) {
    header(UInt8(ascii: "$"), value.byteCount)
    value.withUnsafeBytes { bytes.append(contentsOf: $0) }
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

  /// `$12` and its line end. Most counts have two digits, so those go out in one piece.
  private mutating func header(_ kind: UInt8, _ count: Int) {
    if count < 10 {
      append([kind, Self.digit(count), 0x0D, 0x0A])
    } else if count < 100 {
      append([kind, Self.digit(count / 10), Self.digit(count % 10), 0x0D, 0x0A])
    } else {
      bytes.append(kind)
      bytes.append(contentsOf: String(count).utf8)
      endLine()
    }
  }

  private static func digit(_ value: Int) -> UInt8 {
    UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value)
  }

  private mutating func endLine() { append([0x0D, 0x0A]) }

  /// A few bytes with one check for room.
  private mutating func append<let count: Int>(_ few: InlineArray<count, UInt8>) {
    few.span.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }
}
