/// Reads the first line of a body whose delimiter nothing else names: the line is the delimiter.
struct DelimiterLineReader: Sendable {
  private var collected: [UInt8] = []

  /// Takes the line from the front of `input`. Returns it without its end and the white space
  /// before that, once it is whole: it begins with `--`, goes on, and has no control character.
  /// Anything else is refused as soon as it shows, for it may be a file that was sent raw.
  mutating func read(_ input: inout ArraySlice<UInt8>) throws(UploadBodyError) -> [UInt8]? {
    let feed = input.firstIndex(of: UInt8(ascii: "\n"))
    let piece = input[..<(feed ?? input.endIndex)]
    // One more than the delimiter: the CR of its line end.
    guard collected.count + piece.count <= UploadBodyParser.delimiterBytesMax + 1 else {
      throw .noBoundary
    }
    collected += piece
    guard zip(collected, "--".utf8).allSatisfy({ $0 == $1 }) else { throw .noBoundary }
    guard let feed else {
      input = []
      return nil
    }
    input = input[(feed + 1)...]
    if collected.last == UInt8(ascii: "\r") { collected.removeLast() }
    while collected.last?.isBlank == true { collected.removeLast() }
    guard (3...UploadBodyParser.delimiterBytesMax).contains(collected.count),
      !collected.contains(where: \.isControl)
    else { throw .noBoundary }
    return collected
  }
}
