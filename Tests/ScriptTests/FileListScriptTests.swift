import Domain
import TestSupport
import Testing

extension ScriptTests {
  /// file_list.
  @Suite struct FileList {
    private func store(_ kind: ServerKind, files: [String]) throws -> ScriptStore {
      let store = try ScriptStore(kind)
      try store.signIn()
      for (index, name) in files.enumerated() {
        try store.addFile(name, created: "\(1000 + index)")
      }
      return store
    }

    private func view(_ store: ScriptStore, _ name: String, times: Int) throws {
      for _ in 0..<times {
        _ = try store.runForAlice(.fileView, SampleKeys.view, Sample.id(name), "fresh-3")
      }
    }

    /// The names, pvs and share flags of a page.
    private func page(
      _ store: ScriptStore, _ keys: [String], _ start: Int, _ count: Int, _ order: String
    ) throws -> [String] {
      let reply = try #require(
        try store.runForAlice(.fileList, keys, "\(start)", "\(count)", order, "").elements)
      try #require(reply.count == 7 && reply[0] == 0 && reply[1] == 4_000_086_400)
      let shared = try #require(reply[6].elements).compactMap(\.integer)
      let names = reply[4].texts.map { row in
        row.dropFirst(#"{"md5":"","name":""#.count + Sample.md5.count).prefix { $0 != "\"" }
      }
      return zip(zip(names, reply[5].texts), shared).map { "\($0.0) \($0.1) \($1)" }
    }

    @Test(arguments: ServerKind.allCases)
    func theReplyIsFlat(_ kind: ServerKind) throws {
      let store = try store(kind, files: ["cat.png", "dog.png"])
      try store.run(.shareFlag, SampleKeys.flag, Sample.dog, "1", "fresh-2")
      try view(store, "cat.png", times: 3)
      let rows: RedisValue = [
        .string(Sample.row("cat.png", created: "1000")),
        .string(Sample.row("dog.png", created: "1001")),
      ]
      #expect(
        try store.runForAlice(.fileList, SampleKeys.list, "0", "10", "asc", "")
          == [0, 4_000_086_400, "fresh-3", 2, rows, ["3", "0"], [0, 1]])
    }

    @Test(arguments: ServerKind.allCases)
    func aPageByTime(_ kind: ServerKind) throws {
      let store = try store(kind, files: ["e", "d", "c", "b", "a"])
      #expect(try page(store, SampleKeys.list, 0, 2, "asc") == ["e 0 0", "d 0 0"])
      #expect(try page(store, SampleKeys.list, 3, 2, "asc") == ["b 0 0", "a 0 0"])
      #expect(try page(store, SampleKeys.list, 4, 2, "asc") == ["a 0 0"])
      #expect(try page(store, SampleKeys.list, 0, 2, "desc") == ["a 0 0", "b 0 0"])
      #expect(try page(store, SampleKeys.list, 4, 2, "desc") == ["e 0 0"])
    }

