import Crypto
import JSON

/// Looks at all of a snapshot before anything is made of it: each file has the rows, bytes and
/// SHA-256 of the manifest, and each line can be read. The first thing that is wrong is thrown with
/// its file and line.
package struct SnapshotCheck {
  package let manifest: Manifest
  private let folder: String
  private let onProgress: (SnapshotCounts) -> Void
  private static let progressRows: Int64 = 4096

  /// `folder` is the snapshot's. Reads its manifest.
  package init(
    folder: String, onProgress: @escaping (SnapshotCounts) -> Void
  ) throws(SnapshotError) {
    self.folder = folder
    self.onProgress = onProgress
    manifest = try SnapshotFolder.manifest(at: folder)
  }

  package func run() throws(SnapshotError) {
    var counts = SnapshotCounts()
    for kind in SnapshotFormat.Kind.allCases { try check(kind, &counts) }
  }

  private func check(
    _ kind: SnapshotFormat.Kind, _ counts: inout SnapshotCounts
  ) throws(SnapshotError) {
    let reader = try LineReader("\(folder)/\(kind.fileName)")
    // They only help to name a line: a snapshot without them is whole.
    let sums = try? LineReader("\(folder)/\(kind.sumsName)")
    var changedLine: Int?
    while let line = try reader.next() {
      if changedLine == nil, let sums, let sum = try? sums.next(), sum != LineSum(line).text {
        changedLine = reader.line
      }
      guard try isRow(line, kind, reader) else {
        throw reader.damaged("this is no row of \(kind.rawValue)")
      }
      counts[kind] += 1
      if counts[kind] % Self.progressRows == 0 { onProgress(counts) }
    }
    guard let wanted = manifest.files[kind] else { return }
    guard Hex.encode(reader.finishDigest()) != wanted.sha256 || reader.bytes != wanted.bytes
    else { return }
    if let changedLine {
      throw .damaged(
        path: reader.path, line: changedLine, reason: "this is not the line that was written")
    }
    guard counts[kind] == wanted.rows else {
      throw .damaged(
        path: reader.path, line: reader.line,
        reason: "the file ends here with \(counts[kind]) rows, and \(wanted.rows) were written")
    }
    throw .damaged(
      path: reader.path, line: nil, reason: "its SHA-256 is not the one of its manifest")
  }

  private func isRow(
    _ line: [UInt8], _ kind: SnapshotFormat.Kind, _ reader: LineReader
  ) throws(SnapshotError) -> Bool {
    do throws(JSONError) {
      switch kind {
      case .users: return try SnapshotLine.hash(line, name: "user") != nil
      case .files: return SnapshotLine.file(line) != nil
      case .shares: return SnapshotLine.share(line) != nil
      case .pictures: return try SnapshotLine.hash(line, name: "urlmd5") != nil
      case .blobs: return try SnapshotLine.hash(line, name: "md5") != nil
      }
    } catch {
      throw reader.damaged("\(error)")
    }
  }
}
