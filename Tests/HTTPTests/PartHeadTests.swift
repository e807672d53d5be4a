import Testing

@testable import HTTP

@Suite struct PartHeadTests {
  private func read(_ head: String) throws -> PartHead {
    try PartHead(parsing: Array(head.utf8)[...])
  }

  @Test func readsTheFieldsItKnows() throws {
    let head = try read(
      "content-type:\timage/png \r\nX-Other: 1\r\n"
        + "CONTENT-DISPOSITION:form-data; name=\"n\"; filename=\"f\"\r\n"
    )
    #expect(head.disposition.name == "n")
    #expect(head.disposition.filename == "f")
    #expect(head.contentType == "image/png")
  }

  @Test(arguments: ["\r\n", "\n"])
  func joinsFoldedLines(lineEnd: String) throws {
    let lines = [
      "Content-Disposition: form-data;", "  name=\"n\"", "\t; filename=\"f\"", "size=1", "X: a",
      " size=2", "",
    ]
    let head = try read(lines.joined(separator: lineEnd))
    #expect(head.disposition.name == "n")
    #expect(head.disposition.filename == "f")
    #expect(head.disposition.others == [.init(name: "size", value: "1")])
  }

  @Test func aFieldIsNotTakenForAParameter() throws {
    // A colon before the equals sign: a field, whatever follows.
    let head = try read("Content-Disposition: form-data; filename=\"f\"\r\nmd5: a=b\r\n")
    #expect(head.disposition.others.isEmpty)
  }

  @Test func aContentTypeThatIsNoUTF8IsNone() throws {
    let bytes =
      Array("Content-Disposition: form-data; name=a\r\nContent-Type: ".utf8) + [0xff, 0x0d, 0x0a]
    #expect(try PartHead(parsing: bytes[...]).contentType == nil)
  }
}
