/// The five files of a snapshot that is being written.
struct SnapshotFiles {
  let users: RowFile
  let files: RowFile
  let shares: RowFile
  let pictures: RowFile
  let blobs: RowFile

  init(in folder: String) throws(SnapshotError) {
    users = try RowFile(.users, in: folder)
    files = try RowFile(.files, in: folder)
    shares = try RowFile(.shares, in: folder)
    pictures = try RowFile(.pictures, in: folder)
    blobs = try RowFile(.blobs, in: folder)
  }

  /// Waits until all of them are on disk.
  func finish() throws(SnapshotError) -> [SnapshotFormat.Kind: Manifest.File] {
    [
      .users: try users.finish(), .files: try files.finish(), .shares: try shares.finish(),
      .pictures: try pictures.finish(), .blobs: try blobs.finish(),
    ]
  }
}
