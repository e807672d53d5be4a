import RedisClient
import Testing

struct RedisReplyTests {
  @Test(arguments: [
    ("0", 0), ("-0", 0), ("007", 7), ("42", 42), ("-42", -42),
    ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
  ])
  func readsDecimalText(_ text: String, _ value: Int64) {
    #expect(RedisReply.bytes(Array(text.utf8)).integerValue == value)
  }

  @Test(arguments: [
    "", "-", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "--1", "9223372036854775808",
    "-9223372036854775809", "9999999999999999999", "00000000000000000001",
  ])
  func takesNothingElseForAnInteger(_ text: String) {
    #expect(RedisReply.bytes(Array(text.utf8)).integerValue == nil)
  }

  @Test func givesEachKindItsOwnValue() {
    #expect(RedisReply.integer(-3).integerValue == -3)
    #expect(RedisReply.status("1").integerValue == nil)
    #expect(RedisReply.status("OK").string == "OK")
    #expect(RedisReply.bytes([0xE5, 0xAF, 0x86]).string == "密")
    #expect(RedisReply.bytes([0xFF]).string == nil)
    #expect(RedisReply.bytes([0xFF]).bytesValue == [0xFF])
    #expect(RedisReply.status("OK").bytesValue == nil)
    #expect(RedisReply.array([.null]).elements == [.null])
    #expect(RedisReply.integer(1).string == nil)
    #expect(RedisReply.integer(1).elements == nil)
    #expect(RedisReply.null.isNull)
    #expect(!RedisReply.array([]).isNull)
  }
}
