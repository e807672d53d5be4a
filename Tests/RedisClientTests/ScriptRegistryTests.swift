import Testing

@testable import RedisClient

struct ScriptRegistryTests {
  private let digest = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db"

  @Test func writesACallWithItsDigest() {
    var registry = ScriptRegistry([RedisScript(name: "one", source: Array("return 1".utf8))])
    let isLoaded = registry.loaded(0, .bytes(Array(digest.utf8)))
    #expect(isLoaded)
    var buffer = CommandBuffer()
    registry.write(to: &buffer, script: 0, keys: ["k"], arguments: ["a", 7])
    var wire = ""
    buffer.consume { bytes in
      wire = String(decoding: bytes, as: UTF8.self)
      return bytes.count
    }
    #expect(
      wire == "*6\r\n$7\r\nEVALSHA\r\n$40\r\n\(digest)\r\n"
        + "$1\r\n1\r\n$1\r\nk\r\n$1\r\na\r\n$1\r\n7\r\n")
  }

  @Test(arguments: [
    RedisReply.null, .integer(40), .status("OK"), .array([]),
    .bytes(Array("e0e1f9fabfc9d4800c877a703b823ac0578ff8d".utf8)),
    .bytes(Array("e0e1f9fabfc9d4800c877a703b823ac0578ff8d\n".utf8)),
  ])
  func takesOnlyADigestForOne(_ reply: RedisReply) {
    var registry = ScriptRegistry([RedisScript(name: "one", source: [])])
    let isLoaded = registry.loaded(0, reply)
    #expect(!isLoaded)
  }

  @Test func reloadsOnceForAllCallsOfOneGeneration() {
    var registry = ScriptRegistry([])
    registry.willLoad()
    let sent = registry.generation
    #expect(registry.needsReload(since: sent))
    registry.willLoad()
    #expect(!registry.needsReload(since: sent))
    #expect(registry.needsReload(since: registry.generation))
  }
}
