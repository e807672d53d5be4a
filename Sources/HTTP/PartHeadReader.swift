/// Collects the head of a part line by line, up to and including the empty line that ends it. Its
/// memory stays below `UploadBodyParser.partHeadBytesMax`.
struct PartHeadReader: Sendable {
  struct Head {
    /// The lines before the empty one; empty where the head has none.
    var lines: ArraySlice<UInt8>
    /// How the empty line ends: the line end that the part's delimiter begins with.
    var lineEnd: LineEnd
  }

  private var collected: [UInt8] = []
  private var lineStart = 0

  /// Whether nothing was read yet that is more than the beginning of an empty line.
  var isBlank: Bool { collected.isEmpty || collected.elementsEqual("\r".utf8) }

  /// Takes from the front of `input` what belongs to the head. Returns the head once it is whole,
  /// and is then ready for the next one.
  mutating func read(_ input: inout ArraySlice<UInt8>) throws(UploadBodyError) -> Head? {
    while !input.isEmpty {
      let feed = input.firstIndex(of: UInt8(ascii: "\n"))
      let end = feed.map { $0 + 1 } ?? input.endIndex
      guard collected.count + (end - input.startIndex) <= UploadBodyParser.partHeadBytesMax else {
        throw .headTooLarge
      }
      collected += input[..<end]
      input = input[end...]
      guard feed != nil else { return nil }
      let line = collected[lineStart...]
      if line.elementsEqual("\n".utf8) { return takeHead(.lf) }
      if line.elementsEqual("\r\n".utf8) { return takeHead(.crlf) }
      lineStart = collected.count
    }
    return nil
  }

  private mutating func takeHead(_ lineEnd: LineEnd) -> Head {
    let head = Head(lines: collected[..<lineStart], lineEnd: lineEnd)
    self = PartHeadReader()
    return head
  }
}
