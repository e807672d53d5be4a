import Crypto
import Glibc
import Synchronization

/// This process's own folder for files that are being written, `tmp/<pid>-<random>` below the
/// volume's root.
///
/// The folder is locked (flock) as long as it is in use, and the system unlocks it however the
/// process ends. So a folder that can be locked by someone else is what a dead process left behind
/// (`AbandonedFolder`), and needs no clock, no process table and no boot id to be known as such; that
/// of a living one is never touched. Any thread.
final class TempFolder: Sendable {
  private let folder: OpenFolder
  private let root: OpenFolder
  private let calls: SystemCalls
  private let path: String
  private let isLeft = Atomic<Bool>(false)
  private let filesMade = Atomic<Int>(0)

  private static let parent = "tmp"
  /// How often a name is tried: another process that starts may take a new folder for a dead one's
  /// before it is locked, but hardly twice.
  private static let attemptsMax = 16

  /// Makes and locks the folder.
  init(root: OpenFolder, calls: SystemCalls) throws(BlobError) {
    self.root = root
    self.calls = calls
    try calls.makeFolder(Self.parent, in: root.descriptor)
    for _ in 0..<Self.attemptsMax {
      let path = "\(Self.parent)/\(getpid())-\(RandomBytes.hex(bytes: 4))"
      try calls.makeFolder(path, in: root.descriptor)
      if let folder = try Self.lock(path, root, calls) {
        self.folder = folder
        self.path = path
        return
      }
    }
    throw BlobError(operation: .makeFolder, path: Self.parent, errno: EBUSY)
  }

  deinit {
    if isLeft.load(ordering: .relaxed) { return }
    // What cannot be removed now is taken for a dead process's later.
    try? Self.remove(path, folder, root, calls)
  }

  /// The folder, for paths relative to it.
  var descriptor: CInt { folder.descriptor }

  /// Has the folder stay when this process ends: to the next one it is a dead one's.
  func leave() { isLeft.store(true, ordering: .relaxed) }

  /// A name for a file in the folder that no other file has had.
  func newName() -> String {
    String(filesMade.add(1, ordering: .relaxed).newValue)
  }

  /// The folders of processes that are no more, locked for who asked. What is no such folder is
  /// left alone: it is garbage, and no reason not to serve.
  static func takeAbandoned(
    root: OpenFolder, calls: SystemCalls
  ) throws(BlobError) -> [AbandonedFolder] {
    var taken: [AbandonedFolder] = []
    for name in try calls.list(parent, in: root.descriptor) {
      let path = "\(parent)/\(name)"
      guard let folder = try? lock(path, root, calls) else { continue }
      if let abandoned = try? AbandonedFolder(path, folder, root: root, calls) {
        taken.append(abandoned)
      }
    }
    return taken
  }

  /// Opens and locks a folder; nil where another has the lock, or where the folder was removed
  /// before this one got it.
  private static func lock(
    _ path: String, _ root: OpenFolder, _ calls: SystemCalls
  ) throws(BlobError) -> OpenFolder? {
    let folder: OpenFolder
    do throws(BlobError) {
      folder = try OpenFolder(path, in: root.descriptor, calls)
    } catch let error where error.errno == ENOENT { return nil }
    // The lock belongs to the folder, not to its name: only a look at the name tells that it is
    // still there.
    guard calls.tryLock(folder.descriptor),
      let named = try calls.examine(path, in: root.descriptor),
      case let opened = try calls.examine(folder.descriptor, path), named.st_ino == opened.st_ino
    else { return nil }
    return folder
  }

  /// With the files in it.
  static func remove(
    _ path: String, _ folder: OpenFolder, _ root: OpenFolder, _ calls: SystemCalls
  ) throws(BlobError) {
    for name in try calls.list(".", in: folder.descriptor) {
      try calls.remove(name, in: folder.descriptor)
    }
    try calls.remove(path, in: root.descriptor, isFolder: true)
  }
}
