import Glibc

/// A file below the volume's `group1/M00`.
package struct StoredFile: Sendable, Equatable {
  /// Below the volume's root.
  package let path: String
  /// nil for a file that is no blob or does not lie where its name belongs: somebody else put it
  /// there.
  package let name: BlobName?
  /// In bytes.
  package let size: Int64
  /// When it was last written, in seconds since the epoch.
  package let modified: Int64
}

extension BlobVolume {
  /// Shows `body` every file below `group1/M00`, in the order of their paths, until it answers
  /// false. Files that come or go meanwhile may or may not be seen. Holds the names of one folder
  /// at a time.
  package func forEachFile(_ body: (StoredFile) -> Bool) throws(BlobError) {
    _ = try walk(BlobName.folder, depth: 0, body)
  }

  /// XX, YY and the file are three levels; what lies deeper is no work of ours.
  private static let depthMax = 3

  /// Whether to go on.
  private func walk(
    _ folder: String, depth: Int, _ body: (StoredFile) -> Bool
  ) throws(BlobError) -> Bool {
    for name in try calls.list(folder, in: descriptor) {
      let path = "\(folder)/\(name)"
      guard let status = try calls.examine(path, in: descriptor) else { continue }
      if status.isFolder {
        if depth < Self.depthMax, try !walk(path, depth: depth + 1, body) { return false }
        continue
      }
      let file = StoredFile(
        path: path, name: status.isFile ? BlobName(path: path) : nil, size: Int64(status.st_size),
        modified: Int64(status.st_mtim.tv_sec))
      if !body(file) { return false }
    }
    return true
  }
}
