import Domain
import Testing

@testable import Snapshots

/// What is wrong with what was read, without Redis.
@Suite struct StoreFactsTests {
  private static func row(user: String? = nil, hold: String = "0f1e2d3c") -> StoredRow {
    let first = user.map { "\"user\":\"\($0)\"," } ?? ""
    let text =
      "{\(first)\"md5\":\"e10adc3949ba59abbe56e057f20f883e\",\"name\":\"a.png\",\"size\":5,"
      + "\"type\":\"png\",\"blob\":\"group1/x\",\"hold\":\"\(hold)\",\"created\":9}"
    return StoredRow(Array(text.utf8))!
  }

  private static var file: FileFacts {
    FileFacts(
      user: "alice", file: "e1:a.png", isThere: true, row: row(), time: 9, pv: 0,
      isFlagged: false, share: nil, blob: BlobRow(size: 5, name: "group1/x", state: "live"),
      isHolder: true)
  }

  private func kinds(_ change: (inout FileFacts) -> Void) -> [Finding.Kind] {
    var facts = Self.file
    change(&facts)
    return facts.findings.map(\.kind)
  }

  @Test func aFile() {
    #expect(kinds { _ in } == [])
    #expect(kinds { $0.time = nil } == [.timeWrong])
    #expect(kinds { $0.time = 8 } == [.timeWrong])
    #expect(kinds { $0.pv = nil } == [.countMissing])
    #expect(kinds { $0.row = nil } == [.rowUnreadable])
    #expect(kinds { $0.isHolder = false } == [.holderMissing])
    #expect(kinds { $0.blob = nil } == [.holderMissing])
    #expect(
      kinds { $0.blob = BlobRow(size: 5, name: "group1/x", state: "orphan") } == [.holderMissing])
    #expect(
      kinds { $0.blob = BlobRow(size: 6, name: "group1/x", state: "live") } == [.rowAndBlobDiffer])
    #expect(
      kinds { $0.blob = BlobRow(size: 5, name: "group1/y", state: "live") } == [.rowAndBlobDiffer])
    #expect(kinds { ($0.time, $0.pv) = (nil, nil) } == [.timeWrong, .countMissing])
  }

  @Test func aFlagIsWhatThePublicListSays() {
    #expect(kinds { $0.isFlagged = true } == [.flagWrong])
    #expect(kinds { $0.share = Self.row(user: "alice") } == [.flagWrong])
    #expect(kinds { ($0.share, $0.isFlagged) = (Self.row(user: "alice"), true) } == [])
    // Another user's share of this file, and the share of an earlier row of it.
    #expect(kinds { $0.share = Self.row(user: "bob") } == [])
    #expect(kinds { ($0.share, $0.isFlagged) = (Self.row(user: "bob"), true) } == [.flagWrong])
    #expect(kinds { $0.share = Self.row(user: "alice", hold: "00000000") } == [])
  }

  @Test func aFileThatIsGone() {
    let nothing = FileFacts(user: "alice", file: "x")
    #expect(nothing.findings.isEmpty)
    for change: (inout FileFacts) -> Void in [
      { $0.time = 1 }, { $0.pv = 0 }, { $0.isFlagged = true },
    ] {
      var facts = nothing
      change(&facts)
      #expect(facts.findings.map(\.kind) == [.indexWithoutFile])
      #expect(facts.findings[0].user == "alice" && facts.findings[0].file == "x")
    }
  }

  @Test func aShare() {
    let whole = ShareFacts(
      file: "x", isThere: true, row: Self.row(user: "alice"), time: 9, pv: 0, owned: Self.row())
    #expect(whole.findings.isEmpty)
    var facts = whole
    facts.owned = nil
    #expect(facts.findings.map(\.kind) == [.shareWithoutFile])
    facts.owned = Self.row(hold: "00000000")
    #expect(facts.findings.map(\.kind) == [.shareWithoutFile])
    facts = whole
    facts.pv = nil
    #expect(facts.findings.map(\.kind) == [.shareIndexWrong])
    facts = whole
    facts.time = 1
    #expect(facts.findings.map(\.kind) == [.shareIndexWrong])
    facts = whole
    facts.row = nil
    #expect(facts.findings.map(\.kind) == [.shareUnreadable])
    #expect(ShareFacts(file: "x", time: 1).findings.map(\.kind) == [.shareIndexWrong])
    #expect(ShareFacts(file: "x").findings.isEmpty)
  }

  @Test func aLink() {
    let whole = LinkFacts(
      urlmd5: "c3", user: "alice", file: "x", isDeleted: false, hasFile: true, entryOfFile: "c3",
      entryOfLink: "x", time: 1)
    func kinds(_ change: (inout LinkFacts) -> Void) -> [Finding.Kind] {
      var facts = whole
      change(&facts)
      return facts.findings.map(\.kind)
    }
    #expect(kinds { _ in } == [])
    #expect(kinds { $0.hasFile = false } == [.linkOfDeletedFile])
    #expect(kinds { ($0.hasFile, $0.isDeleted) = (false, true) } == [])
    #expect(kinds { $0.user = nil } == [])
    #expect(kinds { $0.entryOfFile = nil } == [.linkWithoutEntry])
    #expect(kinds { $0.entryOfLink = nil } == [.linkWithoutEntry])
    #expect(kinds { $0.time = nil } == [.linkWithoutEntry])
    #expect(kinds { $0.entryOfFile = "another" } == [.linkOfDeletedFile])
  }

  @Test func aBlob() {
    let live = BlobRow(size: 5, name: "group1/x", state: "live")
    let whole = BlobFacts(md5: "e1", row: live, holders: [("a/x@0", true)])
    func kinds(_ change: (inout BlobFacts) -> Void) -> [Finding.Kind] {
      var facts = whole
      change(&facts)
      return facts.findings.map(\.kind)
    }
    #expect(kinds { _ in } == [])
    #expect(kinds { $0.holders.append(("b/x@1", false)) } == [.danglingHolder])
    #expect(kinds { $0.holders = [] } == [.orphanWithoutNote])
    #expect(kinds { ($0.holders, $0.isNoted) = ([], true) } == [])
    #expect(kinds { $0.row = nil } == [.blobUnreadable])
    #expect(kinds { $0.bytes = .missing } == [.bytesMissing])
    #expect(kinds { $0.bytes = .size(4) } == [.bytesCut])
    #expect(kinds { $0.bytes = .changed } == [.bytesChanged])
    // Nobody misses them.
    #expect(kinds { ($0.holders, $0.isNoted, $0.bytes) = ([], true, .missing) } == [])
  }

  @Test func aHolderIsReadFromItsEnd() throws {
    let parts = try #require(BlobFacts.parts(ofHolder: "a/b@c/x@y.png@0f1e2d3c"))
    #expect(parts.user == "a/b@c" && parts.name == "x@y.png" && parts.hold == "0f1e2d3c")
    for text in ["", "a", "a/b", "a@b", "a@b/c"] { #expect(BlobFacts.parts(ofHolder: text) == nil) }
  }

  @Test func everyKindHasWordsOfItsOwn() {
    #expect(Set(Finding.Kind.allCases.map(\.rawValue)).count == Finding.Kind.allCases.count)
  }
}
