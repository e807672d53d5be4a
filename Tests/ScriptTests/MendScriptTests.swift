import Domain
import TestSupport
import Testing

extension ScriptTests {
  /// file_mend, share_mend and picture_mend: indexes say what the row says.
  @Suite struct Mending {
    @Test(arguments: ServerKind.allCases)
    func aFilesIndexesAreMadeFromItsRow(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.fill()
      let whole = try store.contents()
      try store.redis("ZADD", SampleKeys.time, "5", Sample.cat)
      try store.redis("ZREM", SampleKeys.pv, Sample.cat)
      #expect(try store.run(.fileMend, SampleKeys.mend, Sample.cat, Sample.version) == 1)
      #expect(try store.contents() == whole)

      // A count that is there stays.
      try store.redis("ZADD", SampleKeys.pv, "7", Sample.cat)
      #expect(try store.run(.fileMend, SampleKeys.mend, Sample.cat, "fresh-2") == 1)
      #expect(try store.redis("ZSCORE", SampleKeys.pv, Sample.cat) == "7")
      #expect(try store.redis("GET", SampleKeys.version) == "fresh-2")
    }

    @Test(arguments: ServerKind.allCases)
    func nothingIsLeftOfAFileWithoutARow(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.fill()
      let whole = try store.contents()
      try store.redis("ZADD", SampleKeys.time, "5", Sample.fox)
      try store.redis("ZADD", SampleKeys.pv, "5", Sample.fox)
      try store.redis("SADD", SampleKeys.shared, Sample.fox)
      #expect(try store.run(.fileMend, SampleKeys.mend, Sample.fox, Sample.version) == 0)
      #expect(try store.contents() == whole)
    }

    @Test(arguments: ServerKind.allCases)
    func aSharesIndexesAreMadeFromItsRow(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.fill()
      let whole = try store.contents()
      try store.redis("ZREM", Keys.sharesTime, Sample.cat)
      try store.redis("ZREM", Keys.sharesPV, Sample.cat)
      #expect(try store.run(.shareMend, SampleKeys.shares, Sample.cat, Sample.version) == 1)
      #expect(try store.contents() == whole)
      try store.redis("ZADD", Keys.sharesTime, "5", Sample.fox)
      try store.redis("ZADD", Keys.sharesPV, "5", Sample.fox)
      #expect(try store.run(.shareMend, SampleKeys.shares, Sample.fox, Sample.version) == 0)
      #expect(try store.contents() == whole)
    }

    @Test(arguments: ServerKind.allCases)
    func aLinksEntryFollowsItsFile(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.fill()
      let whole = try store.contents()
      func mend(_ file: String, _ urlmd5: String) throws -> RedisValue {
        try store.run(.pictureMend, SampleKeys.pictureMend, file, urlmd5, "1000")
      }
      try store.redis("DEL", SampleKeys.pictures, SampleKeys.picturesTime)
      #expect(try mend(Sample.cat, Sample.urlmd5) == 1)
      #expect(try store.contents() == whole)

      // A second link of the file, and one of a file that is gone.
      try store.redis("HSET", SampleKeys.pictures, "second", Sample.cat)
      try store.redis("ZADD", SampleKeys.picturesTime, "5", "second")
      #expect(try mend(Sample.cat, "second") == 2)
      #expect(try store.contents() == whole)
      try store.redis("HSET", SampleKeys.pictures, "third", Sample.fox, Sample.fox, "third")
      try store.redis("ZADD", SampleKeys.picturesTime, "5", "third")
      #expect(try mend(Sample.fox, "third") == 0)
      #expect(try store.contents() == whole)
    }
  }
}
