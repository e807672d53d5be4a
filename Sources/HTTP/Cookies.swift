/// Reading the `Cookie` field (RFC 6265 §4.2, §5.4). Pure; any thread.
package enum Cookies {
  /// The value of the first cookie called `name` (letter case counts) in `field`, the value of one
  /// Cookie line: as it was sent, not percent-decoded, without the quotes that may surround it. Nil
  /// where there is none, or where it is not valid UTF-8. The first wins because a browser sends
  /// the cookie with the most specific path first (§5.4).
  package static func value(of name: String, in field: RawSpan) -> String? {
    var start = 0
    while start < field.byteCount {
      let end = field.firstIndex(of: UInt8(ascii: ";"), from: start) ?? field.byteCount
      let pair = start..<end
      start = end + 1
      guard let equals = field.slice(pair).firstIndex(of: UInt8(ascii: "="), from: 0) else {
        continue
      }
      let nameEnd = pair.lowerBound + equals
      guard isEqual(field, field.trimmed(pair.lowerBound..<nameEnd), name) else { continue }
      let value = unquoted(field, field.trimmed(nameEnd + 1..<end))
      return field.withUnsafeBytes { String(validating: $0[value], as: UTF8.self) }
    }
    return nil
  }

  private static func unquoted(_ field: RawSpan, _ range: Range<Int>) -> Range<Int> {
    let quote = UInt8(ascii: "\"")
    guard range.count >= 2, field[byte: range.lowerBound] == quote,
      field[byte: range.upperBound - 1] == quote
    else { return range }
    return range.lowerBound + 1..<range.upperBound - 1
  }

  private static func isEqual(_ field: RawSpan, _ range: Range<Int>, _ name: String) -> Bool {
    let expected = name.utf8
    guard range.count == expected.count else { return false }
    for (index, byte) in zip(range, expected) where field[byte: index] != byte { return false }
    return true
  }
}
