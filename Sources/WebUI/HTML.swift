/// HTML built from fixed text and escaped values.
struct HTML {
  private(set) var bytes: [UInt8] = []

  /// Text of this program, as it is.
  mutating func markup(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  /// Text from elsewhere, safe as an element's content and within a quoted attribute (HTML Living Standard,
  /// "Escaping a string"). Direction marks are taken out: they could make a name read as another.
  mutating func text(_ text: String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": bytes.append(contentsOf: "&amp;".utf8)
      case "<": bytes.append(contentsOf: "&lt;".utf8)
      case ">": bytes.append(contentsOf: "&gt;".utf8)
      case "\"": bytes.append(contentsOf: "&quot;".utf8)
      case "'": bytes.append(contentsOf: "&#39;".utf8)
      case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": continue
      default: bytes.append(contentsOf: String(scalar).utf8)
      }
    }
  }
}
