/// The first bytes of a file, borrowed. Reading behind their end gives 0, so that a pattern simply
/// does not fit what is too short for it.
struct ByteSample: ~Escapable {
  let bytes: RawSpan

  @_lifetime(copy bytes)
  init(_ bytes: RawSpan) { self.bytes = bytes }

  var count: Int { bytes.byteCount }

  subscript(index: Int) -> UInt8 {
    index < bytes.byteCount ? bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self) : 0
  }

  /// Whether `pattern` stands at `offset`.
  func has(_ pattern: [UInt8], at offset: Int = 0) -> Bool {
    guard offset + pattern.count <= count else { return false }
    for index in pattern.indices where self[offset + index] != pattern[index] { return false }
    return true
  }

  /// Whether the text's bytes stand at `offset`.
  func has(_ text: StaticString, at offset: Int = 0) -> Bool {
    guard offset + text.utf8CodeUnitCount <= count else { return false }
    for index in 0..<text.utf8CodeUnitCount where self[offset + index] != text.utf8Start[index] {
      return false
    }
    return true
  }

  /// Where the text first stands at or after `start`.
  func firstIndex(of text: StaticString, from start: Int, before end: Int = .max) -> Int? {
    var index = start
    while index + text.utf8CodeUnitCount <= min(count, end) {
      if has(text, at: index) { return index }
      index += 1
    }
    return nil
  }

  /// Four bytes, most significant first.
  func bigEndian32(at offset: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 << 8 | UInt32(self[offset + $1]) }
  }
}
