import Testing

@testable import Domain

@Suite struct StoredRowTests {
  private let id: FileID

  init() throws {
    id = FileID(
      md5: try HexDigits32("e10adc3949ba59abbe56e057f20f883e", field: "md5"),
      name: try FileName("a \"quoted\" <图>.png"))
  }

  @Test func readsWhatItWrites() throws {
    let prefix = StoredRow.prefix(id: id, size: 123, blob: "group1/M00/AA/BB/x", hold: "0a1b2c3d")
    let row = try #require(StoredRow(prefix + Array(",\"created\":1700000000000}".utf8)))
    #expect(row.text(row.md5) == id.md5.text)
    #expect(row.text(row.name) == id.name.text)
    #expect(row.sizeValue == 123)
    #expect(row.text(row.type) == "png")
    #expect(row.text(row.blob) == "group1/M00/AA/BB/x")
    #expect(row.text(row.hold) == "0a1b2c3d")
    #expect(row.created == 1_700_000_000_000)
    #expect(row.user.isEmpty)
  }

  @Test func aSharesRowNamesItsSharer() throws {
    let prefix = StoredRow.prefix(user: "alice", id: id, size: 1, blob: "b")
    let row = try #require(StoredRow(prefix + Array(",\"created\":1}".utf8)))
    #expect(row.text(row.user) == "alice")
    #expect(row.hold.isEmpty)
  }

  @Test func takesARowWrittenByHand() throws {
    let byHand = """
      { "created": 5, "name": "x.txt", "md5": "e10adc3949ba59abbe56e057f20f883e",
        "blob": "b", "type": "txt", "size": 9, "note": "mine" }
      """
    let row = try #require(StoredRow(Array(byHand.utf8)))
    #expect(row.text(row.name) == "x.txt")
    #expect(row.created == 5)
  }

  @Test(arguments: ["", "{}", "[]", "{\"md5\":\"x\"", "nonsense"])
  func refusesWhatIsNoRow(_ text: String) {
    #expect(StoredRow(Array(text.utf8)) == nil)
  }
}
