import Crypto
import Domain
import Events
import RedisClient

/// What each kind of row becomes in Redis.
extension Restore {
  mutating func restoreUsers(_ hashes: [SnapshotLine.Hash]) async throws(SnapshotError) {
    _ = try await commands(hashes.map { Self.write($0, to: Keys.user($0.name)) })
    for hash in hashes { users.insert(hash.name) }
    outcome.restored[.users] += Int64(hashes.count)
  }

  mutating func restoreShares(_ rows: [OwnedRow]) async throws(SnapshotError) {
    let owned = try await commands(
      rows.map { ["HGET", .string(Keys.files(user: $0.user.text)), .string($0.id.text)] })
    var shared: [OwnedRow] = []
    for (row, file) in zip(rows, owned) {
      let file = file.bytesValue.flatMap { StoredRow($0) }
      if let file, file.text(file.hold) == row.hold.hold {
        shared.append(row)
      } else {
        leaveOut("shares of files that are not in the snapshot")
      }
    }
    let taken = try await commands(
      shared.map { ["HSETNX", .string(Keys.shares), .string($0.id.text), .bytes($0.row.bytes)] })
    var batch: [[RedisArgument]] = []
    for (row, isNew) in zip(shared, taken) {
      guard isNew.integerValue == 1 else {
        leaveOut("second shares of a file")
        continue
      }
      let id = RedisArgument.string(row.id.text)
      batch += [
        ["ZADD", .string(Keys.sharesTime), .integer(row.row.created), id],
        ["ZADD", .string(Keys.sharesPV), .integer(row.pv), id],
        ["SADD", .string(Keys.filesShared(user: row.user.text)), id],
      ]
      outcome.restored[.shares] += 1
    }
    if !batch.isEmpty { batch.append(RestoredFiles.newVersion(Keys.sharesVersion)) }
    _ = try await commands(batch)
  }

  mutating func restorePictures(_ hashes: [SnapshotLine.Hash]) async throws(SnapshotError) {
    // Of each link: is its file there, and which link does the file have already?
    let found = try await commands(
      hashes.flatMap { hash -> [[RedisArgument]] in
        let user = hash["user"] ?? ""
        let file = RedisArgument.string(hash["file"] ?? "")
        return [
          ["HEXISTS", .string(Keys.files(user: user)), file],
          ["HGET", .string(Keys.pictures(user: user)), file],
        ]
      })
    var linked: [String: String] = [:]
    var batch: [[RedisArgument]] = []
    for (index, hash) in hashes.enumerated() {
      let key = Keys.picture(urlmd5: hash.name)
      guard let user = hash["user"], let file = hash["file"], hash["deleted"] == nil else {
        // The link of a deleted file, or the mark alone that a delete leaves.
        batch.append(Self.write(hash, to: key))
        outcome.restored[.pictures] += 1
        continue
      }
      let slot = "\(user)/\(file)"
      let present = linked[slot] ?? found[2 * index + 1].string
      guard present == nil || present == hash.name else {
        leaveOut("second picture links of a file")
        continue
      }
      batch.append(Self.write(hash, to: key))
      outcome.restored[.pictures] += 1
      guard found[2 * index].integerValue == 1 else {
        batch.append(["HSET", .string(key), "deleted", "1"])
        leaveOut("picture links made to say that their file was deleted")
        continue
      }
      linked[slot] = hash.name
      let urlmd5 = RedisArgument.string(hash.name)
      batch += [
        [
          "HSET", .string(Keys.pictures(user: user)), .string(file), urlmd5, urlmd5,
          .string(file),
        ],
        [
          "ZADD", .string(Keys.picturesTime(user: user)), .string(hash["created"] ?? "0"), urlmd5,
        ],
      ]
    }
    _ = try await commands(batch)
  }

  /// Most are there already, from the rows of files that hold them.
  mutating func restoreBlobs(_ known: [RestoredBlobs]) async throws(SnapshotError) {
    var question = CommandBatch()
    for part in known { part.ask(&question) }
    let present = try await commands(question)
    for (part, present) in zip(known, present) {
      if present.integerValue == Int64(part.lines.count) {
        outcome.restored[.blobs] += Int64(part.lines.count)
      } else {
        try await restoreBlobs(part.hashes())
      }
    }
  }

  private mutating func restoreBlobs(_ hashes: [SnapshotLine.Hash]) async throws(SnapshotError) {
    let isNew = try await commands(
      hashes.map { ["HSETNX", .string(Keys.blob(md5: $0.name)), "state", "orphan"] })
    let now = Clock.wallMilliseconds
    var batch: [[RedisArgument]] = []
    for (hash, isNew) in zip(hashes, isNew) {
      outcome.restored[.blobs] += 1
      guard isNew.integerValue == 1, let size = hash["size"], let name = hash["name"] else {
        continue
      }
      batch += [
        [
          "HSET", .string(Keys.blob(md5: hash.name)), "size", .string(size), "name", .string(name),
          "orphaned", .integer(now),
        ],
        [
          "ZADD", .string(Keys.orphansDue), .integer(now + Self.orphanGraceMilliseconds),
          .string(hash.name),
        ],
      ]
    }
    _ = try await commands(batch)
  }

  private static func write(_ hash: SnapshotLine.Hash, to key: String) -> [RedisArgument] {
    ["HSET", .string(key)]
      + hash.fields.flatMap { [RedisArgument.string($0.field), .string($0.value)] }
  }
}
