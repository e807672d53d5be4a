/// What a `Range` field asks of a representation whose size is known (RFC 9110 §14). Pure; any
/// thread.
package enum ByteRange: Sendable, Equatable {
  /// Answer 200 with everything: the field is to be ignored. So for another unit than bytes, for
  /// text that is no range (RFC 9110 §14.2), and for several ranges at once, which a server may
  /// always answer whole (§14.2): hardly a client asks for them, and they are a known way to
  /// multiply a server's work.
  case whole
  /// Answer 206 with these bytes of the representation; never empty.
  case partial(Range<Int64>)
  /// Answer 416: nothing of the range lies inside (§15.5.17).
  case unsatisfiable

  /// Reads the value of a `Range` field for a representation of `size` bytes (≥ 0). A number too
  /// large for 64 bits counts as the largest one.
  package init(_ value: RawSpan, size: Int64) {
    let unit: StaticString = "bytes="
    let unitCount = unit.utf8CodeUnitCount
    guard value.byteCount > unitCount, value.slice(0..<unitCount).equalsIgnoringCase(unit),
      let spec = Self.onlyElement(of: value, from: unitCount),
      let range = Self.resolve(value, spec, size: size)
    else {
      self = .whole
      return
    }
    self = range
  }

  /// Appends the value of the answer's `Content-Range` (§14.4): `bytes 0-499/1234` for a partial
  /// answer, `bytes */1234` for a 416. A whole answer has no such field: nothing is appended.
  package func appendContentRange(size: Int64, to bytes: inout [UInt8]) {
    switch self {
    case .whole: return
    case .partial(let range):
      bytes.append("bytes ")
      bytes.appendDecimal(range.lowerBound)
      bytes.append("-")
      bytes.appendDecimal(range.upperBound - 1)
    case .unsatisfiable:
      bytes.append("bytes *")
    }
    bytes.append("/")
    bytes.appendDecimal(size)
  }

  /// The one element of the comma-separated list; nil for none or several. A list may hold empty
  /// elements (§5.6.1.2).
  private static func onlyElement(of value: RawSpan, from start: Int) -> Range<Int>? {
    var only: Range<Int>?
    var elementStart = start
    for index in start...value.byteCount
    where index == value.byteCount || value[byte: index] == UInt8(ascii: ",") {
      let element = value.trimmed(elementStart..<index)
      elementStart = index + 1
      if element.isEmpty { continue }
      guard only == nil else { return nil }
      only = element
    }
    return only
  }

  /// `first-last`, `first-` or `-suffix` against `size`; nil where it is not a range.
  private static func resolve(_ value: RawSpan, _ spec: Range<Int>, size: Int64) -> ByteRange? {
    guard let dash = spec.first(where: { value[byte: $0] == UInt8(ascii: "-") }) else { return nil }
    let firstText = spec.lowerBound..<dash
    let lastText = dash + 1..<spec.upperBound
    if firstText.isEmpty {
      guard let suffix = number(value, lastText) else { return nil }
      if suffix == 0 { return .unsatisfiable }
      // The suffix of an empty file is all of it, but Content-Range cannot say "no bytes": answer
      // whole.
      return size == 0 ? .whole : .partial(max(0, size - suffix)..<size)
    }
    guard let first = number(value, firstText) else { return nil }
    var last = Int64.max
    if !lastText.isEmpty {
      guard let stated = number(value, lastText), stated >= first else { return nil }
      last = stated
    }
    guard first < size else { return .unsatisfiable }
    return .partial(first..<min(last, size - 1) + 1)
  }

  /// One or more digits, saturating at the largest Int64; nil for anything else.
  private static func number(_ value: RawSpan, _ range: Range<Int>) -> Int64? {
    guard !range.isEmpty else { return nil }
    var result: Int64 = 0
    for index in range {
      guard value[byte: index].isDigit else { return nil }
      let digit = value[byte: index] - UInt8(ascii: "0")
      let (product, productOverflow) = result.multipliedReportingOverflow(by: 10)
      let (sum, sumOverflow) = product.addingReportingOverflow(Int64(digit))
      result = productOverflow || sumOverflow ? .max : sum
    }
    return result
  }
}
