/// How bytes that others chose are put into a line of the log: a line is a line, and a terminal
/// that shows it is never steered by it. Any thread.
enum LogText {
  /// Appends `text` with its control characters as `\n`, `\t`, `\r` or `\x1b`: C0, DEL, C1
  /// (ECMA-48), and the line and paragraph separators of Unicode.
  static func appendEscaped(_ text: String, to bytes: inout [UInt8]) {
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x0A: bytes += "\\n".utf8
      case 0x0D: bytes += "\\r".utf8
      case 0x09: bytes += "\\t".utf8
      case 0..<0x20, 0x7F..<0xA0:
        bytes += "\\x".utf8
        bytes.append(hexDigit(scalar.value >> 4))
        bytes.append(hexDigit(scalar.value & 0xF))
      case 0x2028, 0x2029:
        bytes += "\\u".utf8
        bytes += String(scalar.value, radix: 16).utf8
      default: bytes.append(contentsOf: UTF8.encode(scalar)!)
      }
    }
  }

  /// Appends a metadata value: as it is, or in quotes when it holds a space, a quote, a backslash
  /// or `=`, or nothing, so that `key=value` pairs can be taken apart again.
  static func appendValue(_ text: String, to bytes: inout [UInt8]) {
    let isPlain = text.utf8.allSatisfy {
      $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: "\\")
    }
    if isPlain, !text.isEmpty { return appendEscaped(text, to: &bytes) }
    bytes.append(UInt8(ascii: "\""))
    for part in text.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
      if part.offset > 0 { bytes += "\\\"".utf8 }
      appendEscaped(String(part.element), to: &bytes)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func hexDigit(_ value: UInt32) -> UInt8 {
    UInt8(value < 10 ? 0x30 + value : 0x57 + value)
  }
}
