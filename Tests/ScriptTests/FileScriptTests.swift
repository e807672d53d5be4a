import Domain
import TestSupport
import Testing

extension ScriptTests {
  /// file_add, file_count, file_find and file_view.
  @Suite struct Files {
    @Test(arguments: ServerKind.allCases)
    func aFileIsInEveryIndex(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      let reply = try store.run(
        .fileAdd, SampleKeys.add, Sample.fox, Sample.rowPrefix("狐狸 \"fox\".png"), "4000000000123",
        "v", "5", "0", "0")
      #expect(reply == [0])
      #expect(
        try store.hash("files:{alice}") == [
          Sample.fox: #"{"md5":"e10adc3949ba59abbe56e057f20f883e","name":"狐狸 \"fox\".png","#
            + #""size":5,"type":"png","blob":"\#(Sample.blob)","hold":"00000001","#
            + #""created":4000000000123}"#
        ])
      #expect(try store.sortedSet("files:{alice}:time") == [Sample.fox, "4000000000123"])
      #expect(try store.sortedSet("files:{alice}:pv") == [Sample.fox, "0"])
      #expect(try store.redis("GET", "files:{alice}:bytes").text == "5")
    }

    private func add(
      _ store: ScriptStore, _ name: String, bytesMax: String, filesMax: String
    ) throws -> RedisValue {
      try store.run(
        .fileAdd, SampleKeys.add, Sample.id(name), Sample.rowPrefix(name), Sample.created, "v", "5",
        bytesMax, filesMax)
    }

    @Test(arguments: ServerKind.allCases)
    func aQuotaOfBytesIsKept(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      #expect(try add(store, "cat.png", bytesMax: "10", filesMax: "0") == [0])
      #expect(try add(store, "dog.png", bytesMax: "10", filesMax: "0") == [0])
      let before = try store.contents()
      #expect(try add(store, "fox.png", bytesMax: "10", filesMax: "0") == [6])
      #expect(try add(store, "cat.png", bytesMax: "10", filesMax: "0") == [0], "there already")
      #expect(try store.contents() == before)
      _ = try store.runForAlice(.fileDelete, SampleKeys.delete, Sample.cat, "w")
      #expect(try store.redis("GET", "files:{alice}:bytes").text == "5")
      #expect(try add(store, "fox.png", bytesMax: "10", filesMax: "0") == [0])
    }

    @Test(arguments: ServerKind.allCases)
    func aQuotaOfFilesIsKept(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      #expect(try add(store, "cat.png", bytesMax: "0", filesMax: "1") == [0])
      #expect(try add(store, "dog.png", bytesMax: "0", filesMax: "1") == [7])
      #expect(try add(store, "dog.png", bytesMax: "0", filesMax: "2") == [0])
    }

    @Test(arguments: ServerKind.allCases)
    func anUnknownUserGetsNoFile(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      let reply = try store.run(
        .fileAdd, SampleKeys.add, Sample.cat, Sample.rowPrefix("cat.png"), Sample.created, "v", "5",
        "0", "0")
      #expect(reply == [4])
      #expect(try store.keys() == [])
    }

    @Test(arguments: ServerKind.allCases)
    func whatTheUserHasIsAnsweredAndStays(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      try store.addFile("cat.png")
      _ = try store.runForAlice(.fileView, SampleKeys.view, Sample.cat, Sample.version)
      let before = try store.contents()

      let another = try store.run(
        .fileAdd, SampleKeys.add, Sample.cat, Sample.rowPrefix("cat.png", hold: "00000002"),
        "4000000000999", "v", "5", "0", "0")
      #expect(another == [5, .string(Sample.row("cat.png"))])
      let again = try store.run(
        .fileAdd, SampleKeys.add, Sample.cat, Sample.rowPrefix("cat.png"), Sample.created, "v", "5",
        "0", "0")
      #expect(again == [0], "the very same call, whose reply was lost")
      #expect(try store.contents() == before)
    }

    @Test(arguments: ServerKind.allCases)
    func theListIsInOrderOfArrivalWhateverTheClockSays(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      try store.addFile("z.png", created: "5000")
      try store.addFile("y.png", created: "4000")
      try store.addFile("x.png", created: "5001")
      #expect(
        try store.sortedSet("files:{alice}:time") == [
          Sample.id("z.png"), "5000", Sample.id("y.png"), "5001", Sample.id("x.png"), "5002",
        ])
      let stored = try store.hash("files:{alice}")
      #expect(stored[Sample.id("y.png")] == Sample.row("y.png", created: "5001"))
      #expect(stored[Sample.id("x.png")] == Sample.row("x.png", created: "5002"))
    }

    @Test(arguments: ServerKind.allCases)
    func filesAreCounted(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      let keys = [SampleKeys.sessions, SampleKeys.time]
      #expect(try store.runForAlice(.fileCount, keys) == [0, 4_000_086_400, 0])
      try store.addFile("cat.png")
      try store.addFile("dog.png")
      #expect(try store.runForAlice(.fileCount, keys) == [0, 4_000_086_400, 2])
      #expect(try store.runForAlice(.fileCount, keys, token: Sample.otherToken) == [4])
    }

    @Test(arguments: ServerKind.allCases)
    func aRowIsFound(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      try store.addFile("cat.png")
      let keys = [SampleKeys.sessions, SampleKeys.files]
      #expect(
        try store.runForAlice(.fileFind, keys, Sample.cat)
          == [0, 4_000_086_400, .string(Sample.row("cat.png"))])
      #expect(try store.runForAlice(.fileFind, keys, Sample.dog) == [1, 4_000_086_400])
      #expect(try store.runForAlice(.fileFind, keys, now: Sample.expiry, Sample.cat) == [4])
    }

    @Test(arguments: ServerKind.allCases)
    func eachViewCounts(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      try store.addFile("cat.png")
      func view(_ id: String, token: String = Sample.token) throws -> RedisValue {
        try store.runForAlice(.fileView, SampleKeys.view, token: token, id, Sample.version)
      }
      #expect(try view(Sample.cat) == [0, 4_000_086_400, 1])
      #expect(try view(Sample.cat) == [0, 4_000_086_400, 2])
      #expect(try view(Sample.dog) == [1, 4_000_086_400])
      #expect(try view(Sample.cat, token: Sample.otherToken) == [4])
      #expect(try store.sortedSet("files:{alice}:pv") == [Sample.cat, "2"])
    }
  }
}
