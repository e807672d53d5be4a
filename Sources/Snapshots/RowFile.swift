import Crypto
import JSON

/// One of a snapshot's files while it is written, with its lines' sums beside it: rows are gathered,
/// digested and written in pieces. Used by one thread; `flushIfFull` and `finish` may block.
final class RowFile {
  private static let pieceBytes = 256 * 1024

  private let file: SyncedFile
  private let sumsFile: SyncedFile
  private let digest = Digest(.sha256)
  private var json = JSONWriter(capacity: pieceBytes + SnapshotFormat.lineBytesMax)
  private var sums: [UInt8] = []
  private var rows: Int64 = 0
  private var bytes: Int64 = 0

  init(_ kind: SnapshotFormat.Kind, in folder: String) throws(SnapshotError) {
    file = try SyncedFile(making: "\(folder)/\(kind.fileName)")
    sumsFile = try SyncedFile(making: "\(folder)/\(kind.sumsName)")
  }

  /// Appends the row that `write` writes as one JSON object without line feeds; nothing where it
  /// answers false. `flushIfFull` is to follow soon.
  func append(_ write: (inout JSONWriter) -> Bool) -> Bool {
    let start = json.bytes.count
    guard write(&json), json.bytes.count - start < SnapshotFormat.lineBytesMax else {
      json.bytes.removeSubrange(start...)
      return false
    }
    LineSum(json.bytes[start...]).append(to: &sums)
    json.bytes.append(0x0A)
    rows += 1
    return true
  }

  func flushIfFull() throws(SnapshotError) {
    if json.bytes.count >= Self.pieceBytes { try flush() }
  }

  /// Writes what is left and waits until all of it is on disk.
  func finish() throws(SnapshotError) -> Manifest.File {
    try flush()
    try file.finish()
    try sumsFile.finish()
    return Manifest.File(rows: rows, bytes: bytes, sha256: Hex.encode(digest.finish()))
  }

  private func flush() throws(SnapshotError) {
    digest.update(json.bytes)
    try file.write(json.bytes)
    try sumsFile.write(sums)
    bytes += Int64(json.bytes.count)
    json.bytes.removeAll(keepingCapacity: true)
    sums.removeAll(keepingCapacity: true)
  }
}
