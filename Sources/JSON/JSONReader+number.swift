/// Numbers (RFC 8259 §6): `-`, digits without a leading zero, a fraction, an exponent.
extension JSONReader {
  /// The number whose first byte is the next one.
  @_lifetime(self: copy self)
  mutating func number() throws(JSONError) -> JSONValue {
    let start = offset
    let isNegative = byte(offset) == UInt8(ascii: "-")
    if isNegative { offset += 1 }
    let integer = try integerPart(isNegative: isNegative)
    var isInteger = true
    if byte(offset) == UInt8(ascii: ".") {
      isInteger = false
      offset += 1
      try digits()
    }
    if byte(offset) | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      offset += 1
      if byte(offset) == UInt8(ascii: "+") || byte(offset) == UInt8(ascii: "-") { offset += 1 }
      try digits()
    }
    if isInteger, let integer { return .integer(integer) }
    return .number(double(start..<offset))
  }

  /// Past the digits before a fraction. Their value, or nil where 64 bits do not hold it.
  @_lifetime(self: copy self)
  private mutating func integerPart(isNegative: Bool) throws(JSONError) -> Int64? {
    let start = offset
    // Summed up below zero: there one more value fits than above it.
    var sum: Int64? = 0
    while byte(offset) &- 0x30 < 10 {
      let digit = Int64(byte(offset) &- 0x30)
      sum = sum.flatMap { sum in
        let (product, productOverflow) = sum.multipliedReportingOverflow(by: 10)
        let (next, nextOverflow) = product.subtractingReportingOverflow(digit)
        return productOverflow || nextOverflow ? nil : next
      }
      offset += 1
    }
    if offset == start { throw malformed("a digit was expected") }
    if byte(start) == UInt8(ascii: "0"), offset - start > 1 {
      throw .malformed(offset: start, reason: "a number may not start with 0")
    }
    guard !isNegative, let magnitude = sum else { return sum }
    return magnitude == .min ? nil : -magnitude
  }

  /// Past one digit or more.
  @_lifetime(self: copy self)
  private mutating func digits() throws(JSONError) {
    guard byte(offset) &- 0x30 < 10 else { throw malformed("a digit was expected") }
    while byte(offset) &- 0x30 < 10 { offset += 1 }
  }

  private func double(_ range: Range<Int>) -> Double {
    let text = bytes.extracting(range).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    // The grammar was checked; what is too large becomes infinite.
    return Double(text) ?? .nan
  }
}
