import BlobStore
import Domain
import HTTP

/// One file on its way in: its bytes go to the disk pool, one piece at a time, where they are hashed and written
/// to a temporary file. Used by one task.
///
/// `@unchecked Sendable`: a piece's job is awaited before the next starts.
final class UploadIntake: @unchecked Sendable {
  /// Pieces of this size are worth a trip to the pool.
  static let pieceBytes = 128 * 1024

  private let context: CallContext
  private let filename: String
  /// Opens its temporary file with the first bytes.
  private let staged: StagedBlob
  /// The first piece. It waits for the next one, or for the end: a small file is hashed, written and synced in one go.
  private var first: [UInt8] = []
  private var bytes: Int64 = 0

  init(_ context: CallContext, filename: String) {
    self.context = context
    self.filename = filename
    staged = context.store.volume.stage()
  }

  func take(_ piece: ArraySlice<UInt8>) async throws {
    bytes += Int64(piece.count)
    let bytesMax = context.settings.uploadBytesMax
    guard bytes <= bytesMax else {
      throw MalformedCall(.contentTooLarge, "a file may have at most \(bytesMax) bytes")
    }
    // A client that left gets no further work done.
    if Task.isCancelled { throw RequestBody.Failure.truncated }
    if bytes == piece.count {
      first = Array(piece)
      return
    }
    let held = first
    first = []
    if !held.isEmpty { try await append(held) }
    try await append(Array(piece))
  }

  private func append(_ piece: [UInt8]) async throws {
    let store = context.store
    guard store.diskPool.hasIdleThreads(2) else {
      return try await store.onDisk { [staged] () throws(BlobError) in try staged.append(piece) }
    }
    // Nobody else needs the threads: two of them hash a large file in half the time.
    async let md5: Void = store.onDisk { [staged] () throws(BlobError) in
      staged.appendToMD5(piece)
    }
    async let file: Void = store.onDisk { [staged] () throws(BlobError) in
      try staged.appendToFile(piece)
    }
    try await file
    try await md5
  }

  /// Compares what came with what was stated, and makes it the user's file.
  func store(
    for user: UserName, _ stated: StatedContent
  ) async throws -> (Uploads.Stored, FileName) {
    let name = try FileName(filename)
    let stored = try await context.uploads.store(staged, last: first, stated, as: name, for: user)
    return (stored, name)
  }

  /// Removes the temporary file, beside the answer.
  func discard() {
    // Should the pool be full, the staged blob does it when it is freed.
    _ = context.store.diskPool.submit { [staged] in staged.discard() }
  }
}
