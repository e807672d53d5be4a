import Glibc

/// What a process that died left in `tmp`: uploads that it had not finished. Nobody else takes the folder
/// as long as this object lives; whoever does what there is to do removes it then, and if he dies
/// before that too, it is abandoned again.
///
/// A file that had been given its blob's name has two links. Its process may have died before anybody held
/// the blob, so that Redis knows nothing of it. One that had not is nothing, and is removed at once.
/// (On a file system without second names nothing tells them apart: all are removed.) Any thread;
/// every call may block.
package final class AbandonedFolder: Sendable {
  /// The files that have been published.
  package let published: [String]

  private let path: String
  private let folder: OpenFolder
  private let root: OpenFolder
  private let calls: SystemCalls

  /// `folder` is `path` below `root`, and locked.
  init(
    _ path: String, _ folder: OpenFolder, root: OpenFolder, _ calls: SystemCalls
  ) throws(BlobError) {
    (self.path, self.folder, self.root, self.calls) = (path, folder, root, calls)
    var published: [String] = []
    for name in try calls.list(".", in: folder.descriptor) {
      guard let status = try calls.examine(name, in: folder.descriptor), status.isFile else {
        continue
      }
      if status.st_nlink > 1 {
        published.append(name)
      } else {
        try calls.remove(name, in: folder.descriptor)
      }
    }
    self.published = published
  }

  /// One of `published`.
  package func open(_ name: String) throws(BlobError) -> OpenBlob {
    let file = try calls.open(name, in: folder.descriptor, O_RDONLY)
    return try OpenBlob(owning: file, path: "\(path)/\(name)", calls: calls)
  }

  /// Removes the folder. Blobs keep their own names.
  package func remove() throws(BlobError) {
    try TempFolder.remove(path, folder, root, calls)
  }
}

extension BlobVolume {
  /// This process ends with something half done: the next one takes its folder for a dead one's, and what is
  /// to be done for that.
  package func leaveUnfinished() { temp.leave() }

  /// The folders of dead processes that nobody else has taken.
  package func takeAbandoned() throws(BlobError) -> [AbandonedFolder] {
    try TempFolder.takeAbandoned(root: folder, calls: calls)
  }
}
