import Domain
import TestSupport
import Testing

extension ScriptTests {
  /// file_delete and file_deleted.
  @Suite struct FileDelete {
    private func delete(
      _ store: ScriptStore, _ id: String, call: String = "fresh-2"
    ) throws -> RedisValue {
      try store.runForAlice(.fileDelete, SampleKeys.delete, id, call)
    }

    private func end(_ store: ScriptStore, _ id: String, _ row: String) throws -> RedisValue {
      try store.run(.fileDeleted, [SampleKeys.deleting], id, row)
    }

    private func share(_ store: ScriptStore, _ name: String, urlmd5: String) throws {
      try store.run(.shareFlag, SampleKeys.flag, Sample.id(name), "1", Sample.version)
      _ = try store.runForAlice(
        .pictureShare, SampleKeys.pictureShare, Sample.id(name), urlmd5, Sample.created)
    }

    @Test(arguments: ServerKind.allCases)
    func theFileLeavesEveryIndexAndTheIntentStays(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      try store.addFile("cat.png")
      try store.addFile("dog.png", created: "4000000000001")
      try share(store, "cat.png", urlmd5: Sample.urlmd5)
      try share(store, "dog.png", urlmd5: "dddd")
      let row = Sample.row("cat.png")

      #expect(
        try delete(store, Sample.cat)
          == [0, 4_000_086_400, .string(row), .string(Sample.urlmd5)])
      let intent = "\(Sample.urlmd5)/fresh-2 \(row)"
      #expect(try store.hash("files:{alice}:deleting") == [Sample.cat: intent])
      let dog = Sample.row("dog.png", created: "4000000000001")
      #expect(try store.hash("files:{alice}") == [Sample.dog: dog])
      #expect(try store.sortedSet("files:{alice}:time") == [Sample.dog, "4000000000001"])
      #expect(try store.sortedSet("files:{alice}:pv") == [Sample.dog, "0"])
      #expect(try store.set("files:{alice}:shared") == [Sample.dog])
      #expect(try store.hash("pictures:{alice}") == [Sample.dog: "dddd", "dddd": Sample.dog])
      // Made in the same millisecond as the cat's, so a later one.
      #expect(try store.sortedSet("pictures:{alice}:time") == ["dddd", "4000000000001"])
    }

    @Test(arguments: ServerKind.allCases)
    func aDeleteThatWasCutOffIsResumedUntilItIsFinished(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      try store.addFile("cat.png")
      let row = Sample.row("cat.png")
      let begun: RedisValue = [0, 4_000_086_400, .string(row), "-"]
      #expect(try delete(store, Sample.cat) == begun)
      let before = try store.contents()
      let resumed: RedisValue = [2, 4_000_086_400, .string(row), "-"]
      #expect(try delete(store, Sample.cat) == begun)
      #expect(try delete(store, Sample.cat, call: "fresh-3") == resumed)
      #expect(try store.contents() == before)

      #expect(try end(store, Sample.cat, row) == 1)
      #expect(try store.keys() == ["files:{alice}:version", "sessions:{alice}", "user:{alice}"])
      #expect(try end(store, Sample.cat, row) == 0)
      #expect(try delete(store, Sample.cat) == [1, 4_000_086_400])
    }

    @Test(arguments: ServerKind.allCases)
    func anOldUnfinishedDeleteIsNotForgottenWhenTheFileCameAgain(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      try store.addFile("cat.png", hold: "00000001")
      try share(store, "cat.png", urlmd5: Sample.urlmd5)
      _ = try delete(store, Sample.cat)
      try store.addFile("cat.png", hold: "00000002")

      let old = Sample.row("cat.png", hold: "00000001")
      let new = Sample.row("cat.png", hold: "00000002")
      func both(_ code: Int64) -> RedisValue {
        [
          .integer(code), 4_000_086_400, .string(new), "-", .string(old),
          .string(Sample.urlmd5),
        ]
      }
      #expect(try delete(store, Sample.cat, call: "fresh-4") == both(0))
      #expect(try delete(store, Sample.cat, call: "fresh-4") == both(0))
      #expect(try delete(store, Sample.cat, call: "fresh-5") == both(2), "not taken by it")
      #expect(try end(store, Sample.cat, new) == 1)
      #expect(
        try delete(store, Sample.cat, call: "fresh-5")
          == [2, 4_000_086_400, .string(old), .string(Sample.urlmd5)])
      #expect(try end(store, Sample.cat, old) == 1)
      #expect(try store.keys() == ["files:{alice}:version", "sessions:{alice}", "user:{alice}"])
    }

    @Test(arguments: ServerKind.allCases)
    func onlyTheIntentOfThisRowIsCleared(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      try store.addFile("cat.png")
      _ = try delete(store, Sample.cat)
      let before = try store.contents()
      #expect(try end(store, Sample.cat, Sample.row("cat.png", hold: "00000002")) == 0)
      #expect(try end(store, Sample.dog, Sample.row("cat.png")) == 0)
      #expect(try store.contents() == before)
    }

    @Test(arguments: ServerKind.allCases)
    func itNeedsTheFileAndASession(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      try store.addFile("cat.png")
      let before = try store.contents()
      #expect(try delete(store, Sample.dog) == [1, 4_000_086_400])
      #expect(
        try store.runForAlice(
          .fileDelete, SampleKeys.delete, token: Sample.otherToken, Sample.cat) == [4])
      #expect(try store.contents() == before)
    }
  }
}
