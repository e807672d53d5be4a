import Domain
import TestSupport
import Testing

extension ScriptTests {
  /// blob_claim, blob_claim_known, blob_release, blob_condemn, blob_forget and orphan_settle.
  @Suite struct Blobs {
    let keys = SampleKeys.blobs
    let alice = Sample.holder("cat.png")
    let bob = Sample.holder("cat.png", user: "bob")

    /// A live blob's hash: its own fields, and one for each holder.
    private func live(_ holders: String...) -> [String: String] {
      ["size": "5", "name": Sample.blob, "state": "live"]
        .merging(holders.map { ($0, "") }) { $1 }
    }

    private func claim(
      _ store: ScriptStore, _ holder: String, name: String = Sample.blob, size: String = "5",
      force: Bool = false
    ) throws -> RedisValue {
      try store.run(.blobClaim, keys, size, name, holder, force ? "1" : "0")
    }

    private func known(_ store: ScriptStore, _ holder: String) throws -> RedisValue {
      try store.run(.blobClaimKnown, keys, holder)
    }

    private func release(
      _ store: ScriptStore, _ holder: String, at now: String = "1000"
    ) throws -> RedisValue {
      try store.run(.blobRelease, keys, holder, now)
    }

    private func condemn(
      _ store: ScriptStore, at now: String, grace: String = "500"
    ) throws -> RedisValue {
      try store.run(.blobCondemn, keys, now, grace)
    }

    /// A blob that is being deleted: claimed, released at 1000 and condemned at 1500.
    private func condemned(_ kind: ServerKind) throws -> ScriptStore {
      let store = try ScriptStore(kind)
      _ = try claim(store, alice)
      _ = try release(store, alice)
      try #require(try condemn(store, at: "1500") == [0, .string(Sample.blob)])
      return store
    }

    @Test(arguments: ServerKind.allCases)
    func claimsMakeTheBlobAndGatherHolders(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      #expect(try claim(store, alice) == 0)
      #expect(try store.hash("blob:{\(Sample.md5)}") == live(alice))
      for _ in 1...2 {
        #expect(try claim(store, bob) == 0)
        #expect(try store.hash(SampleKeys.blob) == live(alice, bob))
      }
    }

    @Test(arguments: ServerKind.allCases)
    func otherBytesWithTheSameMD5AreNotMixedIn(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      _ = try claim(store, alice)
      let before = try store.contents()
      #expect(try claim(store, bob, name: "group1/M00/00/00/another") == 2)
      #expect(try claim(store, bob, size: "6") == 2)
      #expect(try claim(store, bob, size: "6", force: true) == 2)
      #expect(try store.contents() == before)
    }

    @Test(arguments: ServerKind.allCases)
    func knownBytesAreClaimedWithoutAnUpload(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      #expect(try known(store, bob) == [1])
      #expect(try store.keys() == [])
      _ = try claim(store, alice)
      for _ in 1...2 {
        #expect(
          try known(store, bob) == [0, "5", .string(Sample.blob)])
        #expect(try store.hash(SampleKeys.blob) == live(alice, bob))
      }
    }

    @Test(arguments: ServerKind.allCases)
    func theLastReleaseStartsTheGrace(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      _ = try claim(store, alice)
      _ = try claim(store, bob)
      #expect(try release(store, alice) == 1)
      #expect(try store.hash(SampleKeys.blob) == live(bob))
      #expect(try release(store, alice) == 1)
      #expect(try release(store, bob, at: "2000") == 0)
      let orphan = live().merging(["state": "orphan", "orphaned": "2000"]) { $1 }
      #expect(try store.hash(SampleKeys.blob) == orphan)
      #expect(try release(store, bob, at: "3000") == 0)
      #expect(try store.hash(SampleKeys.blob) == orphan, "a second run moves nothing")
      #expect(try store.keys() == [SampleKeys.blob])
    }

    @Test(arguments: ServerKind.allCases)
    func anUnknownBlobIsNotMadeUpByARelease(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      #expect(try release(store, alice) == 0)
      #expect(try store.keys() == [])
      try store.redis("HSET", SampleKeys.blob, alice, "")
      #expect(try release(store, alice) == 0)
      #expect(try store.keys() == [])
    }

