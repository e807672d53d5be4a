import Crypto
import Events
import Faults
import RedisClient

/// Picture links: a file of a user under a random name that anyone may open.
package struct Pictures: Sendable {
  let store: Store
  package init(store: Store) { self.store = store }

  /// What whoever opens a link sees.
  package struct Picture: Sendable {
    package let user: String
    package let id: FileID
    /// The blob's path below the site's root.
    package let blob: String
    /// When it was shared, in milliseconds since the epoch.
    package let created: Int64
    package let pv: Int64
  }

  /// One entry of a user's own list.
  package struct Listed: Sendable {
    package let urlmd5: String
    package let row: StoredRow
    package let created: Int64
    package let pv: Int64
  }

  /// Makes a link to the caller's file, or answers the one there is.
  package func share(_ caller: Credential, _ id: FileID) async throws(DomainError) -> String {
    let user = caller.user.text
    let entries = Keys.pictures(user: user)
    var reply = try await store.run(
      .pictureShare, as: caller,
      keys: [Keys.files(user: user), entries, Keys.picturesTime(user: user)],
      [.string(id.text), .string(RandomBytes.hex(bytes: 16)), .integer(Clock.wallMilliseconds)])
    guard reply.code == ScriptCode.ok else { throw .notFound }
    let urlmd5 = try reply.takeString()
    guard let row = StoredRow(try reply.takeBytes()) else { throw .malformedReply }
    let created = try reply.takeInteger()
    FaultPoint.pictureNoted.reach()
    // Also for an entry that was there: a crash may have come between the two.
    _ = try await store.run(
      .pictureCreate, keys: [Keys.picture(urlmd5: urlmd5)],
      [.string(user), .string(id.text), .string(row.text(row.blob)), .integer(created)])
    // A cancel or delete that ran in between did not see the picture: take it back.
    let entry = try await store.command(["HGET", .string(entries), .string(id.text)])
    guard entry.string == urlmd5 else {
      _ = try await store.command(["DEL", .string(Keys.picture(urlmd5: urlmd5))])
      throw .notFound
    }
    return urlmd5
  }

  /// Opens a link, which counts.
  package func browse(_ urlmd5: HexDigits32) async throws(DomainError) -> Picture {
    try await open(urlmd5, with: .pictureBrowse)
  }

  /// Looks at a link without counting.
  package func peek(_ urlmd5: HexDigits32) async throws(DomainError) -> Picture {
    try await open(urlmd5, with: .picturePeek)
  }

  private func open(
    _ urlmd5: HexDigits32, with script: ScriptName
  ) async throws(DomainError) -> Picture {
    var reply = try await store.run(script, keys: [Keys.picture(urlmd5: urlmd5.text)], [])
    switch reply.code {
    case 0: break
    case 2: throw .fileDeleted
    default: throw .notFound
    }
    let user = try reply.takeString()
    guard let id = FileID(stored: try reply.takeString()) else { throw .malformedReply }
    return Picture(
      user: user, id: id, blob: try reply.takeString(), created: try reply.takeInteger(),
      pv: try reply.takeInteger())
  }

  /// The caller's links. Each link's count is under its own hash tag: one pipelined read for each entry.
  package func list(
    _ caller: Credential, _ page: PageRequest
  ) async throws(DomainError) -> (total: Int64, pictures: [Listed]) {
    let user = caller.user.text
    var reply = try await store.run(
      .pictureList, as: caller,
      keys: [Keys.files(user: user), Keys.pictures(user: user), Keys.picturesTime(user: user)],
      page.arguments)
    let total = try reply.takeInteger()
    let entries = try reply.takeArray()
    let rows = try reply.takeArray()
    guard entries.count == rows.count * 2 else { throw .malformedReply }
    var pictures: [Listed] = []
    let counts = try await views(of: stride(from: 0, to: entries.count, by: 2).map { entries[$0] })
    for (index, rowReply) in rows.enumerated() {
      guard let urlmd5 = entries[index * 2].string, let bytes = rowReply.bytesValue,
        let row = StoredRow(bytes)
      else { continue }
      pictures.append(
        Listed(
          urlmd5: urlmd5, row: row, created: entries[index * 2 + 1].integerValue ?? 0,
          pv: counts[index]))
    }
    return (total, pictures)
  }

  private func views(of urlmd5s: [RedisReply]) async throws(DomainError) -> [Int64] {
    // All are sent in this turn, in one write, before the first is awaited.
    let reads = urlmd5s.map { urlmd5 in
      let key = Keys.picture(urlmd5: urlmd5.string ?? "")
      return Task.immediate(executorPreference: store.loop) { [store] in
        do throws(DomainError) {
          return Result<RedisReply, DomainError>.success(
            try await store.command(["HGET", .string(key), "pv"]))
        } catch {
          return .failure(error)
        }
      }
    }
    var views: [Int64] = []
    for read in reads { views.append(try await read.value.get().integerValue ?? 0) }
    return views
  }

  /// Ends one of the caller's links.
  package func cancel(_ caller: Credential, _ urlmd5: HexDigits32) async throws(DomainError) {
    let user = caller.user.text
    let reply = try await store.run(
      .pictureCancel, as: caller,
      keys: [Keys.pictures(user: user), Keys.picturesTime(user: user)], [.string(urlmd5.text)])
    let picture = Keys.picture(urlmd5: urlmd5.text)
    let isTaken = reply.code == ScriptCode.ok
    if !isTaken {
      // Another cancel took the entry, and is about to end the link or was cut off: the caller's own ends in any
      // case. One of a deleted file stays, to say so.
      let link = try await store.command(["HMGET", .string(picture), "user", "deleted"])
      guard let fields = link.elements, fields.count == 2, fields[0].string == user,
        fields[1].isNull
      else { throw .notFound }
    }
    FaultPoint.pictureCancelled.reach()
    _ = try await store.command(["DEL", .string(picture)])
    if !isTaken { throw .notFound }
  }
}
