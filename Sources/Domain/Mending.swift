import BlobStore
import Events
import RedisClient

/// What `picbed verify --repair` does to a store, one thing at a time. Each step is one that a running
/// picbed might do itself or a script that looks again before it writes, so that all of it is safe
/// while requests are served. Loop-bound.
package struct Mending {
  let store: Store
  package init(store: Store) { self.store = store }

  /// The file's entries in its owner's indexes, after its row.
  package func indexes(of id: String, user: String) async throws(DomainError) {
    _ = try await store.run(
      .fileMend,
      keys: [
        Keys.files(user: user), Keys.filesTime(user: user), Keys.filesPV(user: user),
        Keys.filesShared(user: user), Keys.filesVersion(user: user),
      ], [.string(id), store.newVersion()])
  }

  /// The sum of the user's files, unless they have changed since `version`.
  package func bytes(
    of user: String, _ bytes: Int64, asOf version: String
  ) async throws(DomainError) {
    _ = try await store.run(
      .fileSum, keys: [Keys.filesVersion(user: user), Keys.filesBytes(user: user)],
      [.integer(bytes), .string(version)])
  }

  /// The share's entries in the public indexes, after its row.
  package func indexes(ofShare id: String) async throws(DomainError) {
    _ = try await store.run(
      .shareMend, keys: [Keys.shares, Keys.sharesTime, Keys.sharesPV, Keys.sharesVersion],
      [.string(id), store.newVersion()])
  }

  /// The file's share flag, after the public list. A share whose file is gone goes too.
  package func flag(of id: FileID, user: UserName) async throws(DomainError) {
    _ = try await Shares(store: store).settleFlag(id, of: user)
  }

  /// Takes the share of a row that is not there off the public list.
  package func dropShare(
    _ id: FileID, of user: UserName, hold: String
  ) async throws(DomainError) {
    try await Shares(store: store).drop(id, of: user, hold: hold)
  }

  /// The link's entry in its user's list, after the file's row. The link of a file that is gone, or
  /// that has another link, says so from now on.
  package func entry(
    ofLink urlmd5: String, file id: String, user: String, created: String
  ) async throws(DomainError) {
    let reply = try await store.run(
      .pictureMend,
      keys: [Keys.files(user: user), Keys.pictures(user: user), Keys.picturesTime(user: user)],
      [.string(id), .string(urlmd5), .string(created)])
    if reply.code != 1 { try await bury(link: urlmd5) }
  }

  /// The link itself, which an entry in its user's list names.
  package func link(
    _ urlmd5: String, file id: String, user: String, blob: String, created: String
  ) async throws(DomainError) {
    _ = try await store.run(
      .pictureCreate, keys: [Keys.picture(urlmd5: urlmd5)],
      [.string(user), .string(id), .string(blob), .string(created)])
  }

  package func bury(link urlmd5: String) async throws(DomainError) {
    _ = try await store.run(.pictureBury, keys: [Keys.picture(urlmd5: urlmd5)], [])
  }

  /// Goes on with a delete that was cut off. `lines` is its record in `files:{user}:deleting`.
  package func finishDelete(
    of id: FileID, user: UserName, lines: String
  ) async throws(DomainError) {
    for line in lines.split(separator: "\n") {
      guard let space = line.firstIndex(of: " ") else { throw .malformedReply }
      // Behind a slash stands which call it was.
      let urlmd5 = line[..<space].prefix { $0 != "/" }
      try await Files(store: store).finishDelete(
        of: id, user, row: Array(line[line.index(after: space)...].utf8), urlmd5: String(urlmd5))
    }
  }

  /// Makes a row's bytes held by it. False where other bytes of this md5 are known.
  package func hold(_ hold: BlobHold, size: Int64, blob: String) async throws(DomainError) -> Bool {
    let keys = [Keys.blob(md5: hold.id.md5.text)]
    func claim(force: Bool) async throws(DomainError) -> Int64 {
      try await store.run(
        .blobClaim, keys: keys,
        [.integer(size), .string(blob), .string(hold.holder), force ? "1" : "0"]
      ).code
    }
    var code = try await claim(force: false)
    if code == 1 {
      // Marked for deletion: under the lock nobody unlinks it meanwhile.
      let lock = try sweepLock()
      defer { lock.release() }
      code = try await claim(force: true)
    }
    // The row may have gone before it was held.
    let row = try await store.command(
      ["HGET", .string(Keys.files(user: hold.user.text)), .string(hold.id.text)])
    guard let bytes = row.bytesValue, let row = StoredRow(bytes), row.text(row.hold) == hold.hold
    else {
      try await Blobs(store: store).release(hold)
      return true
    }
    return code == 0
  }

  /// Lets go of bytes that no row holds, and looks again: a row may just have come.
  package func release(_ hold: BlobHold, size: Int64, blob: String) async throws(DomainError) {
    try await Blobs(store: store).release(hold)
    let row = try await store.command(
      ["HGET", .string(Keys.files(user: hold.user.text)), .string(hold.id.text)])
    guard let bytes = row.bytesValue, let row = StoredRow(bytes), row.text(row.hold) == hold.hold
    else { return }
    _ = try await self.hold(hold, size: size, blob: blob)
  }

  /// Has the sweep look at a blob that nobody holds.
  package func noteOrphan(md5: String) async throws(DomainError) {
    let due = Clock.wallMilliseconds + store.policy.deleteGraceMilliseconds
    _ = try await store.command(
      ["ZADD", .string(Keys.orphansDue), "NX", .integer(due), .string(md5)])
  }

  /// Makes a file that nobody knows a blob that nobody holds: whoever uploads these bytes again within
  /// the grace finds them there. False where other bytes of this md5 are known.
  package func adopt(_ digest: BlobDigest) async throws(DomainError) -> Bool {
    guard let md5 = try? HexDigits32(digest.md5, field: "md5"), let user = try? UserName("verify"),
      let name = try? FileName("found")
    else { return false }
    let hold = BlobHold(user: user, id: FileID(md5: md5, name: name))
    let claim = try await Blobs(store: store).claim(hold, digest, force: false)
    guard claim != .collision else { return false }
    try await Blobs(store: store).release(hold)
    return true
  }

  private func sweepLock() throws(DomainError) -> SweepLock {
    let lock: SweepLock
    do throws(BlobError) { lock = try SweepLock(volume: store.volume) } catch {
      throw DomainError(error)
    }
    guard lock.tryAcquire() else { throw .busy }
    return lock
  }
}
