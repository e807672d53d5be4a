import BlobStore
import Crypto
import Events
import Faults
import RedisClient

/// New files: from uploaded bytes, from bytes that the server has (instant upload), from others' shares.
package struct Uploads: Sendable {
  /// How often an upload that meets a blob under deletion asks for the sweep lock, and how long it waits between.
  private static let sweepLockTriesMax = 500
  private static let sweepLockPauseMilliseconds = 20

  let store: Store
  package init(store: Store) { self.store = store }

  /// What an upload became.
  package struct Stored: Sendable {
    package let md5: String
    package let size: Int64
    /// The blob's path below the volume's root and the site's.
    package let blob: String
    package let type: String
  }

  /// Adds the last piece to what is staged and makes the bytes the user's file, if they are what the client
  /// stated. They are durable before the metadata says so, and both before this returns. What the user has already
  /// (md5 and name) stays as it is and counts as success.
  package func store(
    _ staged: StagedBlob, last piece: [UInt8], _ stated: StatedContent, as name: FileName,
    for user: UserName
  ) async throws(DomainError) -> Stored {
    let seal = RandomBytes.hex(bytes: 4)
    func hold(_ digest: BlobDigest) throws(DomainError) -> BlobHold {
      do {
        let md5 = try HexDigits32(digest.md5, field: "md5")
        return BlobHold(user: user, id: FileID(md5: md5, name: name), hold: seal)
      } catch { throw DomainError(error) }
    }
    do throws(DomainError) {
      let digest = try await publish(staged, last: piece, stated)
      FaultPoint.uploadPublished.reach()
      try await store(staged, digest, for: hold(digest))
      return Stored(
        md5: digest.md5, size: digest.size, blob: digest.name.path, type: name.type)
    } catch {
      if let digest = staged.digest {
        store.unfinished.note(try hold(digest), digest, staged, after: error)
      }
      throw error
    }
  }

  /// One trip to the disk pool, which for a small file does it all.
  private func publish(
    _ staged: StagedBlob, last piece: [UInt8], _ stated: StatedContent
  ) async throws(DomainError) -> BlobDigest {
    let digest = try await store.onDisk { () throws(BlobError) in
      try staged.append(piece)
      let digest = staged.finish()
      guard stated.mismatch(digest) == nil else { return digest }
      FaultPoint.uploadStaged.reach()
      try staged.publish()
      return digest
    }
    if let mismatch = stated.mismatch(digest) { throw mismatch }
    return digest
  }

  private func store(
    _ staged: StagedBlob, _ digest: BlobDigest, for hold: BlobHold
  ) async throws(DomainError) {
    let start = Clock.monotonicMilliseconds
    try await claim(hold, staged, digest)
    FaultPoint.uploadClaimed.reach()
    do {
      try await Files(store: store).add(hold, size: digest.size, blob: digest.name.path)
    } catch .alreadyOwned {
      // Uploading again what one has changes nothing and is no error. The hold was given back.
      return
    }
    FaultPoint.uploadAdded.reach()
    if Self.mayHaveLostHold(claimedAt: start) { try await claim(hold, staged, digest) }
  }

  /// Whoever mends a store lets go of what no row holds when he has seen it so twice, four seconds apart
  /// (`Verify`). A call whose claim and row were apart for that long (a disk or a Redis that stood still) claims
  /// once more before it says that all is well.
  private static func mayHaveLostHold(claimedAt start: Int64) -> Bool {
    Clock.monotonicMilliseconds - start > holdMillisecondsMax
  }

  private static let holdMillisecondsMax: Int64 = 2_000

  /// Makes published bytes held, and sees that they are in their place then.
  private func claim(
    _ hold: BlobHold, _ staged: StagedBlob, _ digest: BlobDigest
  ) async throws(DomainError) {
    var claim = try await Blobs(store: store).claim(hold, digest, force: false)
    if claim == .held { try await publishAgainIfGone(staged, digest) }
    if claim == .beingDeleted { claim = try await claimUnderSweepLock(staged, digest, hold) }
    guard claim == .held else {
      try await removeUnlessKnown(digest)
      throw .md5Collision
    }
  }

  /// What an instant upload came to.
  package struct Known: Sendable {
    /// The blob's path below the site's root.
    package let blob: String
    /// False where the caller had the file already.
    package let isNew: Bool
  }

  /// What a client says of the bytes that it names, to show that it has them.
  package struct Possession: Sendable {
    let size: Int64?
    let offer: PossessionProof.Offer?

    package init(size: Int64?, nonce: String?, proof: String?) {
      self.size = size
      if let nonce, let proof {
        offer = PossessionProof.Offer(nonce: nonce, proof: proof)
      } else {
        offer = nil
      }
    }
  }

  /// Instant upload: the caller gains a file by naming bytes that the server has.
  package func storeKnown(
    _ caller: Credential, _ id: FileID, _ possession: Possession
  ) async throws(DomainError) -> Known {
    do {
      let row = try await Files(store: store).find(caller, id)
      return Known(blob: row.text(row.blob), isNew: false)
    } catch .notFound {
      if store.policy.claimsNeedProof {
        try await PossessionProof(store: store).check(
          id, for: caller.user, size: possession.size, offer: possession.offer)
      }
      return Known(blob: try await addKnown(id, for: caller.user), isNew: true)
    }
  }

  /// The user gains a file that is shared publicly: pv 0, not shared.
  package func saveShared(_ caller: Caller, _ id: FileID) async throws(DomainError) {
    try await Accounts(store: store).check(caller)
    guard try await Shares(store: store).isShared(id) else { throw .notFound }
    do {
      _ = try await addKnown(id, for: caller.user)
    } catch .bytesUnknown {
      throw .notFound
    }
  }

  /// Answers the blob's path.
  private func addKnown(_ id: FileID, for user: UserName) async throws(DomainError) -> String {
    let hold = BlobHold(user: user, id: id)
    do throws(DomainError) {
      return try await addKnown(hold)
    } catch {
      store.unfinished.note(hold, after: error)
      throw error
    }
  }

  private func addKnown(_ hold: BlobHold) async throws(DomainError) -> String {
    let blobs = Blobs(store: store)
    let start = Clock.monotonicMilliseconds
    guard let known = try await blobs.claimKnown(hold) else { throw .bytesUnknown }
    guard try await blobs.isWhole(known) else {
      // The file is damaged or gone. An upload of the same bytes heals it.
      try await blobs.release(hold)
      throw .bytesUnknown
    }
    FaultPoint.saveClaimed.reach()
    try await Files(store: store).add(hold, size: known.size, blob: known.path)
    FaultPoint.saveAdded.reach()
    if Self.mayHaveLostHold(claimedAt: start), try await blobs.claimKnown(hold) == nil {
      throw .bytesUnknown
    }
    return known.path
  }

  private func publish(_ staged: StagedBlob) async throws(DomainError) {
    try await store.onDisk { () throws(BlobError) in try staged.publish() }
  }

  /// Between publishing and claiming, a sweep that had marked older bytes of this name may have unlinked ours. With
  /// the claim made, none does any more.
  private func publishAgainIfGone(
    _ staged: StagedBlob, _ digest: BlobDigest
  ) async throws(DomainError) {
    let volume = store.volume
    try await store.onDisk { () throws(BlobError) in
      if try volume.size(of: digest.name) != digest.size { try staged.publish() }
    }
  }

  /// The sweep marked these bytes and may be about to unlink them. Under its lock it is not: put the bytes in
  /// place once more and take the mark away. The kernel frees the lock of a process that died.
  private func claimUnderSweepLock(
    _ staged: StagedBlob, _ digest: BlobDigest, _ hold: BlobHold
  ) async throws(DomainError) -> Blobs.Claim {
    let lock = try await sweepLock()
    defer { lock.release() }
    try await publish(staged)
    return try await Blobs(store: store).claim(hold, digest, force: true)
  }

  /// Bytes that were refused for their md5 are nobody's. Under the sweep's lock nobody can come to own them between
  /// the look and the removal.
  private func removeUnlessKnown(_ digest: BlobDigest) async throws(DomainError) {
    let lock = try await sweepLock()
    defer { lock.release() }
    let known = try await store.command(["HGET", .string(Keys.blob(md5: digest.md5)), "name"])
    guard known.string != digest.name.path else { return }
    let volume = store.volume
    _ = try await store.onDisk { () throws(BlobError) in try volume.remove(digest.name) }
  }

  private func sweepLock() async throws(DomainError) -> SweepLock {
    let lock: SweepLock
    do { lock = try SweepLock(volume: store.volume) } catch { throw DomainError(error) }
    var tries = 0
    while !lock.tryAcquire() {
      tries += 1
      guard tries < Self.sweepLockTriesMax else { throw .busy }
      await store.loop.sleep(milliseconds: Self.sweepLockPauseMilliseconds)
    }
    return lock
  }
}