    @Test(arguments: ServerKind.allCases)
    func aPageByPV(_ kind: ServerKind) throws {
      let store = try store(kind, files: ["e", "d", "c", "b", "a"])
      try view(store, "d", times: 7)
      try view(store, "a", times: 12)
      // Ties by name, which are the same files whichever page they are asked for on.
      #expect(
        try page(store, SampleKeys.listByPV, 0, 9, "asc")
          == ["b 0 0", "c 0 0", "e 0 0", "d 7 0", "a 12 0"])
      #expect(try page(store, SampleKeys.listByPV, 0, 2, "desc") == ["a 12 0", "d 7 0"])
      #expect(try page(store, SampleKeys.listByPV, 2, 2, "desc") == ["e 0 0", "c 0 0"])
      #expect(try page(store, SampleKeys.listByPV, 4, 2, "desc") == ["b 0 0"])
    }

    @Test(arguments: ServerKind.allCases)
    func pastTheEndThePageIsEmpty(_ kind: ServerKind) throws {
      let store = try store(kind, files: ["cat.png"])
      let empty: RedisValue = [0, 4_000_086_400, "fresh-1", 1, [], [], []]
      #expect(try store.runForAlice(.fileList, SampleKeys.list, "1", "10", "asc", "") == empty)
      #expect(
        try store.runForAlice(
          .fileList, SampleKeys.listByPV, "4503599627370496", "1000", "desc", "")
          == empty)
      try store.redis("DEL", SampleKeys.files, SampleKeys.time, SampleKeys.pv)
      #expect(
        try store.runForAlice(.fileList, SampleKeys.list, "0", "10", "asc", "")
          == [0, 4_000_086_400, "fresh-1", 0, [], [], []])
    }

    @Test(arguments: ServerKind.allCases)
    func aMissingRowLeavesTheOthersInTheirPlaces(_ kind: ServerKind) throws {
      let store = try store(kind, files: ["cat.png", "dog.png", "fox.png"])
      try store.redis("HDEL", SampleKeys.files, Sample.dog)
      try store.redis("ZREM", SampleKeys.pv, Sample.dog)
      try store.run(.shareFlag, SampleKeys.flag, Sample.id("fox.png"), "1", "fresh-2")
      let rows: RedisValue = [
        .string(Sample.row("cat.png", created: "1000")), "",
        .string(Sample.row("fox.png", created: "1002")),
      ]
      #expect(
        try store.runForAlice(.fileList, SampleKeys.list, "0", "10", "asc", "")
          == [0, 4_000_086_400, "fresh-2", 3, rows, ["0", "0", "0"], [0, 0, 1]])
    }

    @Test(arguments: ServerKind.allCases)
    func theLongestPageIsAThousand(_ kind: ServerKind) throws {
      let store = try store(kind, files: (0...1000).map { "\($0)" })
      for keys in [SampleKeys.list, SampleKeys.listByPV] {
        #expect(try page(store, keys, 0, 1000, "asc").count == 1000)
        #expect(try page(store, keys, 0, 100_000, "asc").count == 1000)
        #expect(try page(store, keys, 1000, 1000, "asc").count == 1)
      }
    }

    @Test(arguments: ServerKind.allCases)
    func whoHasThePresentPageIsSparedIt(_ kind: ServerKind) throws {
      let store = try store(kind, files: ["cat.png"])
      func list(_ keys: [String], _ known: String) throws -> RedisValue {
        try store.runForAlice(.fileList, keys, "0", "10", "asc", known)
      }
      for keys in [SampleKeys.list, SampleKeys.listByPV] {
        #expect(try list(keys, "fresh-1") == [0, 4_000_086_400, "fresh-1"])
        #expect(try list(keys, "fresh-0").elements?.count == 7)
      }
      // Without a version nothing is known to be the same, not even nothing.
      try store.redis("DEL", SampleKeys.version)
      for known in ["", "fresh-1"] {
        let reply = try #require(try list(SampleKeys.list, known).elements)
        #expect(reply.count == 7 && reply[2] == "")
      }
    }

    @Test(arguments: ServerKind.allCases)
    func whateverAListShowsChangesItsVersion(_ kind: ServerKind) throws {
      let store = try store(kind, files: ["cat.png"])
      func version() throws -> String? { try store.redis("GET", "files:{alice}:version").text }
      #expect(try version() == "fresh-1")
      try store.run(.shareFlag, SampleKeys.flag, Sample.cat, "1", "fresh-2")
      #expect(try version() == "fresh-2")
      try store.run(.shareFlag, SampleKeys.flag, Sample.cat, "1", "fresh-3")
      #expect(try version() == "fresh-2", "it was shared already")
      _ = try store.runForAlice(.fileView, SampleKeys.view, Sample.cat, "fresh-4")
      #expect(try version() == "fresh-4")
      _ = try store.runForAlice(.fileView, SampleKeys.view, Sample.dog, "fresh-5")
      #expect(try version() == "fresh-4", "there is no such file")
      _ = try store.runForAlice(.fileDelete, SampleKeys.delete, Sample.cat, "fresh-6")
      #expect(try version() == "fresh-6")
    }

    @Test(arguments: ServerKind.allCases)
    func itNeedsASession(_ kind: ServerKind) throws {
      let store = try store(kind, files: ["cat.png"])
      #expect(
        try store.runForAlice(
          .fileList, SampleKeys.list, token: Sample.otherToken, "0", "10", "asc", "") == [4])
    }
  }
}
