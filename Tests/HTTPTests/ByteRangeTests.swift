import Testing

@testable import HTTP

@Suite struct ByteRangeTests {
  private func range(_ value: String, size: Int64 = 1000) -> ByteRange {
    ByteRange(value.utf8.span.bytes, size: size)
  }

  @Test(
    arguments: [
      ("bytes=0-499", 0..<500),
      ("bytes=500-999", 500..<1000),
      ("bytes=0-0", 0..<1),
      ("bytes=999-", 999..<1000),
      ("bytes=0-", 0..<1000),
      ("bytes=900-2000", 900..<1000),
      ("bytes=-1", 999..<1000),
      ("bytes=-1000", 0..<1000),
      ("bytes=-5000", 0..<1000),
      ("BYTES=1-2", 1..<3),
      // Empty list elements count for nothing (RFC 9110 §5.6.1.2).
      ("bytes= 1-2 ,", 1..<3),
      ("bytes=,1-2", 1..<3),
      // Larger than 64 bits: as far as the file goes.
      ("bytes=1-99999999999999999999999", 1..<1000),
      ("bytes=-99999999999999999999999", 0..<1000),
      ("bytes=1-9223372036854775807", 1..<1000),
    ] as [(String, Range<Int64>)])
  func answersOneRange(value: String, expected: Range<Int64>) {
    #expect(range(value) == .partial(expected))
  }

  @Test(arguments: [
    "bytes=1000-", "bytes=1000-1001", "bytes=-0", "bytes=99999999999999999999-",
    "bytes=9223372036854775807-9223372036854775807",
    // 2^64 + 1 and 2^63 would wrap round to 1 and to a negative number.
    "bytes=18446744073709551617-", "bytes=9223372036854775808-",
  ])
  func refusesWhatLiesOutside(value: String) {
    #expect(range(value) == .unsatisfiable)
  }

  @Test(arguments: [
    "", "bytes", "bytes=", "bytes=,", "bytes=-", "bytes=--1", "bytes=5-4", "bytes=a-b", "bytes=1",
    "bytes=+1-2", "bytes=1-2x", "bytes=0x1-2", "bytes=1 - 2", "bytes=1-2-3", "bytes =1-2",
    "items=0-1", "bytes=0-1,5-6", "bytes=0-0,-1", "bytes=0-1 5-6", "bytes=\u{661}-2",
  ])
  func ignoresWhatIsNoSingleRange(value: String) {
    #expect(range(value) == .whole)
  }

  @Test func anEmptyFileHasNoPart() {
    #expect(range("bytes=0-", size: 0) == .unsatisfiable)
    #expect(range("bytes=0-0", size: 0) == .unsatisfiable)
    #expect(range("bytes=-1", size: 0) == .whole)
  }

  @Test func theLargestSizeDoesNotOverflow() {
    #expect(range("bytes=0-", size: .max) == .partial(0..<Int64.max))
    #expect(range("bytes=-1", size: .max) == .partial(Int64.max - 1..<Int64.max))
    #expect(range("bytes=5-9223372036854775807", size: .max) == .partial(5..<Int64.max))
  }

  @Test(arguments: [
    (ByteRange.partial(0..<500), "bytes 0-499/1000"),
    (ByteRange.partial(999..<1000), "bytes 999-999/1000"),
    (ByteRange.unsatisfiable, "bytes */1000"),
    (ByteRange.whole, ""),
  ])
  func writesContentRange(range: ByteRange, expected: String) {
    var bytes: [UInt8] = []
    range.appendContentRange(size: 1000, to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == expected)
  }
}
