import Glibc

/// The folder that holds all blobs as plain files.
///
///     ROOT/group1/M00/XX/YY/<name>   the blobs, see BlobName; written once, never changed
///     ROOT/tmp/<pid>-<random>/<n>    uploads on their way, see TempFolder
///     ROOT/damaged/<name>            files whose bytes are not what their name says, see setAside
///     ROOT/sweep.lock                see SweepLock
///
/// Files have mode 0600, folders 0700. Several processes may use one volume. Any thread; every call
/// may block on the disk, so none belongs on a loop.
package final class BlobVolume: Sendable {
  /// The volume's folder as it was given.
  package let root: String

  let folder: OpenFolder
  let calls: SystemCalls
  let temp: TempFolder
  let folders = FolderLedger()
  let blocks = BlockPool()

  /// Opens the volume at `root`, making the folder and those above it as needed.
  package convenience init(root: String) throws(BlobError) {
    try self.init(root: root, calls: SystemCalls())
  }

  init(root: String, calls: SystemCalls) throws(BlobError) {
    self.root = root
    self.calls = calls
    folder = try Self.openRoot(root, calls)
    try Self.makeFolders(BlobName.folder, in: folder.descriptor, calls)
    temp = try TempFolder(root: folder, calls: calls)
  }

  /// The root, for paths relative to it.
  var descriptor: CInt { folder.descriptor }

  /// A place for a new blob's bytes. Nothing is written before its first `append`.
  package func stage() -> StagedBlob { StagedBlob(volume: self) }

  /// The blob's length in bytes, or nil where there is no file of that name.
  package func size(of name: BlobName) throws(BlobError) -> Int64? {
    guard let status = try calls.examine(name.path, in: descriptor), status.isFile else {
      return nil
    }
    return Int64(status.st_size)
  }

  /// The blob, open for reading, or nil where there is no file of that name.
  package func open(_ name: BlobName) throws(BlobError) -> OpenBlob? {
    let path = name.path
    do throws(BlobError) {
      let file = try calls.open(path, in: descriptor, O_RDONLY)
      return try OpenBlob(owning: file, path: path, calls: calls)
    } catch let error where error.errno == ENOENT { return nil }
  }

  /// Removes the blob's file; false where there was none. Who has it open reads on. Not synced:
  /// after a power cut the file may be back, which is garbage and no loss.
  package func remove(_ name: BlobName) throws(BlobError) -> Bool {
    try calls.remove(name.path, in: descriptor)
  }

  /// Moves a blob's file, whose bytes are not what its name says, out of the way: nobody is served wrong
  /// bytes, and an upload of the right ones finds the place free. It stays in `damaged`, for whoever
  /// wants to look what is left of it. Nothing happens where there is no file.
  package func setAside(_ name: BlobName) throws(BlobError) {
    try calls.makeFolder(Self.damagedFolder, in: descriptor)
    do throws(BlobError) {
      try calls.rename(
        name.path, in: descriptor, to: "\(Self.damagedFolder)/\(name.text)", in: descriptor)
    } catch let error where error.errno == ENOENT { return }
    try calls.syncFolder(Self.damagedFolder, in: descriptor)
    try calls.syncFolder(name.folderPath, in: descriptor)
  }

  private static let damagedFolder = "damaged"

  /// The bytes that may still be written here by this user.
  package func freeBytes() throws(BlobError) -> Int64 {
    var status = statvfs()
    guard fstatvfs(descriptor, &status) == 0 else {
      throw BlobError(operation: .examine, path: root, errno: errno)
    }
    return Int64(status.f_bavail) * Int64(status.f_frsize)
  }

  /// Throws unless blobs can be found and a file can be written now.
  package func probe() throws(BlobError) {
    guard try calls.examine(BlobName.folder, in: descriptor)?.isFolder == true else {
      throw BlobError(operation: .examine, path: BlobName.folder, errno: ENOENT)
    }
    let staged = stage()
    defer { staged.discard() }
    try staged.append([0])
  }

  private static func openRoot(
    _ root: String, _ calls: SystemCalls
  ) throws(BlobError) -> OpenFolder {
    if root.hasPrefix("/") {
      let top = try OpenFolder("/", in: AT_FDCWD, calls)
      try makeFolders(root, in: top.descriptor, calls)
    } else {
      try makeFolders(root, in: AT_FDCWD, calls)
    }
    // Unlike below the root a link is fine here: a dot behind it lets it be followed.
    return try OpenFolder("\(root)/.", in: AT_FDCWD, calls)
  }

  /// Makes each folder of `path` that is missing, and syncs the one that gained it.
  private static func makeFolders(
    _ path: String, in folder: CInt, _ calls: SystemCalls
  ) throws(BlobError) {
    var parent = "."
    for component in path.split(separator: "/") {
      let child = "\(parent)/\(component)"
      if try calls.makeFolder(child, in: folder) {
        try calls.syncFolder("\(parent)/.", in: folder)
      }
      parent = child
    }
  }
}
