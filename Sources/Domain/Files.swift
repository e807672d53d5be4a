import Events
import Faults
import RedisClient

/// A user's own files: counting, listing, viewing, deleting.
package struct Files: Sendable {
  let store: Store
  package init(store: Store) { self.store = store }

  package enum Order: Sendable { case time, views }

  package func count(_ caller: Credential) async throws(DomainError) -> Int64 {
    var reply = try await store.run(
      .fileCount, as: caller, keys: [Keys.filesTime(user: caller.user.text)])
    return try reply.takeInteger()
  }

  /// `known` is the version of the page that the asker has; empty for none.
  package func list(
    _ caller: Credential, by order: Order, _ page: PageRequest, known: String
  ) async throws(DomainError) -> PageReply<FilePage> {
    let user = caller.user.text
    let views = Keys.filesPV(user: user)
    let index = order == .time ? Keys.filesTime(user: user) : views
    var reply = try await store.run(
      .fileList, as: caller,
      keys: [
        Keys.files(user: user), index, views, Keys.filesShared(user: user),
        Keys.filesVersion(user: user),
      ], page.arguments + [.string(known)])
    let version = try reply.takeString()
    guard reply.hasMore else { return .unchanged }
    let total = try reply.takeInteger()
    let rows = try reply.takeArray()
    let pvs = try reply.takeArray()
    let shared = try reply.takeArray()
    guard rows.count == pvs.count, rows.count == shared.count else { throw .malformedReply }
    var files: [ListedFile] = []
    files.reserveCapacity(rows.count)
    for index in rows.indices {
      // An index entry whose row is gone is damage that `verify` reports; a list leaves it out.
      guard let bytes = rows[index].bytesValue, let row = StoredRow(bytes) else { continue }
      files.append(
        ListedFile(
          row: row, pv: pvs[index].integerValue ?? 0, isShared: shared[index].integerValue == 1))
    }
    return .page(FilePage(total: total, files: files), version: version)
  }

  /// The caller's row of a file.
  func find(_ caller: Credential, _ id: FileID) async throws(DomainError) -> StoredRow {
    var reply = try await store.run(
      .fileFind, as: caller, keys: [Keys.files(user: caller.user.text)], [.string(id.text)])
    guard reply.code == ScriptCode.ok else { throw .notFound }
    guard let row = StoredRow(try reply.takeBytes()) else { throw .malformedReply }
    return row
  }

  /// One more download of the caller's own file.
  package func view(_ caller: Credential, _ id: FileID) async throws(DomainError) {
    let reply = try await store.run(
      .fileView, as: caller,
      keys: [Keys.filesPV(user: caller.user.text), Keys.filesVersion(user: caller.user.text)],
      [.string(id.text), store.newVersion()])
    guard reply.code == ScriptCode.ok else { throw .notFound }
  }

  /// Removes the caller's file with its share and its picture links; others' copies stay. The row goes first and
  /// the hold on the bytes last, so that a crash in between leaves garbage, never a row without bytes. What was
  /// begun is noted beside the row's removal: a repeated call takes it up, and so does `Resumption`. Of several at
  /// once the one that took the row succeeds; the others find `notFound`, when all is done.
  package func delete(_ caller: Credential, _ id: FileID) async throws(DomainError) {
    do throws(DomainError) {
      try await deleteAtOnce(caller, id)
    } catch {
      if case .storeUnavailable = error { store.unfinished.note(.delete(caller.user, id)) }
      throw error
    }
  }

  private func deleteAtOnce(_ caller: Credential, _ id: FileID) async throws(DomainError) {
    let user = caller.user.text
    var reply = try await store.run(
      .fileDelete, as: caller,
      keys: [
        Keys.files(user: user), Keys.filesTime(user: user), Keys.filesPV(user: user),
        Keys.filesShared(user: user), Keys.filesDeleting(user: user), Keys.pictures(user: user),
        Keys.picturesTime(user: user), Keys.filesVersion(user: user), Keys.filesBytes(user: user),
      ], [.string(id.text), store.newVersion()])
    guard reply.code != ScriptCode.notFound else { throw .notFound }
    FaultPoint.deleteBegun.reach()
    // The present delete's, and those of earlier ones that a crash cut off.
    var deleted: [(row: [UInt8], urlmd5: String)] = []
    while reply.hasMore { deleted.append((try reply.takeBytes(), try reply.takeString())) }
    for (row, urlmd5) in deleted {
      try await finishDelete(of: id, caller.user, row: row, urlmd5: urlmd5)
    }
    guard reply.code == ScriptCode.ok else { throw .notFound }
  }

  /// Goes through what a delete has yet to do, all of which may have been done before.
  func finishDelete(
    of id: FileID, _ user: UserName, row bytes: [UInt8], urlmd5: String
  ) async throws(DomainError) {
    guard let row = StoredRow(bytes) else { throw .malformedReply }
    let hold = row.text(row.hold)
    try await Shares(store: store).drop(id, of: user, hold: hold)
    FaultPoint.deleteUnshared.reach()
    if urlmd5 != "-" {
      _ = try await store.run(.pictureBury, keys: [Keys.picture(urlmd5: urlmd5)], [])
    }
    FaultPoint.deleteBuried.reach()
    try await Blobs(store: store).release(BlobHold(user: user, id: id, hold: hold))
    FaultPoint.deleteReleased.reach()
    _ = try await store.run(
      .fileDeleted, keys: [Keys.filesDeleting(user: user.text)], [.string(id.text), .bytes(bytes)])
    FaultPoint.deleteEnded.reach()
  }

  /// Gives `user` a file whose bytes it holds already (`hold` is among the blob's holders). Of two that add the same
  /// file at once one succeeds; the other finds `alreadyOwned` and gives its hold back.
  func add(
    _ hold: BlobHold, size: Int64, blob: String
  ) async throws(DomainError) {
    let user = hold.user.text
    let prefix = StoredRow.prefix(id: hold.id, size: size, blob: blob, hold: hold.hold)
    let reply = try await store.run(
      .fileAdd,
      keys: [
        Keys.user(user), Keys.files(user: user), Keys.filesTime(user: user),
        Keys.filesPV(user: user), Keys.filesVersion(user: user), Keys.filesBytes(user: user),
      ],
      [
        .string(hold.id.text), .bytes(prefix), .integer(Clock.wallMilliseconds),
        store.newVersion(), .integer(size), .integer(store.policy.quotaBytesMax),
        .integer(store.policy.quotaFilesMax),
      ])
    if reply.code == ScriptCode.ok { return }
    try await Blobs(store: store).release(hold)
    switch reply.code {
    case ScriptCode.badToken: throw .sessionInvalid
    case 6: throw Quota.tooManyBytes(store.policy)
    case 7: throw Quota.tooManyFiles(store.policy)
    default: throw .alreadyOwned
    }
  }
}

extension PageRequest {
  var arguments: [RedisArgument] {
    [.integer(start), .integer(count), .string(isDescending ? "desc" : "asc")]
  }
}
