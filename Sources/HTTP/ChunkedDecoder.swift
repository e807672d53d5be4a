/// The chunked transfer coding (RFC 9112 §7.1), as pure state: bytes in, ranges of data out. Extensions are
/// skipped and the trailer section is read and dropped: it never changes framing or identity.
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
    case sizeLine(digits: Int, inExtension: Bool)
    case sizeFeed
    case data
    case dataReturn
    case dataFeed
    case trailerLine(isEmpty: Bool)
    case trailerFeed(isEmpty: Bool)
    case done
  }

  private let limits: HTTPLimits
  private var state = State.sizeLine(digits: 0, inExtension: false)
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
    case .sizeLine(let digits, let inExtension):
      try takeSize(byte, digits, inExtension)
    case .sizeFeed:
      guard byte == 0x0A else { throw .bad("a chunk's size line does not end with CR LF") }
      state = remaining == 0 ? .trailerLine(isEmpty: true) : .data
    case .dataReturn:
      guard byte == 0x0D else { throw .bad("a chunk is longer than its size") }
      state = .dataFeed
    case .dataFeed:
      guard byte == 0x0A else { throw .bad("a chunk does not end with CR LF") }
      (state, lineBytes) = (.sizeLine(digits: 0, inExtension: false), 0)
    case .trailerLine(let isEmpty):
      trailerBytes += 1
      guard trailerBytes <= limits.trailerBytesMax else {
        throw .bad("the trailer section is longer than \(limits.trailerBytesMax) bytes")
      }
      if byte == 0x0D {
        state = .trailerFeed(isEmpty: isEmpty)
      } else {
        guard byte >= 0x20 || byte == 0x09, byte != 0x7F else {
          throw .bad("a trailer field holds a control character")
        }
        state = .trailerLine(isEmpty: false)
      }
    case .trailerFeed(let isEmpty):
      guard byte == 0x0A else { throw .bad("a trailer line does not end with CR LF") }
      state = isEmpty ? .done : .trailerLine(isEmpty: true)
    case .data, .done:
      preconditionFailure("handled by next")
    }
  }

  private mutating func takeSize(
    _ byte: UInt8, _ digits: Int, _ inExtension: Bool
  ) throws(ProtocolError) {
    lineBytes += 1
    guard lineBytes <= limits.chunkLineBytesMax else {
      throw .bad("a chunk's size line is longer than \(limits.chunkLineBytesMax) bytes")
    }
    if byte == 0x0D {
      guard digits > 0 else { throw .bad("a chunk has no size") }
      state = .sizeFeed
    } else if inExtension {
      guard byte >= 0x20 || byte == 0x09, byte != 0x7F else {
        throw .bad("a chunk extension holds a control character")
      }
    } else if let value = byte.hexValue {
      if digits == 0 { remaining = 0 }
      // Fifteen digits are far beyond any body and cannot overflow.
      guard digits < 15 else { throw .bad("a chunk's size is too large") }
      remaining = remaining << 4 | Int64(value)
      state = .sizeLine(digits: digits + 1, inExtension: false)
    } else {
      // BWS before the extension's semicolon is allowed by the grammar (§7.1.1).
      guard digits > 0, byte == 0x3B || byte.isBlank else {
        throw .bad("a chunk's size is not hexadecimal")
      }
      state = .sizeLine(digits: digits, inExtension: true)
    }
  }
}
