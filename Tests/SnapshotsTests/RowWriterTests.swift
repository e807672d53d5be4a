import JSON
import Testing

@testable import RedisClient
@testable import Snapshots

@Suite struct RowWriterTests {
  private func line(_ write: (inout JSONWriter) -> Bool) -> String? {
    var json = JSONWriter()
    return write(&json) ? String(decoding: json.bytes, as: UTF8.self) : nil
  }

  private func reply(_ texts: String...) -> [RedisReply] { texts.map { .bytes(Array($0.utf8)) } }

  private static let row =
    #"{"md5":"e10adc3949ba59abbe56e057f20f883e","name":"a\"b.png","size":5,"type":"png","#
    + #""blob":"g/x","hold":"0f","created":9}"#

  @Test func aFilesLineIsItsRow() {
    let text = line { RowWriter.file(user: "李\"雷", pv: 3, row: Array(Self.row.utf8), to: &$0) }
    #expect(text == #"{"user":"李\"雷","pv":3,"# + Self.row.dropFirst())
  }

  @Test func aSharesLineHasItsSharer() {
    let row = #"{"user":"bob","# + Self.row.dropFirst()
    #expect(
      line { RowWriter.share(pv: 0, row: Array(row.utf8), to: &$0) }
        == #"{"pv":0,"# + row.dropFirst())
  }

  @Test func whatIsNoRowIsNoLine() {
    #expect(line { RowWriter.file(user: "a", pv: 0, row: Array("{}".utf8), to: &$0) } == nil)
    #expect(line { RowWriter.share(pv: 0, row: Array(Self.row.utf8), to: &$0) } == nil)
    let other = #"{"user":"bob","# + Self.row.dropFirst()
    #expect(line { RowWriter.file(user: "a", pv: 0, row: Array(other.utf8), to: &$0) } == nil)
    #expect(line { RowWriter.hash("user", "a", fields: [], to: &$0) } == nil)
    #expect(
      line { RowWriter.hash("user", "a", fields: [.bytes([0x66]), .bytes([0xFF])], to: &$0) } == nil
    )
  }

  /// Fields that this version does not know survive too.
  @Test func aHashKeepsEveryField() {
    #expect(
      line {
        RowWriter.hash(
          "user", "alice",
          fields: reply("nick", "42", "created", "17", "disabled", "1", "pv", "007"), to: &$0)
      } == #"{"user":"alice","nick":"42","created":17,"disabled":"1","pv":"007"}"#)
  }

  @Test func aBlobHasNoHolders() {
    let live: [RedisReply] = reply("12", "group1/M00/x", "live") + [.null]
    #expect(
      line { RowWriter.blob(md5: "e1", values: live, to: &$0) }
        == #"{"md5":"e1","size":12,"name":"group1/M00/x","state":"live"}"#)
    #expect(
      line { RowWriter.blob(md5: "e1", values: [.null, .null, .null, .null], to: &$0) } == nil)
  }
}
