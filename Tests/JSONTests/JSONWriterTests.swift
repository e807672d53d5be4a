import JSON
import Testing

@Suite struct JSONWriterTests {
  private func written(_ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter(capacity: 16)
    write(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test func placesCommas() {
    let text = written { json in
      json.openObject()
      json.field("code", 0)
      json.name("files")
      json.openArray()
      for pv in [1, 2] as [Int64] {
        json.openObject()
        json.field("name", "a,b")
        json.field("pv", pv)
        json.field("shared", pv == 1)
        json.closeObject()
      }
      json.closeArray()
      json.name("list")
      json.openArray()
      json.string("{")
      json.string("[")
      json.integer(7)
      json.bool(true)
      json.null()
      json.bool(false)
      json.openArray()
      json.closeArray()
      json.closeArray()
      json.closeObject()
    }
    #expect(
      text
        == #"{"code":0,"files":[{"name":"a,b","pv":1,"shared":true},"#
        + #"{"name":"a,b","pv":2,"shared":false}],"#
        + #""list":["{","[",7,true,null,false,[]]}"#)
  }

  @Test func goesOnFromReadyMadeText() {
    let text = written { json in
      json.raw("{\"code\":0")
      json.field("count", 2)
      json.name("row")
      json.raw(Array(#"{"a":1}"#.utf8))
      json.field("more", "x")
      json.raw(",\"files\":[")
      json.integer(1)
      json.raw([UInt8](",2".utf8).span.bytes)
      json.raw("]}\n")
      json.openObject()
      json.closeObject()
    }
    #expect(text == #"{"code":0,"count":2,"row":{"a":1},"more":"x","files":[1,2]}"# + "\n{}")
  }

  @Test(arguments: [
    ("", #""""#), ("plain", #""plain""#), ("照片🌊", #""照片🌊""#), ("\"", #""\"""#),
    ("a\\b", #""a\\b""#),
    ("\u{8}\t\n\u{C}\r", #""\b\t\n\f\r""#),
    ("\0\u{1}\u{1F}\u{7F}", "\"\\u0000\\u0001\\u001f\u{7F}\""),
    ("</script><!--", #""\u003c/script>\u003c!--""#), ("a\u{2028}b\u{2029}", #""a\u2028b\u2029""#),
    ("\u{2027}\u{202A}€\u{2088}", "\"\u{2027}\u{202A}€\u{2088}\""), ("/", #""/""#),
  ])
  func escapes(_ text: String, _ json: String) throws {
    #expect(written { $0.string(text) } == json)
    // And reads back as it was.
    #expect(try JSONValue(parsing: Array(json.utf8).span.bytes) == .string(text))
  }

  @Test func writesBackEveryCharacterThatItReads() throws {
    let scalars = (0...0x3000).compactMap(UnicodeScalar.init)
    let text = String(String.UnicodeScalarView(scalars))
    let json = written { $0.string(text) }
    #expect(try JSONValue(parsing: Array(json.utf8).span.bytes) == .string(text))
    #expect(!json.contains("<"))
  }

  @Test(arguments: [0, 1, 9, 10, -1, -10, 1_234_567_890, .max, .min] as [Int64])
  func writesIntegers(_ number: Int64) {
    #expect(written { $0.integer(number) } == String(number))
    #expect(written { $0.field("n", number) } == "\"n\":\(number)")
  }
}
