import Crypto
import Glibc
import JSON

/// One of a snapshot's files while it is written: rows are gathered, hashed and written in pieces. A
/// piece is on the disk soon after it was written: a large snapshot must not pile up in the page
/// cache and then make the append-only file's fsync wait behind it. Used by one thread; every call
/// may block.
final class RowFile {
  private static let pieceBytes = 256 * 1024
  private static let syncBytes = 4 << 20

  private let path: String
  private let descriptor: CInt
  private let digest = Digest(.sha256)
  private var json = JSONWriter(capacity: pieceBytes + SnapshotFormat.lineBytesMax)
  private var bytesUnsynced = 0
  private(set) var rows: Int64 = 0
  private var bytes: Int64 = 0

  /// Makes the file, which must not be there; its owner's alone (0600).
  init(making path: String) throws(SnapshotError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .system("make", path) }
  }

  deinit { close(descriptor) }

  /// Appends the row that `write` writes as one JSON object without line feeds; nothing where it
  /// answers false. `flushIfFull` is to follow soon.
  func append(_ write: (inout JSONWriter) -> Bool) -> Bool {
    let start = json.bytes.count
    guard write(&json) else {
      json.bytes.removeSubrange(start...)
      return false
    }
    json.bytes.append(0x0A)
    rows += 1
    return true
  }

  func flushIfFull() throws(SnapshotError) {
    if json.bytes.count >= Self.pieceBytes { try flush() }
  }

  /// Appends bytes that are no row.
  func append(_ text: [UInt8]) throws(SnapshotError) {
    json.raw(text)
    try flushIfFull()
  }

  /// Writes what is left and waits until all of it is on disk.
  func finish() throws(SnapshotError) -> Manifest.File {
    try flush()
    guard fsync(descriptor) == 0 else { throw .system("sync", path) }
    return Manifest.File(rows: rows, bytes: bytes, sha256: Hex.encode(digest.finish()))
  }

  private func flush() throws(SnapshotError) {
    digest.update(json.bytes)
    var written = 0
    while written < json.bytes.count {
      let count = json.bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress! + written, $0.count - written)
      }
      if count >= 0 { written += count } else if errno != EINTR { throw .system("write", path) }
    }
    bytes += Int64(written)
    bytesUnsynced += written
    json.bytes.removeAll(keepingCapacity: true)
    guard bytesUnsynced >= Self.syncBytes else { return }
    bytesUnsynced = 0
    guard fdatasync(descriptor) == 0 else { throw .system("sync", path) }
  }
}
