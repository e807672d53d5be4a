import Testing

@testable import Domain

@Suite struct NamesTests {
  @Test func lengthsCountCharactersNotBytes() throws {
    let han = String(repeating: "图", count: 32)
    #expect(try UserName(han).text == han)
    #expect(throws: InvalidValue.self) { try UserName(han + "床") }
    #expect(throws: InvalidValue.self) { try UserName("") }
    let emoji = String(repeating: "😀", count: 128)
    #expect(try FileName(emoji).text == emoji)
    #expect(throws: InvalidValue.self) { try FileName(emoji + "x") }
  }

  @Test(arguments: ["a\u{0}", "a\nb", "\u{7F}", "a\u{85}b", "{a", "a}", "x\u{2028}y"])
  func refusesUserNames(_ text: String) {
    #expect(throws: InvalidValue.self) { try UserName(text) }
  }

  @Test(arguments: ["a/b", "a\\b", "", "a\tb"])
  func refusesFileNames(_ text: String) {
    #expect(throws: InvalidValue.self) { try FileName(text) }
  }

  @Test func typeIsTheTextBehindTheLastDot() throws {
    #expect(try FileName("a.tar.GZ").type == "GZ")
    #expect(try FileName("Makefile").type == "null")
    #expect(try FileName("trailing.").type == "null")
    #expect(try FileName(".bashrc").type == "bashrc")
    #expect(try FileName("图.图片").type == "图片")
  }

  @Test func hexDigitsAreStoredLower() throws {
    let upper = "E10ADC3949BA59ABBE56E057F20F883E"
    #expect(try HexDigits32(upper, field: "md5").text == upper.lowercased())
    #expect(throws: InvalidValue.self) { try HexDigits32(String(upper.dropLast()), field: "md5") }
    #expect(throws: InvalidValue.self) {
      try HexDigits32("g10adc3949ba59abbe56e057f20f883e", field: "md5")
    }
  }

  @Test func fileIDsParseBack() throws {
    let id = FileID(
      md5: try HexDigits32("e10adc3949ba59abbe56e057f20f883e", field: "md5"),
      name: try FileName("a:b@c.png"))
    #expect(FileID(stored: id.text) == id)
    #expect(FileID(stored: "short") == nil)
    #expect(FileID(stored: "e10adc3949ba59abbe56e057f20f883e:") == nil)
  }

  @Test(arguments: ["a@b", "first.last+tag@sub.example.com", "1@2.3", "a'b@x-y.z"])
  func takesEmails(_ text: String) throws {
    #expect(try EmailAddress(text).text == text)
  }

  @Test(arguments: [
    "a", "@b", "a@", "a@b@c", "a b@c", "a@-b.c", "a@b-.c", "a@b..c", "图@b.c", "a@b c",
  ])
  func refusesEmails(_ text: String) {
    #expect(throws: InvalidValue.self) { try EmailAddress(text) }
  }

  @Test func pagesAreCheckedAndCut() throws {
    #expect(try PageRequest(start: 0, count: 5000, isDescending: false).count == 1000)
    #expect(throws: InvalidValue.self) {
      try PageRequest(start: -1, count: 1, isDescending: false)
    }
    #expect(throws: InvalidValue.self) { try PageRequest(start: 0, count: 0, isDescending: false) }
  }
}
