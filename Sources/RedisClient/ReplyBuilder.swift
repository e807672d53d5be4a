/// Puts one reply together from its parts, which come in the order of the wire: pure state, driven
/// by `ReplyReader`. Allocates one array for each string and each array of the reply, and no tree
/// between.
struct ReplyBuilder {
  /// Room reserved ahead for an array: its announced length is not to be trusted further.
  private static let reservedElementsMax = 1024

  private struct Frame {
    var elements: [RedisReply]
    var missing: Int
  }

  private let bytesMax: Int
  private var bytes = 0
  /// The arrays that are open, the outermost first.
  private var frames: [Frame] = []
  private var root: RedisReply?
  private var error: ReplyOutcome?

  /// The reply went over `bytesMax`; the builder is of no more use.
  var isTooBig: Bool { bytes > bytesMax }

  /// `bytesMax` bounds the strings and the array storage of one reply together.
  init(bytesMax: Int) {
    self.bytesMax = bytesMax
  }

  /// Adds a value that is complete. False when the reply has become too big.
  mutating func add(_ value: RedisReply, bytes valueBytes: Int = 0) -> Bool {
    bytes += valueBytes
    guard !isTooBig else { return false }
    var value = value
    while !frames.isEmpty {
      let last = frames.count - 1
      frames[last].elements.append(value)
      frames[last].missing -= 1
      if frames[last].missing > 0 { return true }
      value = .array(frames.removeLast().elements)
    }
    root = value
    return true
  }

  /// Adds an error reply. One inside an array fails the whole reply: half a result is none.
  mutating func addError(_ text: some Sequence<UInt8>) -> Bool {
    if error == nil { error = ReplyOutcome(errorReply: text) }
    return add(.null)
  }

  /// Begins an array; `count` values follow. False when the reply has become too big.
  mutating func openArray(count: Int) -> Bool {
    if count == 0 { return add(.array([])) }
    bytes += count * MemoryLayout<RedisReply>.stride
    guard !isTooBig else { return false }
    var elements: [RedisReply] = []
    elements.reserveCapacity(min(count, Self.reservedElementsMax))
    frames.append(Frame(elements: elements, missing: count))
    return true
  }

  /// The finished reply; the builder is empty again.
  mutating func take() -> ReplyOutcome {
    guard let root else { preconditionFailure("the reply is not finished") }
    let outcome = error ?? .reply(root)
    self.root = nil
    error = nil
    bytes = 0
    return outcome
  }
}