    @Test(arguments: ServerKind.allCases)
    func anOrphanIsClaimedBackToLife(_ kind: ServerKind) throws {
      for isUpload in [true, false] {
        let store = try ScriptStore(kind)
        _ = try claim(store, alice)
        _ = try release(store, alice)
        let code = isUpload ? try claim(store, bob) : try known(store, bob).elements?.first
        #expect(code == 0)
        #expect(try store.hash(SampleKeys.blob) == live(bob))
        #expect(try condemn(store, at: "9000") == [2])
        #expect(try store.hash(SampleKeys.blob) == live(bob))
      }
    }

    @Test(arguments: ServerKind.allCases)
    func aBlobIsCondemnedAfterItsGraceOnly(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      #expect(try condemn(store, at: "1000") == [1])
      #expect(try store.keys() == [])
      _ = try claim(store, alice)
      #expect(try condemn(store, at: "9000") == [2])
      _ = try release(store, alice, at: "1000")
      let before = try store.contents()
      #expect(try condemn(store, at: "1499") == [3, 1500])
      #expect(try store.contents() == before)
      for now in ["1500", "1"] {
        #expect(try condemn(store, at: now) == [0, .string(Sample.blob)])
        #expect(
          try store.hash(SampleKeys.blob)
            == live().merging(["state": "deleting", "orphaned": "1000"]) { $1 })
      }
    }

    @Test(arguments: ServerKind.allCases)
    func aLiveBlobWhoseHoldersWereRemovedByHandGetsItsGrace(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      _ = try claim(store, alice)
      try store.redis("HDEL", SampleKeys.blob, alice)
      #expect(try condemn(store, at: "1000") == [3, 1500])
      #expect(try condemn(store, at: "1400") == [3, 1500])
      #expect(try condemn(store, at: "1500") == [0, .string(Sample.blob)])
    }

    @Test(arguments: ServerKind.allCases)
    func whatIsBeingDeletedIsClaimedUnderTheSweepLockOnly(_ kind: ServerKind) throws {
      let store = try condemned(kind)
      let before = try store.contents()
      #expect(try claim(store, bob) == 1)
      #expect(try known(store, bob) == [1])
      #expect(try release(store, alice, at: "2000") == 0)
      #expect(try store.contents() == before)

      for _ in 1...2 {
        #expect(try claim(store, bob, force: true) == 0)
        #expect(try store.hash(SampleKeys.blob) == live(bob))
      }
      #expect(try store.run(.blobForget, keys) == 0, "it lives again")
      #expect(try store.hash(SampleKeys.blob) == live(bob))
    }

    @Test(arguments: ServerKind.allCases)
    func onlyACondemnedBlobWithoutHoldersIsForgotten(_ kind: ServerKind) throws {
      let store = try condemned(kind)
      try store.redis("HSET", SampleKeys.blob, bob, "")
      #expect(try store.run(.blobForget, keys) == 0)
      #expect(try store.keys() == [SampleKeys.blob])
      try store.redis("HDEL", SampleKeys.blob, bob)
      #expect(try store.run(.blobForget, keys) == 1)
      #expect(try store.keys() == [])
      #expect(try store.run(.blobForget, keys) == 0)

      _ = try claim(store, alice)
      _ = try release(store, alice)
      #expect(try store.run(.blobForget, keys) == 0, "an orphan is not condemned")
      #expect(try store.keys() == [SampleKeys.blob])
    }

    @Test(arguments: ServerKind.allCases)
    func aNoteThatWasRenewedAfterTheSweepLookedStays(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      let orphans = [Keys.orphansDue]
      try store.redis("ZADD", Keys.orphansDue, "1500", "aa", "1600", "bb")
      #expect(try store.run(.orphanSettle, orphans, "aa", "1499") == 0)
      #expect(try store.run(.orphanSettle, orphans, "cc", "9000") == 0)
      #expect(try store.sortedSet("orphans:{due}") == ["aa", "1500", "bb", "1600"])
      #expect(try store.run(.orphanSettle, orphans, "aa", "1500") == 1)
      #expect(try store.run(.orphanSettle, orphans, "aa", "1500") == 0)
      #expect(try store.sortedSet("orphans:{due}") == ["bb", "1600"])
    }
  }
}
