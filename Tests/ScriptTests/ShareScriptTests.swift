import Domain
import TestSupport
import Testing

extension ScriptTests {
  /// share_claim, share_drop, share_flag, share_list, share_rank and share_view.
  @Suite struct Shares {
    private func claim(
      _ store: ScriptStore, _ name: String, user: String = "alice", at created: String = "1000"
    ) throws -> RedisValue {
      try store.run(
        .shareClaim, SampleKeys.shares, Sample.id(name), user,
        Sample.sharePrefix(name, user: user), created, Sample.version)
    }

    private func view(_ store: ScriptStore, _ name: String, times: Int = 1) throws {
      for _ in 0..<times {
        try store.run(.shareView, SampleKeys.ranking, Sample.id(name), "fresh-2")
      }
    }

    @Test(arguments: ServerKind.allCases)
    func theFirstOneHasTheShare(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      #expect(try claim(store, "cat.png") == 0)
      let row = #"{"user":"alice","md5":"\#(Sample.md5)","name":"cat.png","created":1000}"#
      #expect(try store.hash("shares:{public}") == [Sample.cat: row])
      #expect(try store.sortedSet("shares:{public}:time") == [Sample.cat, "1000"])
      #expect(try store.sortedSet("shares:{public}:pv") == [Sample.cat, "0"])

      try view(store, "cat.png")
      let before = try store.contents()
      #expect(try claim(store, "cat.png", user: "bob", at: "2000") == 3)
      #expect(try claim(store, "cat.png", at: "2000") == 0, "what is shared already")
      #expect(try store.contents() == before)
    }

    @Test(arguments: ServerKind.allCases)
    func theSharerIsReadFromTheRowAsJSON(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      let row = #"{"user":"\u003cal\"ice\u2028>","name":"cat.png""#
      let user = "<al\"ice\u{2028}>"
      #expect(try store.run(.shareClaim, SampleKeys.shares, Sample.cat, user, row, "1", "v") == 0)
      #expect(try store.run(.shareClaim, SampleKeys.shares, Sample.cat, user, row, "1", "v") == 0)
      #expect(try store.run(.shareDrop, SampleKeys.shares, Sample.cat, user, "", "fresh-3") == 0)
    }

    @Test(arguments: ServerKind.allCases)
    func onlyTheSharerDropsIt(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      _ = try claim(store, "cat.png")
      let before = try store.contents()
      #expect(try store.run(.shareDrop, SampleKeys.shares, Sample.cat, "bob", "", "fresh-3") == 1)
      #expect(try store.run(.shareDrop, SampleKeys.shares, Sample.dog, "alice", "", "fresh-3") == 1)
      #expect(try store.contents() == before)

      #expect(try store.run(.shareDrop, SampleKeys.shares, Sample.cat, "alice", "", "fresh-3") == 0)
      #expect(try store.keys() == ["shares:{public}:version"])
      #expect(try store.redis("GET", "shares:{public}:version").text == "fresh-3")
      #expect(try store.run(.shareDrop, SampleKeys.shares, Sample.cat, "alice", "", "fresh-3") == 1)
      #expect(try claim(store, "cat.png", user: "bob") == 0, "free for another one")
    }

    @Test(arguments: ServerKind.allCases)
    func theFlagFollowsTheFile(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      try store.addFile("cat.png")
      let keys = SampleKeys.flag
      for _ in 1...2 {
        #expect(try store.run(.shareFlag, keys, Sample.cat, "1", "v") == 0)
        #expect(try store.set("files:{alice}:shared") == [Sample.cat])
      }
      for _ in 1...2 {
        #expect(try store.run(.shareFlag, keys, Sample.cat, "0", "v") == 0)
        #expect(try store.set("files:{alice}:shared") == [])
      }
      for want in ["1", "0"] {
        try store.redis("SADD", SampleKeys.shared, Sample.dog)
        #expect(try store.run(.shareFlag, keys, Sample.dog, want, "v") == 1)
        #expect(try store.set("files:{alice}:shared") == [], "no mark without a file")
      }
    }

