import Crypto
import Glibc

/// What a blob's bytes are: what they are compared by and stored under.
package struct BlobDigest: Sendable, Equatable {
  /// 32 hexadecimal digits, lower case.
  package let md5: String
  /// 64 hexadecimal digits, lower case.
  package let sha256: String
  /// In bytes.
  package let size: Int64
  package let name: BlobName

  package init(md5: String, sha256: String, size: Int64, name: BlobName) {
    self.md5 = md5
    self.sha256 = sha256
    self.size = size
    self.name = name
  }
}

/// Bytes on their way into a volume: hashed and written to a temp file as they come, then given
/// their name, any number of times, until they are discarded. It owns the temp file; the last
/// reference discards it too.
///
/// A new file of 100 KB costs ten system calls: open, write, look whether it is there, fdatasync, link,
/// open, fsync and close its folder, close, remove. One that the volume has already is spared fdatasync
/// and link; the first one in each folder pays for making and syncing the folders above.
///
/// `@unchecked Sendable`: it is handed from one pool job to the next and has no lock. Whoever holds
/// it must see to it that one job at a time calls it, and that each has ended before the next
/// begins. Only `appendToFile` and `appendToMD5` may run at the same time: they share nothing.
package final class StagedBlob: @unchecked Sendable {
  private let volume: BlobVolume
  private let md5 = Digest(.md5)
  private let sha256 = Digest(.sha256)
  private var size: Int64 = 0
  /// What the bytes are; nil before `finish`.
  package private(set) var digest: BlobDigest?
  private var file: StagedFile?
  private var isSynced = false
  private var isDiscarded = false
  private var isPublished = false
  private var isKept = false
  /// The first failure to write or sync. What is on disk is unknown from then on: each further call
  /// repeats it.
  private var failure: BlobError?

  init(volume: BlobVolume) { self.volume = volume }

  deinit { discard() }

  /// Adds bytes at the end. After an error nothing can be made of this blob; every further call
  /// throws again.
  package func append(_ bytes: [UInt8]) throws(BlobError) {
    try appendToFile(bytes)
    appendToMD5(bytes)
  }

  /// One half of `append`; the other one has to be done with the same bytes, before, after or beside it.
  /// The two take about the same time.
  package func appendToFile(_ bytes: [UInt8]) throws(BlobError) {
    precondition(digest == nil, "a finished blob takes no more bytes")
    try remembering { () throws(BlobError) in
      try openFile().write(bytes)
    }
    sha256.update(bytes)
    size += Int64(bytes.count)
  }

  /// The other half of `append`.
  package func appendToMD5(_ bytes: [UInt8]) {
    precondition(digest == nil, "a finished blob takes no more bytes")
    md5.update(bytes)
  }

  /// What the bytes are. No more can be appended then; further calls answer the same.
  package func finish() -> BlobDigest {
    if let digest { return digest }
    let sha256 = sha256.finish()
    let digest = BlobDigest(
      md5: Hex.encode(md5.finish()), sha256: Hex.encode(sha256), size: size,
      name: BlobName(sha256: sha256))
    self.digest = digest
    return digest
  }

  /// Puts the bytes into the volume under their name; on return both will survive a power cut. May
  /// be called again, should the blob have been removed meanwhile. A blob of that name and size
  /// that is there already is left as it is, one of another size is damaged and replaced.
  package func publish() throws(BlobError) {
    let digest = finish()
    if let failure { throw failure }
    if try volume.holds(digest.name, size: digest.size) { return }
    // An empty blob has not been opened yet.
    let file = try openFile()
    if !isSynced {
      try remembering { () throws(BlobError) in
        try file.sync()
      }
      isSynced = true
    }
    try volume.publish(file.name, as: digest.name, size: digest.size)
    isPublished = true
  }

  /// Has the temp file outlive `discard`, until the mark is removed: should this process die
  /// before, it tells that what was published may be nobody's (`AbandonedFolder`). It takes no room, since the
  /// blob is the same file. Nil where nothing was published.
  package func keepMark() -> UploadMark? {
    guard isPublished, !isKept, let file else { return nil }
    isKept = true
    return UploadMark(volume: volume, name: file.name)
  }

  /// Drops the temp file. What was published stays. To be called at the latest when the upload has
  /// ended either way; repeated calls do nothing.
  package func discard() {
    isDiscarded = true
    guard let file else { return }
    self.file = nil
    if isKept { return }
    // If it stays, the volume removes it when it is closed or opened the next time.
    _ = try? volume.calls.remove(file.name, in: volume.temp.descriptor)
  }

  private func openFile() throws(BlobError) -> StagedFile {
    precondition(!isDiscarded, "a discarded blob cannot be used")
    if let file { return file }
    let file = try StagedFile(in: volume)
    self.file = file
    return file
  }

  private func remembering(_ work: () throws(BlobError) -> Void) throws(BlobError) {
    if let failure { throw failure }
    do throws(BlobError) { try work() } catch {
      failure = error
      throw error
    }
  }
}

/// The temp file of an upload that was published and whose outcome is not known yet. Any thread; removing
/// it may block on the disk.
package final class UploadMark: Sendable {
  private let volume: BlobVolume
  private let name: String

  init(volume: BlobVolume, name: String) {
    self.volume = volume
    self.name = name
  }

  /// The outcome is known. Repeated calls do nothing; without one the file stays as long as its folder.
  package func remove() {
    _ = try? volume.calls.remove(name, in: volume.temp.descriptor)
  }
}
