import Domain
import JSON
import Testing

@testable import RedisClient
@testable import Snapshots

/// Whatever is written can be read, and gives back the same bytes.
@Suite struct SnapshotLineTests {
  private static let md5 = "e10adc3949ba59abbe56e057f20f883e"
  private static let row =
    #"{"md5":"e10adc3949ba59abbe56e057f20f883e","name":"a\"b 图.png","size":5,"type":"png","#
    + #""blob":"group1/M00/x","hold":"0f1e2d3c","created":9}"#

  private func line(_ write: (inout JSONWriter) -> Bool) throws -> [UInt8] {
    var json = JSONWriter()
    try #require(write(&json))
    return json.bytes
  }

  @Test(arguments: ["alice", "李\"雷\\ <b>", "a/b"])
  func aFile(_ user: String) throws {
    let bytes = Array(Self.row.utf8)
    let line = try line { RowWriter.file(user: user, pv: 42, row: bytes, to: &$0) }
    let read = try #require(SnapshotLine.file(line))
    #expect(read.user.text == user && read.pv == 42 && read.row.bytes == bytes)
    #expect(read.id.text == Self.md5 + ":a\"b 图.png")
    #expect(read.hold.holder == user + "/a\"b 图.png@0f1e2d3c")
  }

  @Test func aShare() throws {
    let bytes = Array((#"{"user":"bob","# + Self.row.dropFirst()).utf8)
    let line = try line { RowWriter.share(pv: 7, row: bytes, to: &$0) }
    let read = try #require(SnapshotLine.share(line))
    #expect(read.user.text == "bob" && read.pv == 7 && read.row.bytes == bytes)
  }

  @Test func aHash() throws {
    let fields = ["nick", "4\n2", "created", "17", "x", "", "pv", "007"]
    let line = try line {
      RowWriter.hash("user", "alice", fields: fields.map { .bytes(Array($0.utf8)) }, to: &$0)
    }
    let read = try #require(try SnapshotLine.hash(line, name: "user"))
    #expect(read.name == "alice")
    #expect(read.fields.flatMap { [$0.field, $0.value] } == fields)
  }

  @Test(arguments: [
    "", "{", "{}", #"{"user":"a"}"#, #"{"user":"a","pv":-1,"md5":"x"}"#, #"{"pv":1,"user":"a"}"#,
    #"{"user":"a{","pv":1,"md5":"e1"}"#, #"{"user":"a\"#,
  ])
  func whatIsNoRow(_ text: String) {
    #expect(SnapshotLine.file(Array(text.utf8)) == nil)
    #expect(SnapshotLine.share(Array(text.utf8)) == nil)
  }

  /// Every way to cut or to change a line of a file is no line, or another one.
  @Test func aTornLineIsNoFile() throws {
    let line = try line {
      RowWriter.file(user: "alice", pv: 3, row: Array(Self.row.utf8), to: &$0)
    }
    for end in 0..<line.count { #expect(SnapshotLine.file(Array(line[..<end])) == nil) }
  }
}

@Suite struct LineSumTests {
  @Test func isFNV1aFolded() {
    // FNV-1a of "a" is af63dc4c8601ec8c (the reference's test vectors).
    #expect(LineSum(Array("a".utf8)).value == 0xaf63_dc4c ^ 0x8601_ec8c)
    #expect(String(decoding: LineSum([]).text, as: UTF8.self) == "4fd0bfc1")
  }
}
