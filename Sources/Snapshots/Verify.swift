import BlobStore
import Domain
import Events
import RedisClient

/// Compares a store with itself: rows, indexes, holders, the public list, picture links, the blobs'
/// files, and the newest snapshot.
///
/// Requests may go on meanwhile. What is found at first may be an operation on its way: after a
/// while, longer than any operation takes, everything found is looked at once more, and only what is
/// still so counts. Repairs are steps that are safe beside requests (`Mending`); what they did is
/// looked at a last time.
///
/// Bound to the loop of its store, which its reading of files blocks.
package struct Verify {
  package enum Scope: Sendable {
    case everything
    /// What operations that were cut off can have left in Redis: not every file on the disk, not the
    /// snapshot. Damage is told and left as it is.
    case operations
  }

  package struct Settings: Sendable {
    package var scope = Scope.everything
    package var isDeep: Bool
    package var repairs: Bool
    /// Of `isDeep`.
    package var bytesPerSecond: Int64
    /// Others use the store.
    package var isShared: Bool
    /// Of `isShared`: the walk's rest for each unit of work.
    package var restPercent = Verify.restPercent
    /// A file that nobody knows, and that is no older, may be an upload on its way.
    package var unknownFileSeconds: Int64

    package init(
      isDeep: Bool, repairs: Bool, bytesPerSecond: Int64, isShared: Bool, unknownFileSeconds: Int64
    ) {
      self.isDeep = isDeep
      self.repairs = repairs
      self.bytesPerSecond = bytesPerSecond
      self.isShared = isShared
      self.unknownFileSeconds = unknownFileSeconds
    }
  }

  package struct Report: Sendable {
    /// As they were at the second look.
    package var findings: [Finding] = []
    /// What is still so behind the repairs; everything, where none were made.
    package var left: [Finding] = []
    /// There was more than `findingsMax`: what is mended makes room for the next run.
    package var isCut = false
    package var counts = SnapshotCounts()
    package var bytesHashed: Int64 = 0
    package var milliseconds: Int64 = 0
  }

  /// Findings of one run. A store that has more needs a restore, not a list.
  private static let findingsMax = 100_000
  /// Longer than a command may wait for its reply (3 s).
  private static let secondLookMilliseconds = 4_000
  /// Rest for each unit of work beside others, in percent.
  package static let restPercent: Int64 = 100

  let store: Store
  let settings: Settings
  private let snapshots: SnapshotFolder
  private let onProgress: (SnapshotCounts) -> Void
  var look: StoreLook
  private var report = Report()
  /// Of every blob that Redis knows.
  private var names: Set<BlobName> = []
  /// Users whose files were looked at.
  private var walked: Set<String> = []

  package init(
    store: Store, snapshots: SnapshotFolder, settings: Settings,
    onProgress: @escaping (SnapshotCounts) -> Void
  ) {
    self.store = store
    self.settings = settings
    self.snapshots = snapshots
    self.onProgress = onProgress
    look = StoreLook(
      walk: StoreWalk(
        redis: store.redis, loop: store.loop,
        restPercent: settings.isShared ? settings.restPercent : 0),
      volume: store.volume,
      hashing: settings.isDeep
        ? BlobHashing(
          volume: store.volume, loop: store.loop, bytesPerSecond: settings.bytesPerSecond) : nil)
  }

  /// To be called once.
  package mutating func run() async throws(SnapshotError) -> Report {
    let start = Clock.monotonicMilliseconds
    try await walkShares()
    try await walkKeys()
    if settings.scope == .everything {
      try await walkFiles()
      checkNewestSnapshot()
    }
    if !report.findings.isEmpty, settings.isShared {
      await store.loop.sleep(milliseconds: Self.secondLookMilliseconds)
    }
    report.findings = try await secondLook(at: report.findings)
    report.left = report.findings
    if settings.repairs {
      for finding in report.findings
      where settings.scope == .everything || finding.kind.grade != .damage {
        try await repair(finding)
      }
      report.left = try await secondLook(at: report.findings)
    }
    report.bytesHashed = look.hashing?.bytes ?? 0
    report.milliseconds = Clock.monotonicMilliseconds - start
    return report
  }

  private mutating func add(_ findings: [Finding]) {
    let room = Self.findingsMax - report.findings.count
    if findings.count > room { report.isCut = true }
    report.findings += findings.prefix(max(room, 0))
  }

  // MARK: The walk

  private mutating func walkShares() async throws(SnapshotError) {
    try await forEachMember("HSCAN", Keys.shares, step: 2) {
      (verify: inout Verify, files: [String]) async throws(SnapshotError) in
      verify.report.counts[.shares] += Int64(files.count)
      verify.add(try await verify.look.shares(files))
    }
    for index in [Keys.sharesTime, Keys.sharesPV] {
      try await forEachMember("ZSCAN", index, step: 2) {
        (verify: inout Verify, files: [String]) async throws(SnapshotError) in
        let rowless = try await verify.look.without(rowsIn: Keys.shares, files)
        verify.add(try await verify.look.shares(rowless))
      }
    }
  }

  private mutating func walkKeys() async throws(SnapshotError) {
    var cursor = StoreWalk.firstCursor
    repeat {
      var blobs: [String] = []
      var links: [String] = []
      for key in try await look.walk.nextKeys(&cursor) {
        switch Keys.kind(of: key) {
        case .user: report.counts[.users] += 1
        case .files(let user), .index(let user):
          guard walked.insert(user).inserted else { continue }
          try await walkFiles(of: user)
          try await walkIndexes(of: user)
        case .picture(let urlmd5): links.append(urlmd5)
        case .blob(let md5): blobs.append(md5)
        case .shares, .derived, .passing, .unknown: break
        }
      }
      report.counts[.pictures] += Int64(links.count)
      report.counts[.blobs] += Int64(blobs.count)
      for part in links.chunked(StoreLook.subjectsMax) { add(try await look.links(part)) }
      for part in blobs.chunked(StoreLook.subjectsMax) {
        var found: [BlobName] = []
        add(try await look.blobs(part) { found.append($0) })
        if settings.scope == .everything { names.formUnion(found) }
      }
      onProgress(report.counts)
    } while cursor != StoreWalk.firstCursor
  }

  private mutating func walkFiles(of user: String) async throws(SnapshotError) {
    try await forEachMember("HSCAN", Keys.files(user: user), step: 2) {
      (verify: inout Verify, files: [String]) async throws(SnapshotError) in
      verify.report.counts[.files] += Int64(files.count)
      verify.add(try await verify.look.files(files.map { (user, $0) }))
      verify.onProgress(verify.report.counts)
    }
  }

  /// What the user's other keys name, whether there are rows or not.
  private mutating func walkIndexes(of user: String) async throws(SnapshotError) {
    for (command, key, step) in [
      ("ZSCAN", Keys.filesTime(user: user), 2), ("ZSCAN", Keys.filesPV(user: user), 2),
      ("SSCAN", Keys.filesShared(user: user), 1),
    ] {
      try await forEachMember(.string(command), key, step: step) {
        (verify: inout Verify, files: [String]) async throws(SnapshotError) in
        let rowless = try await verify.look.without(rowsIn: Keys.files(user: user), files)
        verify.add(try await verify.look.files(rowless.map { (user, $0) }))
      }
    }
    try await forEachMember("HSCAN", Keys.filesDeleting(user: user), step: 2) {
      (verify: inout Verify, files: [String]) async throws(SnapshotError) in
      verify.add(try await verify.look.deletes(files.map { (user, $0) }))
    }
    var cursor = StoreWalk.firstCursor
    repeat {
      let fields = try await look.walk.nextFields(of: Keys.pictures(user: user), &cursor)
      var entries: [(user: String, urlmd5: String, file: String)] = []
      for at in stride(from: 0, to: fields.count - 1, by: 2) {
        // The other half of the fields are file ids.
        guard let urlmd5 = fields[at].string, !urlmd5.utf8.contains(0x3A),
          let file = fields[at + 1].string
        else { continue }
        entries.append((user, urlmd5, file))
      }
      for part in entries.chunked(StoreLook.subjectsMax) { add(try await look.entries(part)) }
    } while cursor != StoreWalk.firstCursor
    add(try await look.sizes(of: user))
  }

  private mutating func forEachMember(
    _ command: RedisArgument, _ key: String, step: Int,
    _ body: (inout Verify, [String]) async throws(SnapshotError) -> Void
  ) async throws(SnapshotError) {
    var cursor = StoreWalk.firstCursor
    repeat {
      let reply = try await look.walk.command([
        command, .string(key), .bytes(cursor), "COUNT", .integer(Int64(StoreLook.subjectsMax)),
      ])
      let elements = try StoreWalk.step(reply, &cursor)
      let members = stride(from: 0, to: elements.count, by: step).compactMap { elements[$0].string }
      for part in members.chunked(StoreLook.subjectsMax) { try await body(&self, part) }
    } while cursor != StoreWalk.firstCursor
  }

  /// Files on the disk that no blob knows.
  private mutating func walkFiles() async throws(SnapshotError) {
    let newest = Clock.wallSeconds - settings.unknownFileSeconds
    var found: [Finding] = []
    do throws(BlobError) {
      try store.volume.forEachFile { file in
        if let name = file.name, names.contains(name) || file.modified > newest { return true }
        var finding = Finding(file.name == nil ? .fileForeign : .fileUnknown)
        finding.path = file.path
        found.append(finding)
        return found.count < Self.findingsMax
      }
    } catch {
      throw .refused("\(error)")
    }
    add(found)
  }

  private mutating func checkNewestSnapshot() {
    do throws(SnapshotError) {
      guard let newest = try snapshots.names().last else { return }
      try SnapshotCheck(folder: snapshots.path(of: newest)) { _ in }.run()
    } catch {
      var finding = Finding(.snapshotDamaged)
      finding.path = "\(error)"
      add([finding])
    }
  }

  // MARK: The second look

  /// Those of `findings` that are still so.
  private mutating func secondLook(at findings: [Finding]) async throws(SnapshotError) -> [Finding]
  {
    var still: Set<Finding> = []
    for part in findings.chunked(StoreLook.subjectsMax) {
      for finding in part { still.formUnion(try await lookAgain(at: finding)) }
    }
    return findings.filter { still.contains($0) }
  }

  private mutating func lookAgain(at finding: Finding) async throws(SnapshotError) -> [Finding] {
    switch finding.kind {
    case .unfinishedDelete: return try await look.deletes([(finding.user, finding.file)])
    case .indexWithoutFile, .timeWrong, .countMissing, .flagWrong, .holderMissing, .rowUnreadable,
      .rowAndBlobDiffer:
      return try await look.files([(finding.user, finding.file)])
    case .bytesWrong: return try await look.sizes(of: finding.user)
    case .shareWithoutFile, .shareIndexWrong, .shareUnreadable:
      return try await look.shares([finding.file])
    case .linkOfDeletedFile, .linkWithoutEntry: return try await look.links([finding.urlmd5])
    case .entryWithoutLink:
      return try await look.entries([(finding.user, finding.urlmd5, finding.file)])
    case .danglingHolder, .orphanWithoutNote, .blobUnreadable, .bytesMissing, .bytesCut,
      .bytesChanged:
      return try await look.blobs([finding.md5])
    case .fileUnknown: return try await isUnknown(finding.path) ? [finding] : []
    case .fileForeign, .snapshotDamaged: return [finding]
    }
  }

  /// Whether a blob's file is there that no blob knows: its MD5 says which blob that would be.
  private func isUnknown(_ path: String) async throws(SnapshotError) -> Bool {
    guard let name = BlobName(path: path),
      let digest = try await BlobHashing(
        volume: store.volume, loop: store.loop, bytesPerSecond: settings.bytesPerSecond
      ).digest(of: name)
    else { return false }
    do throws(RedisError) {
      let known = try await store.redis.command(
        ["HGET", .string(Keys.blob(md5: digest.md5)), "name"])
      return known.string != path
    } catch {
      throw SnapshotError(error)
    }
  }
}

extension Array {
  /// Its elements in order, in parts of `count` at most.
  func chunked(_ count: Int) -> [[Element]] {
    stride(from: 0, to: self.count, by: count).map {
      Array(self[$0..<Swift.min($0 + count, self.count)])
    }
  }
}
