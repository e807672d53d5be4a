/// The requests of one connection, as pure state: received bytes in, events out. It keeps no body bytes; data
/// events are ranges of the input that was given.
struct RequestDecoder {
  enum Event: Equatable {
    /// Everything usable is used; bytes from the offset on belong to a head that is not whole yet.
    case needMore
    /// `head` is filled. Body events follow, then `.end`.
    case head
    /// These bytes of the input are body.
    case body(Range<Int>)
    /// The request is complete; what follows is the next one.
    case end
  }

  private enum State {
    case head
    case fixed(remaining: Int64)
    case chunked(ChunkedDecoder)
    case ended
  }

  private let limits: HTTPLimits
  private var parser: RequestHeadParser
  private var state = State.head
  var head = RequestHead()

  init(limits: HTTPLimits) {
    self.limits = limits
    parser = RequestHeadParser(limits: limits)
  }

  /// Between two requests: nothing of a next one was decoded.
  var isBetweenRequests: Bool {
    if case .head = state { true } else { false }
  }

  mutating func next(_ input: RawSpan, at offset: inout Int) throws(ProtocolError) -> Event {
    switch state {
    case .head:
      guard try parser.parse(input, at: &offset, into: &head) else { return .needMore }
      switch head.framing {
      case .none: state = .ended
      case .length(let length): state = .fixed(remaining: length)
      case .chunked: state = .chunked(ChunkedDecoder(limits: limits))
      }
      return .head
    case .fixed(let remaining):
      if remaining == 0 { return end() }
      let count = Int(min(remaining, Int64(input.byteCount - offset)))
      guard count > 0 else { return .needMore }
      defer { offset += count }
      state = .fixed(remaining: remaining - Int64(count))
      return .body(offset..<offset + count)
    case .chunked(var decoder):
      let event = try decoder.next(input, at: &offset)
      state = .chunked(decoder)
      switch event {
      case .needMore: return .needMore
      case .data(let range): return .body(range)
      case .end: return end()
      }
    case .ended:
      return end()
    }
  }

  private mutating func end() -> Event {
    state = .head
    return .end
  }
}
