internal import CLinux
import Faults
import Glibc

/// The system calls of this target, all made here: a call that a signal interrupted is repeated,
/// any other failure becomes a `BlobError`. Paths are relative to an open folder. Any thread; all
/// of them may block.
///
/// Tests set `fault` to let calls fail that would not fail by themselves: it is asked before each
/// call and answers the errno to fail with, or nil.
struct SystemCalls: Sendable {
  var fault: (@Sendable (BlobError.Operation) -> CInt?)?

  func open(
    _ path: String, in folder: CInt, _ flags: CInt, mode: mode_t = 0
  ) throws(BlobError) -> CInt {
    // O_NONBLOCK: should someone put a FIFO in a file's place, opening it must not wait for a
    // writer. For files it means nothing (open(2)).
    let flags = flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
    return CInt(try perform(.open, path) { Int(openat(folder, path, flags, mode)) })
  }

  /// Errors of close(2) are of no use here: what must be on disk was synced before, and a
  /// descriptor is gone after EINTR too.
  func close(_ descriptor: CInt) { _ = Glibc.close(descriptor) }

  /// Writes all of `bytes` at the file's position.
  func write(_ bytes: ArraySlice<UInt8>, to file: CInt, _ path: String) throws(BlobError) {
    var written = 0
    while written < bytes.count {
      let start = written
      written += try perform(.write, path) {
        bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress! + start, $0.count - start) }
      }
    }
  }

  /// Writes the block's whole alignments at the file's position: how many bytes.
  func write(aligned block: Block, to file: CInt, _ path: String) throws(BlobError) -> Int {
    try block.drain { bytes throws(BlobError) in
      try perform(.write, path) { Glibc.write(file, bytes.baseAddress!, bytes.count) }
    }
  }

  /// Whether writes of whole blocks go past the page cache (O_DIRECT, open(2)); false where the file
  /// system cannot.
  func setDirect(_ file: CInt, _ isDirect: Bool) -> Bool {
    let flags = fcntl(file, F_GETFL)
    let direct = CInt(PICBED_O_DIRECT)
    return fcntl(file, F_SETFL, isDirect ? flags | direct : flags & ~direct) == 0
  }

  /// Up to `count` bytes from `offset`; fewer only at the file's end.
  func read(
    _ file: CInt, _ path: String, from offset: Int64, count: Int
  ) throws(BlobError) -> [UInt8] {
    var error: BlobError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      do throws(BlobError) {
        while initializedCount < count {
          let done = initializedCount
          let read = try perform(.read, path) {
            pread(file, buffer.baseAddress! + done, count - done, off_t(offset) + done)
          }
          if read == 0 { break }
          initializedCount += read
        }
      } catch let failure { error = failure }
    }
    if let error { throw error }
    return bytes
  }

  /// Whether reading the byte at `offset` would not wait for the disk: the system has it in memory, or
  /// cannot tell (preadv2(2)).
  func isInMemory(_ file: CInt, at offset: Int64) -> Bool {
    var byte: UInt8 = 0
    return withUnsafeMutableBytes(of: &byte) { byte in
      var part = iovec(iov_base: byte.baseAddress, iov_len: 1)
      return preadv2(file, &part, 1, off_t(offset), CInt(PICBED_RWF_NOWAIT)) >= 0
        || errno != EAGAIN
    }
  }

  /// Waits until the file's bytes and its size are on disk (fdatasync(2)). After an error nobody
  /// knows what is there, and a second call may succeed without having written it: the file must be
  /// given up.
  func sync(_ file: CInt, _ path: String) throws(BlobError) {
    _ = try perform(.sync, path) { Int(fdatasync(file)) }
  }

  /// Has the disk begin to take bytes of the file, without waiting for it (sync_file_range(2)). Promises
  /// nothing, and what goes wrong is told by `sync`.
  func startWriteback(_ file: CInt, from start: Int64, to end: Int64) {
    _ = sync_file_range(
      file, off_t(start), off_t(end - start), UInt32(PICBED_SYNC_FILE_RANGE_WRITE))
  }

  /// Waits until the entries of a folder are on disk: a new, renamed or made entry survives a power
  /// cut only then (fsync(2)).
  func syncFolder(_ path: String, in root: CInt) throws(BlobError) {
    let folder = try open(path, in: root, O_RDONLY | O_DIRECTORY)
    defer { close(folder) }
    do throws(BlobError) {
      _ = try perform(.sync, path) { Int(fsync(folder)) }
    } catch let error where error.errno == EINVAL {
      // A file system that does not know this; it then keeps its entries in order in its own way.
    }
  }

  /// A second name for a file (link(2)); fails with EEXIST where one is there.
  func link(
    _ path: String, in folder: CInt, to newPath: String, in newFolder: CInt
  ) throws(BlobError) {
    _ = try perform(.link, newPath) { Int(linkat(folder, path, newFolder, newPath, 0)) }
  }

  /// Renames, replacing what has the new name, in one step (rename(2)).
  func rename(
    _ path: String, in folder: CInt, to newPath: String, in newFolder: CInt
  ) throws(BlobError) {
    _ = try perform(.rename, newPath) { Int(renameat(folder, path, newFolder, newPath)) }
  }

  /// False where there was no such file.
  @discardableResult
  func remove(_ path: String, in folder: CInt, isFolder: Bool = false) throws(BlobError) -> Bool {
    do throws(BlobError) {
      _ = try perform(.remove, path) { Int(unlinkat(folder, path, isFolder ? AT_REMOVEDIR : 0)) }
      return true
    } catch let error where error.errno == ENOENT { return false }
  }

  /// False where there is a folder, or something else, already.
  @discardableResult
  func makeFolder(_ path: String, in root: CInt) throws(BlobError) -> Bool {
    do throws(BlobError) {
      _ = try perform(.makeFolder, path) { Int(mkdirat(root, path, 0o700)) }
      return true
    } catch let error where error.errno == EEXIST { return false }
  }

  /// What a name stands for, links not followed; nil where there is nothing.
  func examine(_ path: String, in folder: CInt) throws(BlobError) -> stat? {
    var status = stat()
    do throws(BlobError) {
      _ = try perform(.examine, path) { Int(fstatat(folder, path, &status, AT_SYMLINK_NOFOLLOW)) }
      return status
    } catch let error where error.errno == ENOENT { return nil }
  }

  func examine(_ file: CInt, _ path: String) throws(BlobError) -> stat {
    var status = stat()
    _ = try perform(.examine, path) { Int(fstat(file, &status)) }
    return status
  }

  /// Takes the lock of an open file or folder for this descriptor; false where another has it
  /// (flock(2)). The system lets go of it when the descriptor is closed, however the process ends.
  func tryLock(_ file: CInt) -> Bool {
    while true {
      if flock(file, LOCK_EX | LOCK_NB) == 0 { return true }
      if errno != EINTR { return false }
    }
  }

  private func perform(
    _ operation: BlobError.Operation, _ path: String, _ call: () -> Int
  ) throws(BlobError) -> Int {
    while true {
      let result: Int
      let code: CInt
      if let fault = fault?(operation) ?? operation.faultPoint?.failure {
        (result, code) = (-1, fault)
      } else {
        result = call()
        code = errno
      }
      if result >= 0 { return result }
      if code != EINTR { throw BlobError(operation: operation, path: path, errno: code) }
    }
  }
}

extension stat {
  var isFile: Bool { st_mode & S_IFMT == S_IFREG }
  var isFolder: Bool { st_mode & S_IFMT == S_IFDIR }
}
