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

  /// The rows of one user, one behind the other, go into five commands; each blob is one of its own.
  mutating func restoreFiles(_ rows: [OwnedRow]) async throws(SnapshotError) {
    var parts: [ArraySlice<OwnedRow>] = []
    var start = rows.startIndex
    while start < rows.endIndex {
      let user = rows[start].user
      var end = start
      while end < rows.endIndex, rows[end].user == user { end += 1 }
      if users.contains(user.text) {
        parts.append(rows[start..<end])
      } else {
        for _ in start..<end { leaveOut("files of users who are not in the snapshot") }
      }
      start = end
    }
    // A row may stand in the snapshot twice; its bytes count once.
    let present = try await commands(
      parts.map { part in
        ["HMGET", .string(Keys.files(user: part.first?.user.text ?? ""))]
          + part.map { .string($0.id.text) }
      })
    var batch: [[RedisArgument]] = []
    batch.reserveCapacity(rows.count + 5 * parts.count)
    for (part, present) in zip(parts, present) {
      guard let present = present.elements, present.count == part.count else { continue }
      var seen: Set<String> = []
      let fresh = zip(part, present).filter { $1.isNull && seen.insert($0.id.text).inserted }
      append(fresh.map(\.0), to: &batch)
    }
    _ = try await commands(batch)
  }

  private mutating func append(_ rows: [OwnedRow], to batch: inout [[RedisArgument]]) {
    guard let user = rows.first?.user.text else { return }
    var files: [RedisArgument] = ["HSET", .string(Keys.files(user: user))]
    var time: [RedisArgument] = ["ZADD", .string(Keys.filesTime(user: user))]
    var views: [RedisArgument] = ["ZADD", .string(Keys.filesPV(user: user))]
    var bytes: Int64 = 0
    for row in rows {
      let id = RedisArgument.string(row.id.text)
      files += [id, .bytes(row.row.bytes)]
      time += [.integer(row.row.created), id]
      views += [.integer(row.pv), id]
      bytes += row.row.sizeValue
      batch.append([
        "HSET", .string(Keys.blob(md5: row.id.md5.text)), "size", .integer(row.row.sizeValue),
        "name", .string(row.row.text(row.row.blob)), "state", "live",
        .string(row.hold.holder), "",
      ])
    }
    batch += [
      files, time, views, ["INCRBY", .string(Keys.filesBytes(user: user)), .integer(bytes)],
      Self.newVersion(Keys.filesVersion(user: user)),
    ]
    outcome.restored[.files] += Int64(rows.count)
  }

  /// Without a version, lists would not be kept rendered until the first change.
  private static func newVersion(_ key: String) -> [RedisArgument] {
    ["SET", .string(key), .string(RandomBytes.hex(bytes: 8))]
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
    if !batch.isEmpty { batch.append(Self.newVersion(Keys.sharesVersion)) }
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

  /// Blobs that a file holds are there already, from its row.
  mutating func restoreBlobs(_ hashes: [SnapshotLine.Hash]) async throws(SnapshotError) {
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
