import Glibc

/// A file operation that failed: `cannot write /x/y: No space left on device`.
struct FileError: Error, Equatable, CustomStringConvertible {
  let operation: String
  let path: String
  let code: CInt

  /// To be made on the line after the call: `code` is its errno.
  init(_ operation: String, _ path: String, code: CInt = errno) {
    self.operation = operation
    self.path = path
    self.code = code
  }

  var description: String { "cannot \(operation) \(path): \(String(cString: strerror(code)))" }
}

/// Small whole-file operations of start and stop. They block; nothing that serves uses them.
enum File {
  /// The contents of `path`. More than `bytesMax` is an error (EFBIG), never a cut.
  static func read(_ path: String, bytesMax: Int) throws(FileError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError("read", path) }
    defer { close(descriptor) }
    // One byte more than allowed tells a file that is too long from one that just fits.
    let bytes = try read(descriptor, bytesMax: bytesMax + 1, path)
    guard bytes.count <= bytesMax else { throw FileError("read", path, code: EFBIG) }
    return bytes
  }

  /// The last `bytesMax` bytes of `path`, or all of a shorter one.
  static func readEnd(_ path: String, bytesMax: Int) throws(FileError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError("read", path) }
    defer { close(descriptor) }
    let size = lseek(descriptor, 0, SEEK_END)
    lseek(descriptor, max(0, size - off_t(bytesMax)), SEEK_SET)
    return try read(descriptor, bytesMax: bytesMax, path)
  }

  /// Makes or replaces the contents of `path`; a new file is its owner's alone (0600).
  static func write(_ path: String, _ bytes: [UInt8]) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileError("write", path) }
    defer { close(descriptor) }
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress! + sent, $0.count - sent)
      }
      if count >= 0 { sent += count } else if errno != EINTR { throw FileError("write", path) }
    }
  }

  /// As `write`, and on disk, with its name, on return.
  static func writeSynced(_ path: String, _ bytes: [UInt8]) throws(FileError) {
    try write(path, bytes)
    try sync(path)
    try syncFolder(of: path)
  }

  /// Waits until the entries of the folder that `path` is in are on disk (fsync(2)).
  static func syncFolder(of path: String) throws(FileError) {
    let end = path.utf8.lastIndex(of: 0x2F)
    try sync(end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ".")
  }

  private static func sync(_ path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError("open", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw FileError("sync", path) }
  }

  /// Makes the folder `path` (0700) unless it is there.
  static func makeFolder(_ path: String) throws(FileError) {
    guard mkdir(path, 0o700) != 0 else { return }
    let code = errno
    guard code == EEXIST, isFolder(path) else {
      throw FileError("make the folder", path, code: code == EEXIST ? ENOTDIR : code)
    }
  }

  /// Renames `path` to `path.old`, in place of an earlier one, if it is longer than `bytesMax`.
  static func setAside(_ path: String, bytesMax: Int64) throws(FileError) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_size > bytesMax else { return }
    guard rename(path, path + ".old") == 0 else { throw FileError("rename", path) }
  }

  /// True for a folder, or a link to one.
  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The path from the root, without links and dots. `path` must be there.
  static func absolutePath(_ path: String) throws(FileError) -> String {
    guard let resolved = realpath(path, nil) else { throw FileError("find", path) }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func read(
    _ descriptor: CInt, bytesMax: Int, _ path: String
  ) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: min(bytesMax, 64 * 1024))
    while bytes.count < bytesMax {
      let count = Glibc.read(descriptor, &chunk, min(chunk.count, bytesMax - bytes.count))
      if count == 0 { break }
      if count > 0 {
        bytes += chunk[..<count]
      } else if errno != EINTR {
        throw FileError("read", path)
      }
    }
    return bytes
  }
}
