import Events
import Faults
import RedisClient

/// The public list: who shares what, how often it was taken, the ranking.
package struct Shares: Sendable {
  /// How often `settleFlag` looks again. Each look but the last answers a change that somebody made meanwhile.
  private static let settleTriesMax = 16

  let store: Store
  package init(store: Store) { self.store = store }

  private var keys: [String] { [Keys.shares, Keys.sharesTime, Keys.sharesPV, Keys.sharesVersion] }

  package func count() async throws(DomainError) -> Int64 {
    guard let count = try await store.command(["ZCARD", .string(Keys.sharesTime)]).integerValue
    else { throw .malformedReply }
    return count
  }

  /// `known` is the version of the page that the asker has; empty for none.
  package func list(
    _ page: PageRequest, known: String
  ) async throws(DomainError) -> PageReply<FilePage> {
    let reply = try await store.call(.shareList, keys: keys, page.arguments + [.string(known)])
    guard case .array(let parts) = reply, let version = parts.first?.string else {
      throw .malformedReply
    }
    if parts.count == 1 { return .unchanged }
    guard parts.count == 4, let total = parts[1].integerValue, case .array(let rows) = parts[2],
      case .array(let pvs) = parts[3], rows.count == pvs.count
    else { throw .malformedReply }
    var files: [ListedFile] = []
    files.reserveCapacity(rows.count)
    for index in rows.indices {
      guard let bytes = rows[index].bytesValue, let row = StoredRow(bytes) else { continue }
      files.append(ListedFile(row: row, pv: pvs[index].integerValue ?? 0, isShared: true))
    }
    return .page(FilePage(total: total, files: files), version: version)
  }

  /// One place of the download ranking.
  package struct Ranked: Sendable {
    package let fileName: String
    package let pv: Int64
  }

  /// A page of the ranking, and how long it is in all.
  package struct Ranking: Sendable {
    package let total: Int64
    package let places: [Ranked]
  }

  /// `known` is the version of the page that the asker has; empty for none.
  package func ranking(
    _ page: PageRequest, known: String
  ) async throws(DomainError) -> PageReply<Ranking> {
    let reply = try await store.call(
      .shareRank, keys: [Keys.sharesPV, Keys.sharesVersion],
      [.integer(page.start), .integer(page.count), .string(known)])
    guard case .array(let parts) = reply, let version = parts.first?.string else {
      throw .malformedReply
    }
    if parts.count == 1 { return .unchanged }
    guard parts.count == 3, let total = parts[1].integerValue, case .array(let pairs) = parts[2]
    else { throw .malformedReply }
    var ranked: [Ranked] = []
    for index in stride(from: 0, to: pairs.count - 1, by: 2) {
      guard let id = pairs[index].string else { throw .malformedReply }
      ranked.append(
        Ranked(fileName: String(id.dropFirst(33)), pv: pairs[index + 1].integerValue ?? 0))
    }
    return .page(Ranking(total: total, places: ranked), version: version)
  }

  /// One more download of a shared file.
  package func view(_ id: FileID) async throws(DomainError) {
    let reply = try await store.run(
      .shareView, keys: [Keys.sharesPV, Keys.sharesVersion],
      [.string(id.text), store.newVersion()])
    guard reply.code == ScriptCode.ok else { throw .notFound }
  }

  func isShared(_ id: FileID) async throws(DomainError) -> Bool {
    try await store.command(["HEXISTS", .string(Keys.shares), .string(id.text)]).integerValue == 1
  }

  /// Shares the caller's file. Of several users who share the same file one succeeds.
  package func share(_ caller: Credential, _ id: FileID) async throws(DomainError) {
    let row = try await Files(store: store).find(caller, id)
    let prefix = StoredRow.prefix(
      user: caller.user.text, id: id, size: row.sizeValue, blob: row.text(row.blob),
      hold: row.text(row.hold))
    let reply = try await store.run(
      .shareClaim, keys: keys,
      [
        .string(id.text), .string(caller.user.text), .bytes(prefix),
        .integer(Clock.wallMilliseconds), store.newVersion(),
      ])
    guard reply.code == ScriptCode.ok else { throw .sharedByAnother }
    FaultPoint.shareClaimed.reach()
    guard try await settleFlag(id, of: caller.user) else { throw .notFound }
    FaultPoint.shareFlagged.reach()
  }

  /// Ends the caller's share.
  package func cancel(_ caller: Caller, _ id: FileID) async throws(DomainError) {
    try await Accounts(store: store).check(caller)
    let reply = try await store.run(
      .shareDrop, keys: keys, [.string(id.text), .string(caller.user.text), "", store.newVersion()])
    guard reply.code == ScriptCode.ok else { throw .notFound }
    FaultPoint.shareDropped.reach()
    _ = try await settleFlag(id, of: caller.user)
  }

  /// Takes a deleted row off the public list, if its owner shares it: the row of this hold, not one that was
  /// uploaded and shared anew meanwhile.
  func drop(_ id: FileID, of user: UserName, hold: String) async throws(DomainError) {
    _ = try await store.run(
      .shareDrop, keys: keys,
      [.string(id.text), .string(user.text), .string(hold), store.newVersion()])
  }

  /// Makes the row's share flag say what the public list says, and looks again until nothing changed meanwhile:
  /// share, cancel and delete of one file may run at once, and the two live under different hash tags. False
  /// when the row is gone; then the share is gone too.
  func settleFlag(_ id: FileID, of user: UserName) async throws(DomainError) -> Bool {
    let flagKeys = [
      Keys.files(user: user.text), Keys.filesShared(user: user.text),
      Keys.filesVersion(user: user.text),
    ]
    var isOwner = try await sharer(of: id) == user.text
    for _ in 0..<Self.settleTriesMax {
      let flag = try await store.run(
        .shareFlag, keys: flagKeys, [.string(id.text), isOwner ? "1" : "0", store.newVersion()])
      guard flag.code == ScriptCode.ok else {
        try await drop(id, of: user, hold: "")
        return false
      }
      let isOwnerNow = try await sharer(of: id) == user.text
      if isOwnerNow == isOwner { return true }
      isOwner = isOwnerNow
    }
    throw .conflict
  }

  private func sharer(of id: FileID) async throws(DomainError) -> String? {
    let reply = try await store.command(["HGET", .string(Keys.shares), .string(id.text)])
    guard let bytes = reply.bytesValue, let row = StoredRow(bytes) else { return nil }
    return row.text(row.user)
  }
}
