import BlobStore
import Domain
import RedisClient

/// What is done about each kind of finding. What cannot be mended stays as it is, except that bytes
/// which are not what their name says are moved out of the way: no bytes are better than wrong ones,
/// and an upload of the right ones finds their place free.
extension Verify {
  /// Bytes that nobody knows stay so long, for whoever uploads them again: a restore from an older
  /// snapshot leaves many.
  package static let adoptedGraceMilliseconds: Int64 = 7 * 86_400_000

  mutating func repair(_ finding: Finding) async throws(SnapshotError) {
    do throws(DomainError) {
      try await mend(finding)
    } catch {
      switch error {
      case .storeUnavailable(let reason): throw .store(reason)
      // It is looked at again, and listed where it is still so.
      default: break
      }
    }
  }

  private mutating func mend(_ finding: Finding) async throws(DomainError) {
    let mending = Mending(store: store)
    switch finding.kind {
    case .indexWithoutFile, .timeWrong, .countMissing:
      try await mending.indexes(of: finding.file, user: finding.user)
    case .bytesWrong: try await mendBytes(finding, mending)
    case .shareIndexWrong: try await mending.indexes(ofShare: finding.file)
    case .flagWrong: try await mendFlag(finding, mending)
    case .shareWithoutFile: try await mendShare(finding, mending)
    case .unfinishedDelete: try await finishDelete(finding, mending)
    case .linkOfDeletedFile: try await mending.bury(link: finding.urlmd5)
    case .linkWithoutEntry: try await mendEntry(finding, mending)
    case .entryWithoutLink: try await mendLink(finding, mending)
    case .holderMissing: try await mendHold(finding, mending)
    case .danglingHolder: try await mendHolder(finding, mending)
    case .orphanWithoutNote: try await mending.noteOrphan(md5: finding.md5)
    case .bytesCut, .bytesChanged: try await setAside(finding)
    case .fileUnknown: try await adopt(finding, mending)
    case .rowUnreadable, .rowAndBlobDiffer, .shareUnreadable, .blobUnreadable, .bytesMissing,
      .fileForeign, .snapshotDamaged:
      break
    }
  }

  private func row(_ finding: Finding) async throws(DomainError) -> OwnedRow? {
    let row = try await read("HGET", Keys.files(user: finding.user), finding.file)
    return row.bytesValue.flatMap { OwnedRow(file: $0, of: finding.user, pv: 0) }
  }

  private func read(
    _ command: RedisArgument, _ key: String, _ member: String
  ) async throws(DomainError) -> RedisReply {
    try await store.read([command, .string(key), .string(member)])
  }

  private mutating func mendBytes(
    _ finding: Finding, _ mending: Mending
  ) async throws(DomainError) {
    let sum: FileSizes?
    do throws(SnapshotError) { sum = try await look.sum(of: finding.user) } catch {
      throw .storeUnavailable("\(error)")
    }
    guard let sum else { return }
    try await mending.bytes(of: finding.user, sum.bytes, asOf: sum.version)
  }

  private func mendFlag(_ finding: Finding, _ mending: Mending) async throws(DomainError) {
    guard let row = try await row(finding) else { return }
    try await mending.flag(of: row.id, user: row.user)
  }

  private func mendShare(_ finding: Finding, _ mending: Mending) async throws(DomainError) {
    let bytes = try await read("HGET", Keys.shares, finding.file).bytesValue
    guard let bytes, let share = OwnedRow(share: bytes, pv: 0) else { return }
    try await mending.dropShare(share.id, of: share.user, hold: share.hold.hold)
  }

  private func finishDelete(_ finding: Finding, _ mending: Mending) async throws(DomainError) {
    let lines = try await read("HGET", Keys.filesDeleting(user: finding.user), finding.file).string
    guard let lines, let id = FileID(stored: finding.file), let user = try? UserName(finding.user)
    else { return }
    try await mending.finishDelete(of: id, user: user, lines: lines)
  }

  private func mendEntry(_ finding: Finding, _ mending: Mending) async throws(DomainError) {
    let created = try await read("HGET", Keys.picture(urlmd5: finding.urlmd5), "created").string
    try await mending.entry(
      ofLink: finding.urlmd5, file: finding.file, user: finding.user, created: created ?? "0")
  }

  private func mendLink(_ finding: Finding, _ mending: Mending) async throws(DomainError) {
    let time = try await read("ZSCORE", Keys.picturesTime(user: finding.user), finding.urlmd5)
    let created = time.string ?? "0"
    guard let row = try await row(finding) else {
      // No file, no link: the entry goes.
      return try await mending.entry(
        ofLink: finding.urlmd5, file: finding.file, user: finding.user, created: created)
    }
    try await mending.link(
      finding.urlmd5, file: finding.file, user: finding.user, blob: row.row.text(row.row.blob),
      created: created)
  }

  private func mendHold(_ finding: Finding, _ mending: Mending) async throws(DomainError) {
    guard let row = try await row(finding) else { return }
    _ = try await mending.hold(
      row.hold, size: row.row.sizeValue, blob: row.row.text(row.row.blob))
  }

  private func mendHolder(_ finding: Finding, _ mending: Mending) async throws(DomainError) {
    guard let parts = BlobFacts.parts(ofHolder: finding.holder),
      let user = try? UserName(parts.user), let name = try? FileName(parts.name),
      let md5 = try? HexDigits32(finding.md5, field: "md5")
    else { return }
    let blob = try await store.read(
      ["HMGET", .string(Keys.blob(md5: finding.md5)), "size", "name"])
    guard let values = blob.elements, let size = values.first?.integerValue,
      let path = values.last?.string
    else { return }
    try await mending.release(
      BlobHold(user: user, id: FileID(md5: md5, name: name), hold: parts.hold), size: size,
      blob: path)
  }

  private func setAside(_ finding: Finding) async throws(DomainError) {
    guard let name = BlobName(path: finding.path) else { return }
    do throws(BlobError) { try store.volume.setAside(name) } catch {
      throw .diskFailed("\(error)")
    }
  }

  private func adopt(_ finding: Finding, _ mending: Mending) async throws(DomainError) {
    guard let name = BlobName(path: finding.path) else { return }
    let hashing = BlobHashing(
      volume: store.volume, loop: store.loop, bytesPerSecond: settings.bytesPerSecond)
    let digest: Result<BlobDigest?, SnapshotError>
    do throws(SnapshotError) { digest = .success(try await hashing.digest(of: name)) } catch {
      digest = .failure(error)
    }
    guard case .success(let digest?) = digest else { return }
    guard digest.name == name else { return try await setAside(finding) }
    _ = try await mending.adopt(digest)
  }
}
