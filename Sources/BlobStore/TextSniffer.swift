/// Text, and the one kind of markup that is served as what it is: SVG.
///
/// Text is valid UTF-8 without the bytes that only binary data has (WHATWG MIME Sniffing §3,
/// "binary data byte"). What begins with `<`, be it HTML, XML or an unknown mixture, is not served
/// as text: some programs would take it for a page.
enum TextSniffer {
  static func mediaType(_ sample: ByteSample, isWhole: Bool) -> MediaType? {
    guard isText(sample, isWhole: isWhole) else { return nil }
    // U+FEFF at the start marks UTF-8 and is no part of the text.
    let start = skipWhiteSpace(sample, from: sample.has([0xEF, 0xBB, 0xBF]) ? 3 : 0)
    guard sample[start] == UInt8(ascii: "<") else { return .plainText }
    return isSVG(sample, from: start) ? .svg : nil
  }

  private static func isText(_ sample: ByteSample, isWhole: Bool) -> Bool {
    for index in 0..<sample.count where isBinary(sample[index]) { return false }
    let cutBytes = isWhole ? 0 : bytesOfACutCharacter(sample)
    return sample.bytes.extracting(droppingLast: cutBytes).withUnsafeBytes { bytes in
      let bytes = bytes.assumingMemoryBound(to: UInt8.self)
      return (try? UTF8Span(validating: bytes.span)) != nil
    }
  }

  /// How many bytes at the end begin a character whose rest lies behind the sample: 0 to 3.
  private static func bytesOfACutCharacter(_ sample: ByteSample) -> Int {
    for count in 1...3 where count <= sample.count {
      let byte = sample[sample.count - count]
      if byte & 0xC0 == 0x80 { continue }
      let characterBytes = byte < 0xC2 || byte > 0xF4 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
      return count < characterBytes ? count : 0
    }
    return 0
  }

  private static func isBinary(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x09, 0x0A, 0x0C, 0x0D, 0x1B: false
    default: byte < 0x20
    }
  }

  /// Whether the first element is `svg`, behind an XML declaration, comments and a document type.
  private static func isSVG(_ sample: ByteSample, from start: Int) -> Bool {
    var index = start
    while true {
      let next: Int?
      if sample.has("<svg", at: index) {
        let after = sample[index + 4]
        return isWhiteSpace(after) || after == UInt8(ascii: ">") || after == UInt8(ascii: "/")
      } else if sample.has("<?xml", at: index) {
        next = sample.firstIndex(of: "?>", from: index).map { $0 + 2 }
      } else if sample.has("<!--", at: index) {
        next = sample.firstIndex(of: "-->", from: index + 4).map { $0 + 3 }
      } else if sample.has("<!DOCTYPE svg", at: index) {
        next = endOfDocumentType(sample, from: index)
      } else {
        return false
      }
      guard let next else { return false }
      index = skipWhiteSpace(sample, from: next)
    }
  }

  /// Behind the `>` of a document type, which may have declarations of its own in square brackets.
  private static func endOfDocumentType(_ sample: ByteSample, from start: Int) -> Int? {
    var isInBrackets = false
    for index in start..<sample.count {
      switch sample[index] {
      case UInt8(ascii: "["): isInBrackets = true
      case UInt8(ascii: "]"): isInBrackets = false
      case UInt8(ascii: ">") where !isInBrackets: return index + 1
      default: break
      }
    }
    return nil
  }

  private static func skipWhiteSpace(_ sample: ByteSample, from start: Int) -> Int {
    var index = start
    while isWhiteSpace(sample[index]) { index += 1 }
    return index
  }

  private static func isWhiteSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0C || byte == 0x0D
  }
}
