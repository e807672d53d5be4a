import Testing

@testable import picbed

struct LogTextTests {
  private func escaped(_ text: String) -> String {
    var bytes: [UInt8] = []
    LogText.appendEscaped(text, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func value(_ text: String) -> String {
    var bytes: [UInt8] = []
    LogText.appendValue(text, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func aLineStaysALine() {
    #expect(escaped("a\nb\r\nc\td") == "a\\nb\\r\\nc\\td")
    #expect(escaped("a\u{2028}b\u{2029}c") == "a\\u2028b\\u2029c")
  }

  @Test func aTerminalIsNotSteered() {
    #expect(escaped("\u{1B}[2J\u{0}\u{7F}") == "\\x1b[2J\\x00\\x7f")
    // C1: a one-character CSI.
    #expect(escaped("\u{9B}31m\u{A0}") == "\\x9b31m\u{A0}")
  }

  @Test func textIsKept() {
    #expect(escaped("图片 🐱 \"quoted\" \\") == "图片 🐱 \"quoted\" \\")
  }

  @Test(arguments: [
    ("plain", "plain"), ("a/b:c", "a/b:c"), ("", "\"\""), ("a b", "\"a b\""), ("a=b", "\"a=b\""),
    ("say \"hi\"", "\"say \\\"hi\\\"\""), ("a\nb", "\"a\\nb\""), ("图", "图"), ("\"", "\"\\\"\""),
  ])
  func values(_ text: String, _ expected: String) {
    #expect(value(text) == expected)
  }
}
