import Domain
import Events
import Faults
import Glibc
import JSON
import RedisClient

/// Takes snapshots (`SnapshotFormat`): walks over the store, writes every row, and gives the whole
/// its name when all of it is on disk. Until then there is only a folder that the next run removes.
///
/// Bound to its loop, which its file writes block: one that serves nobody.
package struct Snapshot {
  package struct Settings: Sendable {
    package var retention: Retention
    /// Rest for each unit of work in percent, while others use the store; see `Pace`.
    package var restPercent: Int64
    /// Take none where nothing was written since the newest one.
    package var onlyIfChanged: Bool

    package init(retention: Retention, restPercent: Int64, onlyIfChanged: Bool) {
      self.retention = retention
      self.restPercent = restPercent
      self.onlyIfChanged = onlyIfChanged
    }
  }

  package struct Taken: Sendable {
    package let name: SnapshotName
    package let path: String
    package let counts: SnapshotCounts
    package let bytes: Int64
    package let milliseconds: Int64
    /// Older ones that retention let go.
    package let removed: Int
  }

  private let folder: SnapshotFolder
  private let settings: Settings
  private var walk: StoreWalk
  private var counts = SnapshotCounts()
  private let onProgress: (SnapshotCounts) -> Void

  /// `onProgress` is called after each piece of work.
  package init(
    folder: SnapshotFolder, redis: RedisClient, loop: EventLoop, settings: Settings,
    onProgress: @escaping (SnapshotCounts) -> Void
  ) {
    self.folder = folder
    self.settings = settings
    walk = StoreWalk(redis: redis, loop: loop, restPercent: settings.restPercent)
    self.onProgress = onProgress
  }

  /// Takes one; nil when nothing has changed and none was wanted then. To be called once.
  package mutating func take() async throws(SnapshotError) -> Taken? {
    let lock = try folder.lock()
    defer { withExtendedLifetime(lock) {} }
    let mark = try await StoreMark.read(walk.redis)
    if settings.onlyIfChanged, let mark, let newest = try folder.names().last,
      let manifest = try? folder.manifest(of: newest), manifest.mark == mark
    {
      return nil
    }
    let temp = try folder.makeTemp()
    FaultPoint.snapshotBegun.reach()
    do throws(SnapshotError) {
      return try await write(to: temp, mark)
    } catch {
      // A full disk shall have its room back at once.
      try? SnapshotFolder.remove(temp)
      throw error
    }
  }

  private mutating func write(
    to temp: String, _ mark: StoreMark?
  ) async throws(SnapshotError) -> Taken {
    let started = Clock.wallMilliseconds
    let clock = Clock.monotonicMilliseconds
    let files = try SnapshotFiles(in: temp)
    try await writeShares(to: files)
    try await writeKeys(to: files)
    let finished = try files.finish()
    let milliseconds = Clock.monotonicMilliseconds - clock
    let manifest = Manifest(
      started: started, finished: Clock.wallMilliseconds, milliseconds: milliseconds, mark: mark,
      unreadable: counts.unreadable, files: finished)
    try SyncedFile(making: "\(temp)/\(SnapshotFormat.manifest)").writeAll(manifest.json)
    FaultPoint.snapshotWritten.reach()
    let name = try folder.publish(temp, seconds: started / 1000)
    FaultPoint.snapshotNamed.reach()
    let surplus = settings.retention.surplus(try folder.names())
    for old in surplus { try folder.remove(old) }
    return Taken(
      name: name, path: folder.path(of: name), counts: counts,
      bytes: finished.values.reduce(0) { $0 + $1.bytes }, milliseconds: milliseconds,
      removed: surplus.count)
  }

  // MARK: Rows

  /// Shares come before the files: a share whose file is deleted meanwhile is then one without a row,
  /// which a restore drops, and never a row that lost its share.
  private mutating func writeShares(to files: SnapshotFiles) async throws(SnapshotError) {
    var cursor = StoreWalk.firstCursor
    repeat {
      let fields = try await walk.nextFields(of: Keys.shares, &cursor)
      let rows = Self.pairs(fields)
      guard !rows.isEmpty else { continue }
      let pvs = try await walk.command(
        ["ZMSCORE", .string(Keys.sharesPV)] + rows.map { .bytes($0.field) })
      for (index, row) in rows.enumerated() {
        let pv = Self.score(pvs, index)
        write(.shares, to: files.shares) { RowWriter.share(pv: pv, row: row.value, to: &$0) }
      }
      try files.shares.flushIfFull()
      onProgress(counts)
    } while cursor != StoreWalk.firstCursor
  }

  /// Names are gathered until there are enough of a kind for a whole piece.
  private mutating func writeKeys(to files: SnapshotFiles) async throws(SnapshotError) {
    var cursor = StoreWalk.firstCursor
    var names = KeyNames()
    repeat {
      for key in try await walk.nextKeys(&cursor) {
        switch Keys.kind(of: key) {
        case .user(let user): names.users.append(user)
        case .files(let user): names.owners.append(user)
        case .picture(let urlmd5): names.pictures.append(urlmd5)
        case .blob(let md5): names.blobs.append(md5)
        case .shares, .index, .derived, .passing: break
        case .unknown: counts.foreign += 1
        }
      }
      let isLast = cursor == StoreWalk.firstCursor
      try await write(&names.users, isLast) {
        (snapshot: inout Snapshot, part: [String]) async throws(SnapshotError) in
        try await snapshot.writeUsers(part, to: files)
      }
      try await write(&names.owners, isLast) {
        (snapshot: inout Snapshot, part: [String]) async throws(SnapshotError) in
        try await snapshot.writeFiles(of: part, to: files)
      }
      try await write(&names.pictures, isLast) {
        (snapshot: inout Snapshot, part: [String]) async throws(SnapshotError) in
        try await snapshot.writePictures(part, to: files)
      }
      try await write(&names.blobs, isLast) {
        (snapshot: inout Snapshot, part: [String]) async throws(SnapshotError) in
        try await snapshot.writeBlobs(part, to: files)
      }
      onProgress(counts)
    } while cursor != StoreWalk.firstCursor
  }

  private struct KeyNames {
    var users: [String] = []
    var owners: [String] = []
    var pictures: [String] = []
    var blobs: [String] = []
  }

  /// Writes whole pieces of what `names` holds, and the rest if this is the last time.
  private mutating func write(
    _ names: inout [String], _ isLast: Bool,
    _ body: (inout Snapshot, [String]) async throws(SnapshotError) -> Void
  ) async throws(SnapshotError) {
    var start = 0
    while names.count - start >= (isLast ? 1 : Pace.batchRowsMax) {
      let end = min(start + Pace.batchRowsMax, names.count)
      try await body(&self, Array(names[start..<end]))
      start = end
    }
    names.removeFirst(start)
  }

  private mutating func writeUsers(
    _ users: [String], to files: SnapshotFiles
  ) async throws(SnapshotError) {
    let hashes = try await walk.commands(users.map { ["HGETALL", .string(Keys.user($0))] })
    for (user, hash) in zip(users, hashes) {
      // Gone meanwhile.
      guard let fields = hash.elements, !fields.isEmpty else { continue }
      write(.users, to: files.users) { RowWriter.hash("user", user, fields: fields, to: &$0) }
    }
    try files.users.flushIfFull()
  }

  private mutating func writePictures(
    _ urlmd5s: [String], to files: SnapshotFiles
  ) async throws(SnapshotError) {
    let hashes = try await walk.commands(
      urlmd5s.map { ["HGETALL", .string(Keys.picture(urlmd5: $0))] })
    for (urlmd5, hash) in zip(urlmd5s, hashes) {
      guard let fields = hash.elements, !fields.isEmpty else { continue }
      write(.pictures, to: files.pictures) {
        RowWriter.hash("urlmd5", urlmd5, fields: fields, to: &$0)
      }
    }
    try files.pictures.flushIfFull()
  }

  private mutating func writeBlobs(
    _ md5s: [String], to files: SnapshotFiles
  ) async throws(SnapshotError) {
    let fields = RowWriter.blobFields.map { RedisArgument.string($0) }
    let replies = try await walk.commands(
      md5s.map { ["HMGET", .string(Keys.blob(md5: $0))] + fields })
    for (md5, reply) in zip(md5s, replies) {
      guard let values = reply.elements, values.contains(where: { !$0.isNull }) else { continue }
      write(.blobs, to: files.blobs) { RowWriter.blob(md5: md5, values: values, to: &$0) }
    }
    try files.blobs.flushIfFull()
  }

  /// Small users together, large ones piece by piece: each piece is some `batchRowsMax` rows.
  private mutating func writeFiles(
    of users: [String], to files: SnapshotFiles
  ) async throws(SnapshotError) {
    guard !users.isEmpty else { return }
    let sizes = try await walk.commands(users.map { ["HLEN", .string(Keys.files(user: $0))] })
    var together: [String] = []
    var rowsTogether = 0
    for (user, size) in zip(users, sizes) {
      let rows = Int(size.integerValue ?? 0)
      if rows > Pace.batchRowsMax {
        try await writeFilesInSteps(of: user, to: files)
        continue
      }
      if rowsTogether + rows > Pace.batchRowsMax {
        try await writeFilesTogether(of: together, to: files)
        (together, rowsTogether) = ([], 0)
      }
      together.append(user)
      rowsTogether += rows
    }
    try await writeFilesTogether(of: together, to: files)
  }

  private mutating func writeFilesTogether(
    of users: [String], to files: SnapshotFiles
  ) async throws(SnapshotError) {
    let hashes = try await walk.commands(
      users.map { ["HGETALL", .string(Keys.files(user: $0))] })
    let owned = zip(users, hashes).map { ($0, Self.pairs($1.elements ?? [])) }
      .filter { !$0.1.isEmpty }
    try await write(owned, to: files)
  }

  private mutating func writeFilesInSteps(
    of user: String, to files: SnapshotFiles
  ) async throws(SnapshotError) {
    var cursor = StoreWalk.firstCursor
    repeat {
      let rows = Self.pairs(
        try await walk.nextFields(of: Keys.files(user: user), &cursor))
      if !rows.isEmpty { try await write([(user, rows)], to: files) }
      onProgress(counts)
    } while cursor != StoreWalk.firstCursor
  }

  private mutating func write(
    _ owned: [(user: String, rows: [Pair])], to files: SnapshotFiles
  ) async throws(SnapshotError) {
    let scores = try await walk.commands(
      owned.map { user, rows in
        ["ZMSCORE", .string(Keys.filesPV(user: user))] + rows.map { .bytes($0.field) }
      })
    for ((user, rows), pvs) in zip(owned, scores) {
      for (index, row) in rows.enumerated() {
        let pv = Self.score(pvs, index)
        write(.files, to: files.files) {
          RowWriter.file(user: user, pv: pv, row: row.value, to: &$0)
        }
      }
    }
    try files.files.flushIfFull()
  }

  private mutating func write(
    _ kind: SnapshotFormat.Kind, to file: RowFile, _ line: (inout JSONWriter) -> Bool
  ) {
    if file.append(line) { counts[kind] += 1 } else { counts.unreadable += 1 }
  }

  private typealias Pair = (field: [UInt8], value: [UInt8])

  private static func pairs(_ fields: [RedisReply]) -> [Pair] {
    stride(from: 0, to: fields.count - 1, by: 2).compactMap { index in
      guard let field = fields[index].bytesValue, let value = fields[index + 1].bytesValue else {
        return nil
      }
      return (field, value)
    }
  }

  private static func score(_ scores: RedisReply, _ index: Int) -> Int64 {
    guard let elements = scores.elements, index < elements.count else { return 0 }
    return elements[index].integerValue ?? 0
  }
}
