import Glibc
import Synchronization

/// A blob's file, open for reading. It owns the descriptor, which closes with the last reference;
/// closing an unlinked file is what frees its blocks, and may take a while for a large one.
///
/// `Sendable` without a lock: only a time changes here, and reads name their offset.
package final class OpenBlob: Sendable {
  /// For sendfile(2) and the like, with explicit offsets only: the file's position is nobody's.
  /// Valid while the object lives.
  package let descriptor: CInt
  /// In bytes. A published blob never changes.
  package let size: Int64
  /// When the file was written, in whole seconds since the epoch.
  package let modified: Int64
  /// What the bytes are, from the first few thousand of them.
  package let mediaType: MediaType
  /// In pixels, where it is a picture that says so in them.
  package let pictureSize: PictureSize?

  private let path: String
  private let calls: SystemCalls
  /// Monotonic milliseconds at which all of a file of one piece was last seen in memory.
  private let seenInMemory = Atomic<Int64>(.min / 2)

  /// Takes over `descriptor`, in case of an error too.
  init(owning descriptor: CInt, path: String, calls: SystemCalls) throws(BlobError) {
    do throws(BlobError) {
      let status = try calls.examine(descriptor, path)
      guard status.isFile else {
        throw BlobError(operation: .open, path: path, errno: status.isFolder ? EISDIR : EINVAL)
      }
      let size = Int64(status.st_size)
      let sample = try calls.read(
        descriptor, path, from: 0, count: Int(min(size, Int64(MediaType.sampleBytes))))
      self.size = size
      modified = Int64(status.st_mtim.tv_sec)
      mediaType = MediaType(sniffing: sample.span.bytes, isWhole: size <= sample.count)
      pictureSize = mediaType.isImage ? PictureSize(of: sample.span.bytes) : nil
    } catch {
      calls.close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    self.path = path
    self.calls = calls
  }

  deinit { calls.close(descriptor) }

  /// All bytes, in memory: for small blobs only. Blocks on the disk; not on a loop. A file that has
  /// become shorter than `size` is an error (EIO).
  package func readAll() throws(BlobError) -> [UInt8] {
    let bytes = try calls.read(descriptor, path, from: 0, count: Int(size))
    guard bytes.count == size else {
      throw BlobError(operation: .read, path: path, errno: EIO)
    }
    return bytes
  }

  /// Whether the system has the bytes of `range` in memory, as far as a look at its ends tells, so that sending
  /// them does not wait for the disk. Does not wait itself: fine on a loop. A small file that was seen there lately
  /// (`now`: monotonic milliseconds) is not looked at again: the two system calls would be a tenth of what sending
  /// 32 KB costs.
  package func isInMemory(_ range: Range<Int64>, now: Int64) -> Bool {
    guard !range.isEmpty else { return true }
    let isSmall = size <= Self.smallBytesMax
    if isSmall, now - seenInMemory.load(ordering: .relaxed) < Self.seenMilliseconds { return true }
    guard calls.isInMemory(descriptor, at: range.lowerBound),
      calls.isInMemory(descriptor, at: range.upperBound - 1)
    else { return false }
    if isSmall, range.count == size { seenInMemory.store(now, ordering: .relaxed) }
    return true
  }

  private static let smallBytesMax: Int64 = 1 << 20
  private static let seenMilliseconds: Int64 = 5_000

  /// Has the system bring the bytes of `range` into memory. Blocks on the disk; not on a loop.
  package func load(_ range: Range<Int64>) throws(BlobError) {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let count = min(Int(range.upperBound - offset), Self.readPieceBytes)
      let bytes = try calls.read(descriptor, path, from: offset, count: count)
      guard !bytes.isEmpty else { return }
      offset += Int64(bytes.count)
    }
  }

  private static let readPieceBytes = 128 << 10

  /// Up to `count` bytes from `offset`; fewer only at the end. Blocks on the disk; not on a loop that
  /// serves.
  package func read(from offset: Int64, count: Int) throws(BlobError) -> [UInt8] {
    try calls.read(descriptor, path, from: offset, count: count)
  }

  /// Whether the file has lost its name since: the blob was removed, or its file replaced by a
  /// better one. One fstat(2), which does not wait for a local disk: fine on a loop.
  package var isUnlinked: Bool {
    guard let status = try? calls.examine(descriptor, path) else { return true }
    return status.st_nlink == 0
  }
}
