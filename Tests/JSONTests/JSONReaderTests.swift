import JSON
import Testing

@Suite struct JSONReaderTests {
  private func parse(_ text: String) throws(JSONError) -> JSONValue {
    try JSONValue(parsing: Array(text.utf8).span.bytes)
  }

  private func offset(refusing bytes: [UInt8]) -> Int? {
    do throws(JSONError) {
      _ = try JSONValue(parsing: bytes.span.bytes)
      return nil
    } catch { return error.offset }
  }

  @Test(
    arguments: [
      ("null", .null), ("true", .bool(true)), (" \t\r\nfalse \n", .bool(false)),
      ("0", .integer(0)), ("-0", .integer(0)), ("-12", .integer(-12)),
      ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
      ("9223372036854775808", .number(9_223_372_036_854_775_808)),
      ("-9223372036854775809", .number(-9_223_372_036_854_775_808)),
      ("1.5", .number(1.5)), ("-0.0", .number(-0.0)), ("1e3", .number(1000)),
      ("2E-2", .number(0.02)),
      ("1.25e+1", .number(12.5)), ("1e-400", .number(0)),
      (#""""#, .string("")), (#""a/b""#, .string("a/b")), (#""照片🌊""#, .string("照片🌊")),
      (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{C}\n\r\t")),
      (#""\u0041\u00e9\u00E9\u4e2d""#, .string("Aéé中")), (#""\u0000""#, .string("\0")),
      (#""\uD83C\uDF0A!""#, .string("🌊!")), (#""\u2028""#, .string("\u{2028}")),
      (#""\\""#, .string("\\")), (#""12345678\\""#, .string("12345678\\")),
      ("[]", .array([])), ("[ ]", .array([])),
      ("[1,[2],null]", .array([.integer(1), .array([.integer(2)]), .null])),
      ("{}", .object(JSONObject())), ("{ }", .object(JSONObject())),
    ] as [(String, JSONValue)])
  func accepts(_ text: String, _ value: JSONValue) throws {
    #expect(try parse(text) == value)
  }

  @Test(arguments: [
    "", " ", "nul", "nulll", "True", "NaN", "Infinity", "-", "+1", "01", "-01", "1.", ".5", "1e",
    "1e+", "0x1",
    "1 2", "\"", "\"a", "\"\\\"", "\"\\", "\"\\a\"", "\"\\u12\"", "\"\\u12G4\"", "\"\\uD83C\"",
    "\"\\uD83Cx\"",
    "\"\\uDF0A\"", "\"\\uD83C\\u0041\"", "\"\\uD83C\\uD83C\"", "\"\\uDF0A\\uD83C\"", "\"a\nb\"",
    "\"a\tb\"", "\"12345678\u{1F}\"",
    "\"\0\"", "'a'", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "]", "{", "{\"a\"", "{\"a\":",
    "{\"a\":1",
    "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{\"a\":1]",
    "[1}", "}",
    "{}x", "[] []", "//c\n1", "1/**/", "\u{FEFF}{}", "\u{C}1", "\u{A0}1", "{} \0",
  ])
  func refuses(_ text: String) {
    #expect(throws: JSONError.self) { try parse(text) }
  }

  @Test(
    arguments: [
      [0x80], [0xC0, 0xAF], [0xC3], [0xC3, 0x28], [0xE2, 0x82], [0xED, 0xA0, 0x80],
      [0xF4, 0x90, 0x80, 0x80], [0xFF],
      [0xF0, 0x80, 0x80, 0x80],
    ] as [[UInt8]])
  func refusesStringsThatAreNotUTF8(_ bytes: [UInt8]) {
    let quoted = [0x22] + bytes + [0x22]
    #expect(offset(refusing: quoted) == 1)
    // Beside an escape, in a long string, and in a name.
    #expect(offset(refusing: Array(#"["\n"#.utf8) + bytes + Array(#""]"#.utf8)) == 2)
    #expect(offset(refusing: Array(#"["12345678"#.utf8) + bytes + Array(#""]"#.utf8)) == 2)
    #expect(offset(refusing: Array("{".utf8) + quoted + Array(":1}".utf8)) != nil)
  }

  @Test func findsTheEndOfAStringAtEveryPlace() throws {
    // The scan takes eight bytes at a time: every length, with what follows directly behind it.
    for length in 0...40 {
      let text = String(repeating: "x", count: length)
      #expect(try parse("[\"\(text)\",\"y\"]") == .array([.string(text), .string("y")]))
      #expect(try parse("\"\(text)\\n\(text)\"") == .string(text + "\n" + text))
      #expect(try parse("\"\(text)é\"") == .string(text + "é"))
      #expect(throws: JSONError.self) { try parse("\"\(text)\u{1}\"") }
      #expect(throws: JSONError.self) { try parse("\"\(text)") }
    }
  }

  @Test func takesEveryByteOfAStringForWhatItIs() throws {
    for byte in UInt8(0)...0x7F {
      for prefix in ["", "1234567", "12345678"] {
        let bytes = Array("\"\(prefix)".utf8) + [byte] + Array("abcdefgh\"".utf8)
        let value = try? JSONValue(parsing: bytes.span.bytes)
        if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
          // A backslash before "a" is no escape, a quote ends the string too early.
          #expect(value == nil)
        } else {
          #expect(value == .string(prefix + String(UnicodeScalar(byte)) + "abcdefgh"))
        }
      }
    }
  }

  @Test func saysWhereAndWhy() {
    #expect(throws: JSONError.malformed(offset: 6, reason: "no value starts so")) {
      try parse(#"{"a": x}"#)
    }
    #expect(throws: JSONError.malformed(offset: 3, reason: "half of a surrogate pair")) {
      try parse(#"["x\uD800"]"#)
    }
    #expect(throws: JSONError.malformed(offset: 1, reason: "a control character must be escaped")) {
      try parse("\"\u{1}\"")
    }
    let error = JSONError.malformed(offset: 2, reason: "nothing may follow the value")
    #expect(throws: error) { try parse("1 2") }
    #expect("\(error)" == "invalid JSON at byte 2: nothing may follow the value")
  }

  @Test func boundsDepth() throws {
    let deepest = JSONLimits.depthMax
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try parse(nested(deepest))
    #expect(
      throws: JSONError.overLimit(offset: deepest, reason: "arrays and objects are nested too deep")
    ) {
      try parse(nested(deepest + 1))
    }
    // Depth is how deep, not how many.
    _ = try parse("[" + Array(repeating: "[[]]", count: 40).joined(separator: ",") + "]")
  }

  @Test func boundsMembersAndValues() throws {
    func object(_ count: Int) -> String {
      "{" + (0..<count).map { "\"\($0)\":0" }.joined(separator: ",") + "}"
    }
    _ = try parse(object(JSONLimits.membersMax))
    #expect(throws: JSONError.self) { try parse(object(JSONLimits.membersMax + 1)) }
    func array(_ count: Int) -> String {
      "[" + Array(repeating: "0", count: count).joined(separator: ",") + "]"
    }
    // The array is a value too.
    _ = try parse(array(JSONLimits.valuesMax - 1))
    #expect(throws: JSONError.self) { try parse(array(JSONLimits.valuesMax)) }
  }

  @Test func anyNumberIsANumber() throws {
    #expect(try parse("[1e999,-1e999]") == .array([.number(.infinity), .number(-.infinity)]))
    #expect(try parse("9223372036854775808") == .number(9_223_372_036_854_775_808))
    let digits = String(repeating: "1", count: 300)
    #expect(try parse(digits) == .number(Double(digits)!))
    #expect(try parse(String(repeating: "1", count: 50_000)) == .number(.infinity))
    #expect(try parse("0." + String(repeating: "0", count: 50_000) + "1") == .number(0))
  }

  @Test func survivesEveryCut() {
    let text = Array(#"{"a":[1,-2.5e3,"x\u00e9\uD83C\uDF0A",true,null],"é":{"b":false}}"#.utf8)
    #expect(offset(refusing: text) == nil)
    for end in text.indices {
      let refused = offset(refusing: Array(text[..<end]))
      #expect(refused != nil && refused! <= end)
    }
  }

  /// No outcome is expected but one: the reader answers, whatever one byte is turned into.
  @Test func survivesEveryChangedByte() throws {
    let text = Array(#"{"a":[1,-2.5e3,"x\u00e9\uD83C\uDF0A12345678",true,null],"é":{"b":""}}"#.utf8)
    var accepted = 0
    for index in text.indices {
      for byte in UInt8(0)...255 {
        var changed = text
        changed[index] = byte
        if offset(refusing: changed) == nil { accepted += 1 }
      }
    }
    #expect(accepted > text.count && accepted < text.count * 256)
  }
}
