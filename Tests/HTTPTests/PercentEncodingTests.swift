import Testing

@testable import HTTP

@Suite struct PercentEncodingTests {
  private func decode(_ text: String, plusIsSpace: Bool = false) -> String? {
    PercentEncoding.decodeText(Array(text.utf8)[...], plusIsSpace: plusIsSpace)
  }

  @Test(arguments: [
    ("", ""), ("abc", "abc"), ("a%20b", "a b"), ("%41%6a%6A", "Ajj"), ("%E5%9B%BE.png", "图.png"),
    ("图", "图"), ("%25", "%"), ("%2525", "%25"), ("%2e%2E%2f", "../"), ("%00", "\0"), ("a+b", "a+b"),
  ])
  func decodes(text: String, expected: String) {
    #expect(decode(text) == expected)
  }

  @Test(arguments: ["%", "%4", "a%", "a%4", "%zz", "%4g", "%g4", "%%41", "% 41", "%+1", "%-1"])
  func refusesBadEscapes(text: String) {
    #expect(decode(text) == nil)
    #expect(PercentEncoding.decode(Array(text.utf8)[...]) == nil)
  }

  @Test(arguments: ["%ff", "%C0%AF", "%E5%9B", "%ED%A0%80", "%F4%90%80%80"])
  func refusesWhatIsNoUTF8(text: String) {
    #expect(decode(text) == nil)
    #expect(PercentEncoding.decode(Array(text.utf8)[...]) != nil)
  }

  @Test func refusesRawBytesThatAreNoUTF8() {
    #expect(PercentEncoding.decodeText([0x61, 0xff]) == nil)
    #expect(PercentEncoding.decode([0x61, 0xff]) == [0x61, 0xff])
  }

  @Test func plusIsASpaceInFormsOnly() {
    #expect(decode("a+b%2B", plusIsSpace: true) == "a b+")
    #expect(decode("a+b%2B") == "a+b+")
  }

  @Test func readsASliceInTheMiddle() {
    let bytes = Array("xx%41%42yy".utf8)
    #expect(PercentEncoding.decode(bytes[2..<8]) == Array("AB".utf8))
    #expect(PercentEncoding.decode(bytes[2..<7]) == nil)
  }

  @Test(arguments: [
    ("", ""), ("/group1/M00/0A/FF/a-b_c.~", "/group1/M00/0A/FF/a-b_c.~"), ("a b", "a%20b"),
    ("图", "%E5%9B%BE"), ("100%", "100%25"), ("a?b#c&d", "a%3Fb%23c%26d"), ("'\"<>", "%27%22%3C%3E"),
    ("\0\u{7f}", "%00%7F"),
  ])
  func encodesPaths(text: String, expected: String) {
    #expect(PercentEncoding.encodePath(text) == expected)
    #expect(decode(expected) == text)
  }
}
