internal import CLinux
import Faults
import Glibc

/// `DATA/snapshots`: which snapshots there are, and how one comes and goes. Only its owner can look
/// in (0700). Any thread; every call may block.
///
///     2026-11-24T21-40-01Z/   a snapshot; never changed once it has this name
///     .tmp-4711/              one being written, or what a crash left of it
///     .lock                   held by who writes or removes
package struct SnapshotFolder: Sendable {
  private static let tempPrefix = ".tmp-"
  private static let manifestBytesMax = 64 * 1024

  package let path: String

  package init(in dataFolder: String) { path = dataFolder + "/snapshots" }

  package func path(of name: SnapshotName) -> String { "\(path)/\(name)" }

  /// Every snapshot, oldest first. A folder that is not there holds none.
  package func names() throws(SnapshotError) -> [SnapshotName] {
    try entries().compactMap { SnapshotName($0) }.sorted()
  }

  package func manifest(of name: SnapshotName) throws(SnapshotError) -> Manifest {
    try Self.manifest(at: path(of: name))
  }

  /// The manifest of the snapshot in the folder `path`.
  package static func manifest(at path: String) throws(SnapshotError) -> Manifest {
    let file = "\(path)/\(SnapshotFormat.manifest)"
    let bytes = try SmallFile.read(file, bytesMax: manifestBytesMax)
    return try Manifest(parsing: bytes, path: file)
  }

  /// Makes the folder if need be, takes the lock, and removes what crashes left behind.
  func lock() throws(SnapshotError) -> SnapshotLock {
    if mkdir(path, 0o700) != 0, errno != EEXIST { throw .system("make the folder", path) }
    let lock = try SnapshotLock(folder: path)
    for entry in try entries() where entry.hasPrefix(Self.tempPrefix) {
      try Self.remove("\(path)/\(entry)")
    }
    return lock
  }

  /// An empty folder for a snapshot on its way. Under the lock.
  func makeTemp() throws(SnapshotError) -> String {
    let temp = "\(path)/\(Self.tempPrefix)\(getpid())"
    guard mkdir(temp, 0o700) == 0 else { throw .system("make the folder", temp) }
    return temp
  }

  /// Gives a snapshot whose files are all on disk its name: that of `seconds`, or of the second
  /// behind the newest one where the clock did not move on. Under the lock.
  func publish(_ temp: String, seconds: Int64) throws(SnapshotError) -> SnapshotName {
    let newest = try names().last?.seconds ?? .min
    let name = SnapshotName(seconds: seconds > newest ? seconds : newest + 1)
    try Self.sync(temp)
    if let code = FaultPoint.snapshotRename.failure { throw .system("rename", temp, errno: code) }
    guard rename(temp, path(of: name)) == 0 else { throw .system("rename", temp) }
    try Self.sync(path)
    return name
  }

  /// Removes a snapshot. It loses its name first, so that half of one is never taken for a whole.
  /// Under the lock.
  func remove(_ name: SnapshotName) throws(SnapshotError) {
    let doomed = "\(path)/\(Self.tempPrefix)\(name)"
    guard rename(path(of: name), doomed) == 0 else { throw .system("rename", path(of: name)) }
    try Self.remove(doomed)
  }

  /// Removes a folder with its files.
  static func remove(_ folder: String) throws(SnapshotError) {
    for entry in try list(folder) {
      guard unlink("\(folder)/\(entry)") == 0 || errno == ENOENT else {
        throw .system("remove", "\(folder)/\(entry)")
      }
    }
    guard rmdir(folder) == 0 || errno == ENOENT else { throw .system("remove", folder) }
  }

  /// Waits until the folder's entries are on disk.
  static func sync(_ folder: String) throws(SnapshotError) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("open", folder) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .system("sync", folder) }
  }

  private func entries() throws(SnapshotError) -> [String] { try Self.list(path) }

  private static func list(_ folder: String) throws(SnapshotError) -> [String] {
    guard let stream = opendir(folder) else {
      guard errno == ENOENT else { throw .system("list", folder) }
      return []
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}

/// The lock under which a folder of snapshots changes. The kernel takes it back when its process ends.
final class SnapshotLock {
  private let descriptor: CInt

  /// Throws `busy` while another has it.
  init(folder: String) throws(SnapshotError) {
    let path = folder + "/.lock"
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system("open", path) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(descriptor)
      throw code == EWOULDBLOCK ? .busy(folder: folder) : .system("lock", path, errno: code)
    }
  }

  deinit { close(descriptor) }
}

/// Reading a small file whole.
enum SmallFile {
  static func read(_ path: String, bytesMax: Int) throws(SnapshotError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("open", path) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: bytesMax + 1)
    var count = 0
    while count < bytes.count {
      let part = bytes.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress! + count, $0.count - count)
      }
      if part == 0 { break }
      if part > 0 { count += part } else if errno != EINTR { throw .system("read", path) }
    }
    guard count <= bytesMax else { throw .system("read", path, errno: EFBIG) }
    return Array(bytes[..<count])
  }
}
