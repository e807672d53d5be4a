/// Several commands in their wire form, put together ahead of their sending: on any thread, and without
/// an array of words for each.
package struct CommandBatch: Sendable {
  /// How many commands it has.
  package private(set) var count = 0
  private var buffer = CommandBuffer()

  package init() {}

  package var isEmpty: Bool { count == 0 }

  /// Begins a command of `words` words; as many calls of `word` follow.
  package mutating func begin(words: Int) {
    count += 1
    buffer.begin(words: words)
  }

  package mutating func word(_ text: String) { buffer.word(text) }

  package mutating func word(_ value: [UInt8]) { buffer.word(value) }

  package mutating func word(_ value: Int64) { buffer.word(value) }

  /// Adds the commands of `other` behind these.
  package mutating func append(_ other: CommandBatch) {
    count += other.count
    buffer.encoded(other.bytes)
  }

  var bytes: [UInt8] { buffer.unsent }
}
