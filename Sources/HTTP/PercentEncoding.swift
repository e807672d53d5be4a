/// Percent-encoding of URLs (RFC 3986 §2.1). Pure; any thread.
package enum PercentEncoding {
  /// The bytes with every `%XX` resolved, or nil where a `%` is not followed by two hex digits.
  /// With `plusIsSpace` (queries and forms, never paths) a `+` becomes a space. Decode once only: a
  /// second pass would let `%252F` become a slash behind the path check.
  package static func decode(_ text: ArraySlice<UInt8>, plusIsSpace: Bool = false) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var rest = text
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%") {
        guard let high = rest.popFirst()?.hexValue, let low = rest.popFirst()?.hexValue else {
          return nil
        }
        bytes.append(high << 4 | low)
      } else if plusIsSpace, byte == UInt8(ascii: "+") {
        bytes.append(UInt8(ascii: " "))
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }

  /// As `decode`, for text: also nil where the bytes that come out are not valid UTF-8.
  package static func decodeText(_ text: ArraySlice<UInt8>, plusIsSpace: Bool = false) -> String? {
    // Text without an escape, the common case, is taken as it stands.
    let hasEscape = text.contains {
      $0 == UInt8(ascii: "%") || (plusIsSpace && $0 == UInt8(ascii: "+"))
    }
    guard hasEscape else { return String(validating: text, as: UTF8.self) }
    return decode(text, plusIsSpace: plusIsSpace).flatMap { String(validating: $0, as: UTF8.self) }
  }

  /// Appends `text` as part of a URL's path. Everything but unreserved characters (RFC 3986 §2.3)
  /// and `/` is encoded, also what a path could hold plainly (`&`, `'`, `;` …), so that no one who
  /// handles the URL later, a shell, a log or the `&` that starts a query under /api/, takes it for
  /// syntax.
  package static func appendPath(_ text: String, to bytes: inout [UInt8]) {
    for byte in text.utf8 {
      if isUnreserved(byte) || byte == UInt8(ascii: "/") {
        bytes.append(byte)
      } else {
        bytes.append(UInt8(ascii: "%"))
        bytes.append(hexDigit(byte >> 4))
        bytes.append(hexDigit(byte & 15))
      }
    }
  }

  /// `text` as part of a URL's path, as `appendPath` writes it.
  package static func encodePath(_ text: String) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    appendPath(text, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      true
    default: false
    }
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
  }
}
