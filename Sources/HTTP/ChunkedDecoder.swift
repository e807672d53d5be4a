/// The chunked transfer coding (RFC 9112 §7.1), as pure state: bytes in, ranges of data out.
/// Extensions are skipped and the trailer section is read and dropped: it never changes framing or
/// identity.
struct ChunkedDecoder {
  enum Event: Equatable {
    /// Everything given was used up.
    case needMore
    /// These bytes of the input are body.
    case data(Range<Int>)
    /// The last chunk and the trailers are read.
    case end
  }

  private enum State {
    case sizeLine(digits: Int)
    /// White space between the size and its extensions.
    case sizeBlank
    case sizeExtension
    case sizeFeed
    case data
    case dataReturn
    case dataFeed
    /// At the start of a line behind the last chunk: a field, or the empty line that ends it all.
    case trailerStart
    case trailerName
    case trailerValue
    case trailerFeed(isLast: Bool)
    case done
  }

  private let limits: HTTPLimits
  private var state = State.sizeLine(digits: 0)
  private var remaining: Int64 = 0
  private var lineBytes = 0
  private var trailerBytes = 0

  init(limits: HTTPLimits) { self.limits = limits }

  mutating func next(_ input: RawSpan, at offset: inout Int) throws(ProtocolError) -> Event {
    while offset < input.byteCount {
      if case .data = state {
        let count = Int(min(remaining, Int64(input.byteCount - offset)))
        let range = offset..<offset + count
        offset += count
        remaining -= Int64(count)
        if remaining == 0 { state = .dataReturn }
        return .data(range)
      }
      if case .done = state { return .end }
      try take(input[byte: offset])
      offset += 1
    }
    if case .done = state { return .end }
    return .needMore
  }

  private mutating func take(_ byte: UInt8) throws(ProtocolError) {
    switch state {
    case .sizeLine(let digits):
      try countLine()
      try takeSize(byte, digits)
    case .sizeBlank:
      try countLine()
      // BWS before the extension's semicolon is allowed by the grammar (§7.1.1), and nothing else
      // is.
      guard byte == 0x3B || byte.isBlank else { throw .bad("white space after a chunk's size") }
      if byte == 0x3B { state = .sizeExtension }
    case .sizeExtension:
      try countLine()
      try takeExtension(byte)
    case .sizeFeed:
      guard byte == 0x0A else { throw .bad("a chunk's size line does not end with CR LF") }
      state = remaining == 0 ? .trailerStart : .data
    case .dataReturn:
      guard byte == 0x0D else { throw .bad("a chunk is longer than its size") }
      state = .dataFeed
    case .dataFeed:
      guard byte == 0x0A else { throw .bad("a chunk does not end with CR LF") }
      (state, lineBytes) = (.sizeLine(digits: 0), 0)
    case .trailerStart, .trailerName, .trailerValue: try takeTrailer(byte)
    case .trailerFeed(let isLast):
      guard byte == 0x0A else { throw .bad("a trailer line does not end with CR LF") }
      state = isLast ? .done : .trailerStart
    case .data, .done:
      preconditionFailure("handled by next")
    }
  }

  private mutating func countLine() throws(ProtocolError) {
    lineBytes += 1
    guard lineBytes <= limits.chunkLineBytesMax else {
      throw .bad("a chunk's size line is longer than \(limits.chunkLineBytesMax) bytes")
    }
  }

  private mutating func takeSize(_ byte: UInt8, _ digits: Int) throws(ProtocolError) {
    if let value = byte.hexValue {
      if digits == 0 { remaining = 0 }
      // Fifteen digits are far beyond any body and cannot overflow.
      guard digits < 15 else { throw .bad("a chunk's size is too large") }
      remaining = remaining << 4 | Int64(value)
      state = .sizeLine(digits: digits + 1)
      return
    }
    guard digits > 0 else { throw .bad("a chunk has no size") }
    switch byte {
    case 0x0D: state = .sizeFeed
    case 0x3B: state = .sizeExtension
    case _ where byte.isBlank: state = .sizeBlank
    default: throw .bad("a chunk's size is not hexadecimal")
    }
  }

  /// As strict as for a head (RFC 9112 §5): a name, right behind it the colon, no line that goes on in the next.
  private mutating func takeTrailer(_ byte: UInt8) throws(ProtocolError) {
    trailerBytes += 1
    guard trailerBytes <= limits.trailerBytesMax else {
      throw .bad("the trailer section is longer than \(limits.trailerBytesMax) bytes")
    }
    switch state {
    case .trailerStart where byte == 0x0D: state = .trailerFeed(isLast: true)
    case .trailerName where byte == 0x3A: state = .trailerValue
    case .trailerStart, .trailerName:
      guard byte.isTokenByte else { throw .bad("a trailer line is no field") }
      state = .trailerName
    default:
      if byte == 0x0D {
        state = .trailerFeed(isLast: false)
      } else if byte < 0x20 && byte != 0x09 || byte == 0x7F {
        throw .bad("a trailer field holds a control character")
      }
    }
  }

  private mutating func takeExtension(_ byte: UInt8) throws(ProtocolError) {
    if byte == 0x0D {
      state = .sizeFeed
    } else if byte < 0x20 && byte != 0x09 || byte == 0x7F {
      throw .bad("a chunk extension holds a control character")
    }
  }
}