    @Test(arguments: ServerKind.allCases)
    func thePublicListIsByTime(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      #expect(
        try store.run(.shareList, SampleKeys.shares, "0", "10", "asc", "") == ["", 0, [], []])
      _ = try claim(store, "dog.png", user: "bob", at: "1000")
      _ = try claim(store, "cat.png", at: "2000")
      try view(store, "cat.png", times: 2)
      let cat = RedisValue.string(Sample.share("cat.png", created: "2000"))
      let dog = RedisValue.string(Sample.share("dog.png", user: "bob", created: "1000"))
      #expect(
        try store.run(.shareList, SampleKeys.shares, "0", "10", "asc", "")
          == ["fresh-2", 2, [dog, cat], ["0", "2"]])
      #expect(
        try store.run(.shareList, SampleKeys.shares, "0", "10", "desc", "")
          == ["fresh-2", 2, [cat, dog], ["2", "0"]])
      #expect(
        try store.run(.shareList, SampleKeys.shares, "1", "1", "asc", "") == [
          "fresh-2", 2, [cat], ["2"],
        ])
      #expect(
        try store.run(.shareList, SampleKeys.shares, "2", "1", "asc", "") == ["fresh-2", 2, [], []])

      try store.redis("HDEL", Keys.shares, Sample.dog)
      try store.redis("ZREM", Keys.sharesPV, Sample.dog)
      #expect(
        try store.run(.shareList, SampleKeys.shares, "0", "10", "asc", "")
          == ["fresh-2", 2, ["", cat], ["0", "2"]])
    }

    @Test(arguments: ServerKind.allCases)
    func theListIsInOrderOfSharingWhateverTheClockSays(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      for (name, created) in [("c", "5000"), ("b", "4000"), ("a", "5001")] {
        _ = try claim(store, name, at: created)
      }
      #expect(
        try store.sortedSet("shares:{public}:time") == [
          Sample.id("c"), "5000", Sample.id("b"), "5001", Sample.id("a"), "5002",
        ])
      let stored = try store.hash("shares:{public}")
      #expect(stored[Sample.id("b")] == Sample.share("b", created: "5001"))
    }

    @Test(arguments: ServerKind.allCases)
    func viewsMakeTheRanking(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      for name in ["a", "b", "c", "d"] { _ = try claim(store, name) }
      try view(store, "c", times: 11)
      try view(store, "b", times: 2)
      func rank(_ start: String, _ count: String) throws -> RedisValue {
        try store.run(.shareRank, SampleKeys.ranking, start, count, "")
      }
      let a = RedisValue.string(Sample.id("a"))
      let b = RedisValue.string(Sample.id("b"))
      let c = RedisValue.string(Sample.id("c"))
      let d = RedisValue.string(Sample.id("d"))
      #expect(try rank("0", "10") == ["fresh-2", 4, [c, "11", b, "2", d, "0", a, "0"]])
      #expect(try rank("1", "2") == ["fresh-2", 4, [b, "2", d, "0"]])
      #expect(try rank("4", "2") == ["fresh-2", 4, []])
    }

    @Test(arguments: ServerKind.allCases)
    func whoHasThePresentPageIsSparedIt(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      _ = try claim(store, "cat.png")
      func list(_ known: String) throws -> RedisValue {
        try store.run(.shareList, SampleKeys.shares, "0", "10", "asc", known)
      }
      func rank(_ known: String) throws -> RedisValue {
        try store.run(.shareRank, SampleKeys.ranking, "0", "10", known)
      }
      for ask in [list, rank] {
        #expect(try ask("fresh-1") == ["fresh-1"])
        #expect(try ask("fresh-0").elements?.count ?? 0 > 2)
      }
      try view(store, "cat.png")
      for ask in [list, rank] { #expect(try ask("fresh-1").elements?.first == "fresh-2") }
      try store.redis("DEL", Keys.sharesVersion)
      for ask in [list, rank] { #expect(try ask("").elements?.first == "") }
    }

    @Test(arguments: ServerKind.allCases)
    func eachViewOfAShareCounts(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      _ = try claim(store, "cat.png")
      #expect(try store.run(.shareView, SampleKeys.ranking, Sample.cat, "fresh-2") == [0, 1])
      #expect(try store.run(.shareView, SampleKeys.ranking, Sample.cat, "fresh-2") == [0, 2])
      #expect(try store.run(.shareView, SampleKeys.ranking, Sample.dog, "fresh-2") == [1])
      #expect(try store.sortedSet("shares:{public}:pv") == [Sample.cat, "2"])
    }
  }
}
