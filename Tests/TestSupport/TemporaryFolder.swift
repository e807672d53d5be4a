import Foundation

/// A fresh folder for one server's life. Its owner removes it; under `PICBED_KEEP_FOLDERS=1` it
/// stays.
///
/// It lies in memory (/dev/shm) where that has room, so that a busy disk's fsync does not decide
/// how long the tests take, or in /tmp: where a test asks for the disk, and where there is no such
/// room. Not in TMPDIR: the managed Redis's socket is in the folder, and the path of a socket has
/// 107 bytes at most.
package struct TemporaryFolder: Sendable {
  /// Less than this is no room: what a suite's server stores, twice.
  private static let memoryBytesMin: UInt64 = 1 << 30

  package let path: String

  package init(onDisk: Bool = false) throws {
    let parent = !onDisk && Self.memoryHasRoom() ? "/dev/shm" : "/tmp"
    var template = Array("\(parent)/picbed-test-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw SystemError("mkdtemp", errno) }
    path = String(cString: made)
  }

  private static func memoryHasRoom() -> Bool {
    var room = statvfs()
    guard statvfs("/dev/shm", &room) == 0, access("/dev/shm", W_OK) == 0 else { return false }
    return UInt64(room.f_bavail) * UInt64(room.f_frsize) >= memoryBytesMin
  }

  /// Removes the folder and all that is in it.
  package func remove() {
    if ProcessInfo.processInfo.environment["PICBED_KEEP_FOLDERS"] != nil { return }
    try? FileManager.default.removeItem(atPath: path)
  }

  package static func / (folder: TemporaryFolder, name: String) -> String {
    folder.path + "/" + name
  }
}

/// Paths of the regular files below `folder`, relative to it, sorted; empty if the folder is not
/// there.
package func regularFiles(under folder: String) -> [String] {
  guard let walk = FileManager.default.enumerator(atPath: folder) else { return [] }
  var found: [String] = []
  while let name = walk.nextObject() as? String {
    if walk.fileAttributes?[.type] as? FileAttributeType == .typeRegular { found.append(name) }
  }
  return found.sorted()
}

/// The bytes of the file at `path`; empty if it cannot be read.
package func fileBytes(_ path: String) -> [UInt8] {
  FileManager.default.contents(atPath: path).map { [UInt8]($0) } ?? []
}

/// Writes `bytes` to the file at `path`, making the folders above it.
package func writeFile(_ path: String, _ bytes: [UInt8]) throws {
  let folder = (path as NSString).deletingLastPathComponent
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}

/// A system call that failed, by its name and errno.
package struct SystemError: Error, CustomStringConvertible {
  package let call: String
  package let code: CInt

  package init(_ call: String, _ code: CInt) {
    self.call = call
    self.code = code
  }

  package var description: String { "\(call): \(String(cString: strerror(code))) (errno \(code))" }
}
