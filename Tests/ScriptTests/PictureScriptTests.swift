import Domain
import TestSupport
import Testing

extension ScriptTests {
  /// picture_share, picture_list and picture_cancel: the owner's side of picture links.
  @Suite struct PicturesOfAUser {
    private func share(
      _ store: ScriptStore, _ name: String, _ fresh: String, at created: String = "1000"
    ) throws -> RedisValue {
      try store.runForAlice(
        .pictureShare, SampleKeys.pictureShare, Sample.id(name), fresh, created)
    }

    private func list(
      _ store: ScriptStore, _ start: String, _ count: String, _ order: String
    ) throws -> RedisValue {
      try store.runForAlice(.pictureList, SampleKeys.pictureShare, start, count, order)
    }

    @Test(arguments: ServerKind.allCases)
    func aFileHasOneLink(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      try store.addFile("cat.png")
      let first: RedisValue = [0, 4_000_086_400, "aaaa", .string(Sample.row("cat.png")), 1000]
      #expect(try share(store, "cat.png", "aaaa", at: "1000") == first)
      #expect(try store.hash("pictures:{alice}") == [Sample.cat: "aaaa", "aaaa": Sample.cat])
      #expect(try store.sortedSet("pictures:{alice}:time") == ["aaaa", "1000"])

      let before = try store.contents()
      #expect(try share(store, "cat.png", "bbbb", at: "2000") == first)
      #expect(try store.contents() == before)
    }

    @Test(arguments: ServerKind.allCases)
    func linksOfOneMillisecondKeepTheirOrder(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      try store.addFile("cat.png")
      try store.addFile("dog.png", created: "4000000000001")
      _ = try share(store, "dog.png", "ffff", at: "1000")
      let second: RedisValue = [0, 4_000_086_400, "aaaa", .string(Sample.row("cat.png")), 1001]
      #expect(try share(store, "cat.png", "aaaa", at: "1000") == second)
      #expect(try store.sortedSet("pictures:{alice}:time") == ["ffff", "1000", "aaaa", "1001"])
    }

    @Test(arguments: ServerKind.allCases)
    func sharingNeedsTheFileAndASession(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      try store.addFile("cat.png")
      let before = try store.contents()
      #expect(try share(store, "dog.png", "aaaa") == [1, 4_000_086_400])
      #expect(
        try store.runForAlice(
          .pictureShare, SampleKeys.pictureShare, token: Sample.otherToken, Sample.cat, "aaaa",
          "1000") == [4])
      #expect(try store.contents() == before)
    }

    @Test(arguments: ServerKind.allCases)
    func linksAreListedByTime(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      #expect(try list(store, "0", "10", "asc") == [0, 4_000_086_400, 0, [], []])
      try store.addFile("cat.png", created: "1")
      try store.addFile("dog.png", created: "2")
      _ = try share(store, "dog.png", "dddd", at: "1000")
      _ = try share(store, "cat.png", "cccc", at: "2000")
      let cat = RedisValue.string(Sample.row("cat.png", created: "1"))
      let dog = RedisValue.string(Sample.row("dog.png", created: "2"))
      #expect(
        try list(store, "0", "10", "asc")
          == [0, 4_000_086_400, 2, ["dddd", "1000", "cccc", "2000"], [dog, cat]])
      #expect(try list(store, "0", "1", "desc") == [0, 4_000_086_400, 2, ["cccc", "2000"], [cat]])
      #expect(try list(store, "2", "1", "asc") == [0, 4_000_086_400, 2, [], []])
      #expect(
        try store.runForAlice(
          .pictureList, SampleKeys.pictureShare, token: Sample.otherToken, "0", "10", "asc") == [4])

      try store.redis("HDEL", SampleKeys.pictures, "dddd")
      #expect(
        try list(store, "0", "10", "asc")
          == [0, 4_000_086_400, 2, ["dddd", "1000", "cccc", "2000"], ["", cat]])
    }

    @Test(arguments: ServerKind.allCases)
    func aCancelledLinkLeavesBothDirections(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      try store.addFile("cat.png")
      let unshared = try store.contents()
      _ = try share(store, "cat.png", "aaaa")
      let shared = try store.contents()

      let keys = SampleKeys.pictureCancel
      #expect(try store.runForAlice(.pictureCancel, keys, "bbbb") == [1, 4_000_086_400])
      #expect(
        try store.runForAlice(.pictureCancel, keys, token: Sample.otherToken, "aaaa") == [4])
      #expect(try store.contents() == shared)
      #expect(try store.runForAlice(.pictureCancel, keys, "aaaa") == [0, 4_000_086_400])
      #expect(try store.contents() == unshared)
      #expect(try store.runForAlice(.pictureCancel, keys, "aaaa") == [1, 4_000_086_400])
      #expect(try store.contents() == unshared)
    }
  }

  /// picture_create, picture_browse, picture_peek and picture_bury: the link itself.
  @Suite struct PictureLinks {
    let picture = [SampleKeys.picture]
    let stored = [
      "user": "alice", "file": Sample.cat, "blob": Sample.blob, "created": "1000", "pv": "0",
    ]

    private func create(_ store: ScriptStore, user: String = "alice") throws -> RedisValue {
      try store.run(.pictureCreate, picture, user, Sample.cat, Sample.blob, "1000")
    }

    @Test(arguments: ServerKind.allCases)
    func aLinkIsMadeOnce(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      #expect(try create(store) == 1)
      #expect(try store.hash("picture:{\(Sample.urlmd5)}") == stored)
      #expect(try create(store, user: "eve") == 0)
      #expect(try store.hash("picture:{\(Sample.urlmd5)}") == stored)
    }

    @Test(arguments: ServerKind.allCases)
    func browsingCountsAndPeekingDoesNot(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      #expect(try store.run(.pictureBrowse, picture) == [1])
      #expect(try store.run(.picturePeek, picture) == [1])
      #expect(try store.keys() == [])

      _ = try create(store)
      func seen(_ pv: Int64) -> RedisValue {
        [0, "alice", .string(Sample.cat), .string(Sample.blob), "1000", .integer(pv)]
      }
      #expect(try store.run(.picturePeek, picture) == seen(0))
      #expect(try store.run(.pictureBrowse, picture) == seen(1))
      #expect(try store.run(.pictureBrowse, picture) == seen(2))
      #expect(try store.run(.picturePeek, picture) == seen(2))
    }

    @Test(arguments: ServerKind.allCases)
    func aBuriedLinkSaysSo(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      _ = try create(store)
      for _ in 1...2 {
        #expect(try store.run(.pictureBury, picture) == 1)
        #expect(
          try store.hash(SampleKeys.picture) == stored.merging(["deleted": "1"]) { $1 })
        #expect(try store.run(.pictureBrowse, picture) == [2])
        #expect(try store.run(.picturePeek, picture) == [2])
      }
    }

    @Test(arguments: ServerKind.allCases)
    func aDeleteThatOvertakesTheLinkKeepsItFromComingToLife(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      for _ in 1...2 {
        #expect(try store.run(.pictureBury, picture) == 0)
        #expect(try create(store) == 0)
        #expect(try store.hash(SampleKeys.picture) == ["deleted": "1"])
        #expect(try store.run(.pictureBrowse, picture) == [2])
      }
    }
  }
}
