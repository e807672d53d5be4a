/// Strings (RFC 8259 §7). Each is scanned for its end first. One without escapes, the common case,
/// becomes a String straight from the input; one with escapes is unescaped into a buffer on the
/// way.
extension JSONReader {
  /// A string that has been scanned but not checked: where its content lies, and what is in it.
  struct Quoted {
    let range: Range<Int>
    var hasEscapes = false
    var isASCII = true
  }

  /// The string whose opening quote is the next byte.
  @_lifetime(self: copy self)
  mutating func string() throws(JSONError) -> String {
    let quoted = try quoted()
    guard quoted.hasEscapes else { return try text(quoted) }
    return String(decoding: try unescaped(quoted), as: UTF8.self)
  }

  /// Past the string whose opening quote is the next byte.
  @_lifetime(self: copy self)
  mutating func quoted() throws(JSONError) -> Quoted {
    var end = offset + 1
    let start = end
    var hasEscapes = false
    var highBits: UInt64 = 0
    while true {
      // Eight at a time first: what takes long to scan, digests and tokens, is long.
      while let eight = eightPlainBytes(at: end) {
        highBits |= eight
        end += 8
      }
      var next = byte(end)
      while next >= 0x20, next != UInt8(ascii: "\""), next != UInt8(ascii: "\\") {
        highBits |= UInt64(next)
        end += 1
        next = byte(end)
      }
      if next == UInt8(ascii: "\"") { break }
      guard next == UInt8(ascii: "\\") else {
        // Past the end where it lies behind a backslash.
        offset = min(end, bytes.byteCount)
        throw malformed(atEnd ? "a string does not end" : "a control character must be escaped")
      }
      // The byte behind it is no closing quote; whether it is a proper escape is seen later.
      hasEscapes = true
      end += 2
    }
    offset = end + 1
    let isASCII = highBits & 0x8080_8080_8080_8080 == 0
    return Quoted(range: start..<end, hasEscapes: hasEscapes, isASCII: isASCII)
  }

  /// The eight bytes at `index` if all are plain characters of a string (no quote, backslash or
  /// control character), else nil.
  @inline(__always)
  private func eightPlainBytes(at index: Int) -> UInt64? {
    guard index + 8 <= bytes.byteCount else { return nil }
    let eight = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
    let each: UInt64 = 0x0101_0101_0101_0101
    // Subtracting 1 (or 0x20) borrows the high bit of a byte that is 0 (or below 0x20). A borrow
    // may also mark the byte after such a one, which does no harm: the answer is nil then anyway.
    let quotes = eight ^ each &* 0x22
    let backslashes = eight ^ each &* 0x5C
    let marks =
      (quotes &- each) & ~quotes | (backslashes &- each) & ~backslashes
      | (eight &- each &* 0x20) & ~eight
    return marks & (each &* 0x80) == 0 ? eight : nil
  }

  /// The text of a string without escapes.
  func text(_ quoted: Quoted) throws(JSONError) -> String {
    let isASCII = quoted.isASCII
    let text: String? = bytes.extracting(quoted.range).withUnsafeBytes { bytes in
      if isASCII { return String(decoding: bytes, as: UTF8.self) }
      // Half the time of String(validating:), which this is otherwise.
      let bytes = bytes.assumingMemoryBound(to: UInt8.self)
      guard let text = try? UTF8Span(validating: bytes.span) else { return nil }
      return String(copying: text)
    }
    guard let text else { throw notUTF8(quoted) }
    return text
  }

  /// The bytes of a string with escapes, valid UTF-8.
  func unescaped(_ quoted: Quoted) throws(JSONError) -> [UInt8] {
    var unescaped: [UInt8] = []
    unescaped.reserveCapacity(quoted.range.count)
    var index = quoted.range.lowerBound
    while index < quoted.range.upperBound {
      let byte = byte(index)
      if byte == UInt8(ascii: "\\") {
        index += try appendEscaped(at: index, to: &unescaped)
      } else {
        unescaped.append(byte)
        index += 1
      }
    }
    // What an escape stands for is whole in itself, so it cannot complete broken bytes beside it.
    guard (try? UTF8Span(validating: unescaped.span)) != nil else { throw notUTF8(quoted) }
    return unescaped
  }

  /// Throws where a string without escapes is not UTF-8.
  func validate(_ quoted: Quoted) throws(JSONError) {
    if !quoted.isASCII { _ = try text(quoted) }
  }

  private func notUTF8(_ quoted: Quoted) -> JSONError {
    .malformed(offset: quoted.range.lowerBound, reason: "a string is not valid UTF-8")
  }
}

extension JSONReader {
  /// Appends what the escape at `index` stands for; how many bytes of input it takes.
  private func appendEscaped(at index: Int, to unescaped: inout [UInt8]) throws(JSONError) -> Int {
    switch byte(index + 1) {
    case UInt8(ascii: "\""): unescaped.append(UInt8(ascii: "\""))
    case UInt8(ascii: "\\"): unescaped.append(UInt8(ascii: "\\"))
    case UInt8(ascii: "/"): unescaped.append(UInt8(ascii: "/"))
    case UInt8(ascii: "b"): unescaped.append(0x08)
    case UInt8(ascii: "f"): unescaped.append(0x0C)
    case UInt8(ascii: "n"): unescaped.append(0x0A)
    case UInt8(ascii: "r"): unescaped.append(0x0D)
    case UInt8(ascii: "t"): unescaped.append(0x09)
    case UInt8(ascii: "u"):
      let (scalar, count) = try scalar(at: index)
      unescaped.append(contentsOf: UTF8.encode(scalar)!)
      return count
    default: throw .malformed(offset: index, reason: "no such escape")
    }
    return 2
  }

  /// What `\uXXXX` stands for, or the two of a surrogate pair for one character above U+FFFF; how
  /// many bytes of input that is.
  private func scalar(at index: Int) throws(JSONError) -> (Unicode.Scalar, Int) {
    let first = try codeUnit(at: index)
    if let scalar = Unicode.Scalar(first) { return (scalar, 6) }
    guard UTF16.isLeadSurrogate(first), byte(index + 6) == UInt8(ascii: "\\"),
      byte(index + 7) == UInt8(ascii: "u"),
      case let second = try codeUnit(at: index + 6), UTF16.isTrailSurrogate(second)
    else { throw .malformed(offset: index, reason: "half of a surrogate pair") }
    let pair = (UInt32(first) - 0xD800) << 10 | (UInt32(second) - 0xDC00)
    // Ten bits of each half on top of U+10000: always a scalar value.
    return (Unicode.Scalar(0x10000 + pair)!, 12)
  }

  /// The four digits of the `\uXXXX` at `index`.
  private func codeUnit(at index: Int) throws(JSONError) -> UInt16 {
    var unit: UInt16 = 0
    for index in index + 2..<index + 6 {
      let digit: UInt8
      switch byte(index) {
      case let byte where byte &- 0x30 < 10: digit = byte - 0x30
      case let byte where (byte | 0x20) &- 0x61 < 6: digit = (byte | 0x20) - 0x61 + 10
      default:
        throw .malformed(offset: index, reason: "\\u takes four hexadecimal digits")
      }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }
}
