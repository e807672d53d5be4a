import Testing

@testable import RedisClient

struct HashSlotTests {
  /// The check value of the Redis Cluster specification's appendix.
  @Test func computesTheSpecifiedChecksum() {
    #expect(HashSlot.crc16("123456789".utf8) == 0x31C3)
    #expect(HashSlot.crc16("".utf8) == 0)
  }

  /// Slots as `CLUSTER KEYSLOT` of a Redis 7.0 tells them.
  @Test(arguments: [
    ("", 0), ("foo", 12182), ("user:{alice}", 749), ("{alice}", 749), ("alice", 749),
    ("foo{}{bar}", 8363), ("foo{{bar}}zap", 4015), ("foo{bar}{zap}", 5061), ("bar", 5061),
    ("foo{bar", 15278), ("}{a}", 15495), ("{密}", 14287),
  ])
  func findsTheSlotOfAKey(_ key: String, _ slot: Int) {
    #expect(Int(HashSlot(key: key).number) == slot)
  }

  @Test func seesKeysThatShareASlot() {
    #expect(HashSlot.isShared(by: []))
    #expect(HashSlot.isShared(by: ["anything"]))
    #expect(HashSlot.isShared(by: ["files:{alice}", "files:{alice}:time", "alice"]))
    #expect(!HashSlot.isShared(by: ["files:{alice}", "files:{bob}"]))
  }
}
