import TestSupport
import Testing

extension Scenarios {
  /// The tools that judge the server, judged themselves: a wrong md5 or a lenient reader would hide
  /// failures.
  @Suite struct S00Harness {
    @Test("md5 agrees with the test suite of RFC 1321 §A.5 and across block boundaries")
    func md5() {
      #expect(md5Hex([]) == "d41d8cd98f00b204e9800998ecf8427e")
      #expect(md5Hex(Array("message digest".utf8)) == "f96b697d7cb7938d525a2f31aaf161d0")
      let digits = String(repeating: "1234567890", count: 8)
      #expect(md5Hex(Array(digits.utf8)) == "57edf4a22be3c955ac49da2e2107b67a")
      #expect(md5Hex(Array("123456".utf8)) == Fixtures.documentPassword)
    }

    @Test("the colliding pair is two files with one md5")
    func collidingPair() {
      let (first, second) = Fixtures.collidingPair
      #expect(first.count == 128 && second.count == 128 && first != second)
      #expect(md5Hex(first) == "79054025255fb1a26e4bc422aef54eb4")
      #expect(md5Hex(second) == "79054025255fb1a26e4bc422aef54eb4")
    }

    @Test(
      "base64 goes there and back, with every padding", arguments: ["a", "ab", "abc", "张三:t", ""])
    func base64(text: String) {
      let value = basicAuthorization(text, "")
      #expect(Fixtures.base64(String(value.dropFirst(6))) == Array("\(text):".utf8))
    }

    @Test("the JSON reader keeps integers, decimals and texts apart, and reads every escape")
    func readsJSON() throws {
      let text = #" {"a":[1,1.0,"1",true,null],"b":"\u0041\n\ud83d\ude00\/"} "#
      let value = try JSONValue(parsing: Array(text.utf8))
      #expect(value == ["a": [1, .decimal(1), "1", true, nil], "b": "A\n😀/"])
      #expect(try JSONValue(parsing: value.bytes) == value)
    }

    @Test(
      "the JSON reader refuses what is none",
      arguments: [
        "", "{", "{}x", "{\"a\":1,}", "[1,]", "01", "1.", "+1", "{'a':1}", "{\"a\":1,\"a\":2}",
        "\"\u{1}\"", "\"\\x\"", "\"\\ud800\"", "nul", "{a:1}", "[1 2]",
      ])
    func refusesNoJSON(text: String) {
      #expect(throws: JSONParseError.self) { try JSONValue(parsing: Array(text.utf8)) }
    }

    @Test("a model's random source repeats itself for one seed")
    func seeded() {
      var first = SeededGenerator(seed: 7)
      var second = SeededGenerator(seed: 7)
      #expect(first.bytes(100) == second.bytes(100))
      #expect(Fixtures.bytes(13, seed: 1) != Fixtures.bytes(13, seed: 2))
    }
  }
}
