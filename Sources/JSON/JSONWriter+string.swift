/// Escaping. What JSON demands (RFC 8259 §7: quote, backslash, control characters), and beyond it
/// what makes the text safe to stand inside an HTML page: `<`, so that no `</script>` or `<!--` can
/// appear, and U+2028 and U+2029, which end a line in scripts of before 2019.
extension JSONWriter {
  mutating func appendQuoted(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    // Native strings are read in place; only one bridged from elsewhere would be copied.
    var text = text
    text.withUTF8 { appendEscaped($0) }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Copies the runs between characters to be escaped whole.
  private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
    var runStart = 0
    var index = 0
    while index < text.count {
      let escaped = Self.escapedCount(text, at: index)
      guard escaped > 0 else {
        index += 1
        continue
      }
      bytes.append(contentsOf: text[runStart..<index])
      appendEscape(text, at: index)
      index += escaped
      runStart = index
    }
    bytes.append(contentsOf: text[runStart...])
  }

  /// How many bytes at `index` are one character to be escaped: 0 for none.
  @inline(__always)
  private static func escapedCount(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
    switch text[index] {
    case 0..<0x20, UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "<"): 1
    // U+2028 is E2 80 A8, U+2029 E2 80 A9; after E2 two more bytes follow in any valid UTF-8.
    case 0xE2 where text[index + 1] == 0x80 && text[index + 2] | 1 == 0xA9: 3
    default: 0
    }
  }

  private mutating func appendEscape(_ text: UnsafeBufferPointer<UInt8>, at index: Int) {
    switch text[index] {
    case UInt8(ascii: "\""): raw("\\\"")
    case UInt8(ascii: "\\"): raw("\\\\")
    case 0x08: raw("\\b")
    case 0x09: raw("\\t")
    case 0x0A: raw("\\n")
    case 0x0C: raw("\\f")
    case 0x0D: raw("\\r")
    case 0xE2: raw(text[index + 2] == 0xA8 ? "\\u2028" : "\\u2029")
    case let byte:
      raw("\\u00")
      bytes.append(Self.hexDigit(byte >> 4))
      bytes.append(Self.hexDigit(byte & 15))
    }
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
