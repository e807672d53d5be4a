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
  private var bytes: Int64 = 0
  var statedMD5: String?
  var statedSize: String?

  init(_ context: CallContext, filename: String) {
    self.context = context
    self.filename = filename
    staged = context.store.volume.stage()
  }

  /// What the client says of the file, checked for form.
  func checkStated() throws(InvalidValue) {
    if let statedMD5 { _ = try HexDigits32(statedMD5, field: "md5") }
    if let statedSize, Int64(statedSize) == nil {
      throw InvalidValue(reason: "size must be an integer")
    }
    _ = try FileName(filename)
  }

  func take(_ piece: ArraySlice<UInt8>) async throws {
    bytes += Int64(piece.count)
    let bytesMax = context.settings.uploadBytesMax
    guard bytes <= bytesMax else {
      throw MalformedCall(.contentTooLarge, "a file may have at most \(bytesMax) bytes")
    }
    // A client that left gets no further work done.
    if Task.isCancelled { throw RequestBody.Failure.truncated }
    try await context.store.onDisk { [staged] () throws(BlobError) in
      try staged.append(Array(piece))
    }
  }

  /// Compares what came with what was stated, and makes it the user's file.
  func store(for user: UserName) async throws -> (Uploads.Stored, FileName) {
    let name = try FileName(filename)
    let digest = staged.finish()
    if let statedMD5, try HexDigits32(statedMD5, field: "md5").text != digest.md5 {
      throw DomainError.contentMismatch("md5 is not that of the bytes that came: \(digest.md5)")
    }
    if let statedSize, Int64(statedSize) != digest.size {
      throw DomainError.contentMismatch("size is not that of the bytes that came: \(digest.size)")
    }
    return (try await context.uploads.store(staged, digest, as: name, for: user), name)
  }

  /// Removes the temporary file, beside the answer.
  func discard() {
    // Should the pool be full, the staged blob does it when it is freed.
    _ = context.store.diskPool.submit { [staged] in staged.discard() }
  }
}
