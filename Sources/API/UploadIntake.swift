import BlobStore
import Domain
import Events
import HTTP

/// One file on its way in: its bytes go to the disk pool, piece by piece, where they are hashed and written
/// to a temporary file. Used by one task.
final class UploadIntake {
  /// Pieces of this size are worth a trip to the pool.
  static let pieceBytes = 128 * 1024
  /// So many may wait for a thread that hashes or writes them. With it an upload of 20 MB takes about as long as
  /// hashing it, instead of 1.4 times as long: the threads waited for the loop's turn after each piece.
  private static let piecesAheadMax = 8

  private let context: CallContext
  private let filename: String
  /// Opens its temporary file with the first bytes.
  private let staged: StagedBlob
  /// The first piece. It waits for the next one, or for the end: a small file is hashed, written and synced in one go.
  private var first: [UInt8] = []
  private var bytes: Int64 = 0
  /// Both halves of `StagedBlob.append`.
  private let hashing, writing: WorkSequence

  init(_ context: CallContext, filename: String) {
    self.context = context
    self.filename = filename
    staged = context.store.volume.stage()
    hashing = WorkSequence(pool: context.store.diskPool, backlogMax: Self.piecesAheadMax)
    writing = WorkSequence(pool: context.store.diskPool, backlogMax: Self.piecesAheadMax)
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

  /// Two threads of the pool hash a large file in half the time.
  private func append(_ piece: [UInt8]) async throws {
    try await following { [staged] in
      try hashing.add { staged.appendToMD5(piece) }
      try writing.add { try staged.appendToFile(piece) }
      try await hashing.waitForRoom()
      try await writing.waitForRoom()
    }
  }

  private func following(_ work: () async throws -> Void) async throws {
    do { try await work() } catch { throw context.store.failure(of: error) }
  }

  /// Compares what came with what was stated, and makes it the user's file.
  func store(
    for user: UserName, _ stated: StatedContent
  ) async throws -> (Uploads.Stored, FileName) {
    let name = try FileName(filename)
    try await following {
      try await hashing.finish()
      try await writing.finish()
    }
    let stored = try await context.uploads.store(staged, last: first, stated, as: name, for: user)
    return (stored, name)
  }

  /// Removes the temporary file, beside the answer.
  func discard() {
    // Should the pool be full, the staged blob does it when it is freed.
    _ = writing.end { [staged] in staged.discard() }
  }
}
