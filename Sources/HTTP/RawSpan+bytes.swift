import Glibc

/// Byte-wise reading of borrowed input. Offsets are checked in debug and by the callers' loops; the accessors
/// themselves are unchecked, since they run for each byte of each request.
extension RawSpan {
  @inline(__always)
  subscript(byte offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < byteCount)
    return unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
  }

  @inline(__always)
  @_lifetime(copy self)
  func slice(_ range: Range<Int>) -> RawSpan { extracting(range) }

  /// The offset of the first `byte` at or after `start`.
  func firstIndex(of byte: UInt8, from start: Int) -> Int? {
    withUnsafeBytes { bytes in
      guard start < bytes.count, let base = bytes.baseAddress,
        let found = memchr(base + start, Int32(byte), bytes.count - start)
      else { return nil }
      return UnsafeRawPointer(found) - base
    }
  }

  /// Case-sensitive comparison.
  func equals(_ text: StaticString) -> Bool {
    guard byteCount == text.utf8CodeUnitCount else { return false }
    return withUnsafeBytes { bytes in
      bytes.isEmpty || memcmp(bytes.baseAddress!, text.utf8Start, bytes.count) == 0
    }
  }

  /// Comparison with an ASCII text that is already lower case, ignoring this side's case.
  func equalsIgnoringCase(_ lowercase: StaticString) -> Bool {
    guard byteCount == lowercase.utf8CodeUnitCount else { return false }
    for offset in 0..<byteCount
    where self[byte: offset].asciiLowercased != lowercase.utf8Start[offset] { return false }
    return true
  }

  /// Without spaces and tabs at both ends (OWS, RFC 9110 §5.6.3).
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (lower, upper) = (range.lowerBound, range.upperBound)
    while lower < upper, self[byte: lower].isBlank { lower += 1 }
    while upper > lower, self[byte: upper - 1].isBlank { upper -= 1 }
    return lower..<upper
  }

  func array(_ range: Range<Int>) -> [UInt8] {
    withUnsafeBytes { Array($0[range]) }
  }
}

extension UInt8 {
  @inline(__always) var asciiLowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
  @inline(__always) var isBlank: Bool { self == 0x20 || self == 0x09 }
  @inline(__always) var isDigit: Bool { self &- 0x30 < 10 }

  /// `tchar` of RFC 9110 §5.6.2.
  @inline(__always) var isTokenByte: Bool { tokenBytes[Int(self)] }

  /// The value of a hexadecimal digit, else nil.
  var hexValue: UInt8? {
    switch self {
    case 0x30...0x39: self - 0x30
    case 0x41...0x46: self - 0x41 + 10
    case 0x61...0x66: self - 0x61 + 10
    default: nil
    }
  }
}

private let tokenBytes: [Bool] = (0..<256).map { value in
  let byte = UInt8(value)
  return byte.isDigit || byte.asciiLowercased &- 0x61 < 26 || "!#$%&'*+-.^_`|~".utf8.contains(byte)
}
