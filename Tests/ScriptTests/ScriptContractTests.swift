import Domain
import TestSupport
import Testing

extension ScriptTests {
  /// What holds for every script alike.
  @Suite struct Contract {
    @Test(arguments: ServerKind.allCases, ScriptName.allCases)
    func aSecondRunIsHarmless(_ kind: ServerKind, _ script: ScriptName) throws {
      let store = try ScriptStore(kind)
      try store.fill()
      let sample = ScriptSample(of: script)
      let before = try store.contents()
      #expect(try store.run(script, sample.keys, sample.arguments) == sample.reply)
      let after = try store.contents()
      let hasWritten = after != before
      let replyAgain = sample.replyAgain ?? sample.reply
      #expect(try store.run(script, sample.keys, sample.arguments) == replyAgain)
      #expect((try store.contents() != after) == sample.isCounter)

      let header = try ScriptHeader(script)
      // An existing link is answered as it is: the one sample of a writer that writes nothing.
      #expect(hasWritten == header.writes || script == .pictureShare)
    }

    /// Redis 7 counts the keys of every command too: what is not in KEYS and lies elsewhere is
    /// refused.
    @Test(arguments: ScriptName.allCases)
    func allKeysShareTheSlotThatTheHeaderNames(_ script: ScriptName) throws {
      let store = try ScriptStore(.cluster)
      let sample = ScriptSample(of: script)
      let slots = Set(try sample.keys.map { try store.redis("CLUSTER", "KEYSLOT", $0).integer })
      #expect(slots.count == 1)
      let tags = Set(sample.keys.map { $0.drop { $0 != "{" }.prefix { $0 != "}" } })
      #expect(tags.count == 1, "and not by chance")
    }

    @Test
    func theClusterRefusesKeysOfSeveralSlots() throws {
      let store = try ScriptStore(.cluster)
      let keys = [SampleKeys.sessions, Keys.files(user: "bob")]
      let reply = try store.run(.fileFind, keys, Sample.token, Sample.now, Sample.cat)
      #expect(reply.text?.hasPrefix("CROSSSLOT") == true, "\(reply)")
    }

    @Test(arguments: ServerKind.allCases, ScriptName.allCases)
    func fullMemoryRefusesAtTheStartOrNotAtAll(_ kind: ServerKind, _ script: ScriptName) throws {
      let store = try ScriptStore(kind)
      try store.fill()
      let sample = ScriptSample(of: script)
      let before = try store.contents()
      try store.redis("CONFIG", "SET", "maxmemory", "1")
      let reply = try store.run(script, sample.keys, sample.arguments)
      let header = try ScriptHeader(script)
      if header.writes, !header.flags.contains("allow-oom") {
        #expect(reply.text?.hasPrefix("OOM") == true, "\(reply)")
        #expect(try store.contents() == before)
      } else {
        #expect(reply == sample.reply)
      }
      try store.redis("CONFIG", "SET", "maxmemory", "0")
    }

    @Test(arguments: ScriptName.allCases)
    func theHeaderNamesEveryKeyAndArgument(_ script: ScriptName) throws {
      let header = try ScriptHeader(script)
      let sample = ScriptSample(of: script)
      #expect(header.keys == (0..<sample.keys.count).map { "KEYS[\($0 + 1)]" })
      #expect(header.arguments == (0..<sample.arguments.count).map { "ARGV[\($0 + 1)]" })
    }
  }
}
