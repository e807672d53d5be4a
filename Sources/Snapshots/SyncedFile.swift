import Faults
import Glibc

/// A new file that is written from front to back and is on the disk soon after: a large snapshot must
/// not pile up in the page cache and then make the append-only file's fsync wait behind it. Used by
/// one thread; every call may block.
final class SyncedFile {
  private static let syncBytes = 4 << 20

  private let path: String
  private let descriptor: CInt
  private var bytesUnsynced = 0

  /// Makes the file, which must not be there; its owner's alone (0600).
  init(making path: String) throws(SnapshotError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .system("make", path) }
  }

  deinit { close(descriptor) }

  func write(_ bytes: [UInt8]) throws(SnapshotError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress! + written, $0.count - written)
      }
      if count >= 0 { written += count } else if errno != EINTR { throw .system("write", path) }
    }
    bytesUnsynced += written
    guard bytesUnsynced >= Self.syncBytes else { return }
    bytesUnsynced = 0
    guard fdatasync(descriptor) == 0 else { throw .system("sync", path) }
  }

  /// Waits until all of it is on disk.
  func finish() throws(SnapshotError) {
    if let code = FaultPoint.snapshotSync.failure { throw .system("sync", path, errno: code) }
    guard fsync(descriptor) == 0 else { throw .system("sync", path) }
  }

  /// Writes a whole small file.
  func writeAll(_ bytes: [UInt8]) throws(SnapshotError) {
    try write(bytes)
    try finish()
  }
}
