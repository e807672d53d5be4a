import JSON
import Testing

@Suite struct JSONObjectTests {
  private func parse(_ text: String) throws(JSONError) -> JSONObject {
    try JSONObject(parsing: Array(text.utf8))
  }

  @Test func readsARequest() throws {
    let object = try parse(
      #"{"count":10,"start":0,"token":"0123456789abcdef0123456789abcdef","user":"alice"}"#)
    #expect(object.count == 4)
    #expect(object["count"] == .integer(10))
    #expect(object.integer("start") == 0)
    #expect(object.string("token") == "0123456789abcdef0123456789abcdef")
    #expect(object.string("user") == "alice")
    #expect(object["missing"] == nil)
    #expect(object.string("count") == nil)
    #expect(object.integer("user") == nil)
    #expect(object.names == ["count", "start", "token", "user"])
  }

  @Test func namesAreTheSameIfTheirBytesAre() throws {
    // A Kelvin sign and a composed é: equal to K and to e + accent as Swift strings, not as JSON
    // names.
    let object = try parse(#"{"K":1,"\u212A":2,"\u00e9":3,"e\u0301":4,"":5,"k":6}"#)
    #expect(object.count == 6)
    #expect(object["K"] == .integer(1))
    #expect(object["\u{212A}"] == .integer(2))
    #expect(object["\u{E9}"] == .integer(3))
    #expect(object[named: "e\u{301}"] == .integer(4))
    #expect(object[""] == .integer(5))
    #expect(object[named: "k"] == .integer(6))
    #expect(object["kk"] == nil)
  }

  @Test func findsNamesWrittenWithEscapes() throws {
    let object = try parse(#"{"us\u0065r":"a","\"":"b"}"#)
    #expect(object["user"] == .string("a"))
    #expect(object["\""] == .string("b"))
  }

  @Test func theLastOfEqualNamesCounts() throws {
    let object = try parse(#"{"a":1,"b":2,"\u0061":3}"#)
    #expect(object.names == ["a", "b"])
    #expect(object["a"] == .integer(3))
  }

  @Test func theLastOfEqualNamesCountsAmongMany() throws {
    // Past a few members names are found through an index; both halves must agree.
    let members =
      (0..<100).map { "\"n\($0)\":\($0)" } + ["\"n3\":-3", "\"n99\":-99", "\"n16\":-16"]
    let object = try parse("{" + members.joined(separator: ",") + "}")
    #expect(object.count == 100)
    #expect(object["n3"] == .integer(-3))
    #expect(object["n16"] == .integer(-16))
    #expect(object["n98"] == .integer(98))
    #expect(object["n99"] == .integer(-99))
    #expect(object.names == (0..<100).map { "n\($0)" })
  }

  @Test func equalityIgnoresOrder() throws {
    #expect(try parse(#"{"a":1,"b":[2]}"#) == parse(#"{"b":[2],"a":1}"#))
    #expect(try parse(#"{"a":1}"#) != parse(#"{"a":2}"#))
    #expect(try parse(#"{"a":1}"#) != parse(#"{"b":1}"#))
    #expect(try parse(#"{"a":1}"#) != parse(#"{"a":1,"b":1}"#))
  }

  @Test(arguments: ["[]", "1", "\"a\"", "null", ""])
  func refusesWhatIsNoObject(_ text: String) {
    #expect(throws: JSONError.self) { try parse(text) }
  }
}
