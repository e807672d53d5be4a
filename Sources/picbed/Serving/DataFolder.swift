internal import CLinux
import Events
import Glibc

/// The data folder, held by this process: made if it is not there, and locked against a second
/// picbed. The lock lives until the process ends or this object is freed; the kernel takes it back
/// in any case.
final class DataFolder {
  private static let noteBytesMax = 4096

  /// Absolute, without links.
  let path: String
  /// Of the lock file. For handing the lock to another process.
  let descriptor: CInt
  private let command: String

  /// `command` is what the lock file will say. `lock`: the open, locked file of the picbed that this
  /// one takes over from; the lock belongs to both then, and goes with the last (flock(2)).
  init(_ wanted: String, command: String, lock: CInt? = nil) throws(PicbedError) {
    do throws(FileError) {
      try File.makeFolder(wanted)
      path = try File.absolutePath(wanted)
    } catch {
      throw .start("the data folder cannot be used: \(error)")
    }
    if let lock {
      descriptor = lock
      self.command = command
      return
    }
    let lockPath = path + "/picbed.lock"
    // Not over an exec: the managed Redis must not keep the folder.
    descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw .start("the data folder cannot be used: \(FileError("write", lockPath))")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(descriptor)
      throw code == EWOULDBLOCK
        ? Self.inUse(path, lockPath)
        : .start("the data folder cannot be used: \(FileError("lock", lockPath, code: code))")
    }
    self.command = command
    writeNote()
  }

  deinit { close(descriptor) }

  /// Has the lock file say that this process holds it.
  func writeNote() {
    var time: [UInt8] = []
    Timestamp.appendUTC(Clock.wallMilliseconds, to: &time)
    let note = LockNote(
      pid: getpid(), host: Self.hostName, startTime: String(decoding: time, as: UTF8.self),
      command: command)
    // For people only: a full disk here does not keep anyone from serving what is there.
    ftruncate(descriptor, 0)
    _ = Array(note.text.utf8).withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }

  /// Who holds the data folder now; nil where nobody does, or does not say.
  static func holder(of folder: String) -> LockNote? {
    let path = folder + "/picbed.lock"
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK,
      let bytes = try? File.read(path, bytesMax: noteBytesMax)
    else { return nil }
    return LockNote(String(decoding: bytes, as: UTF8.self))
  }

  private static func inUse(_ path: String, _ lockPath: String) -> PicbedError {
    let bytes = (try? File.read(lockPath, bytesMax: noteBytesMax)) ?? []
    guard let note = LockNote(String(decoding: bytes, as: UTF8.self)) else {
      return .start("the data folder \(path) is in use by another picbed")
    }
    let place = note.host == hostName ? "" : " on \(note.host)"
    return .start(
      """
      the data folder \(path) is in use by picbed (pid \(note.pid)\(place), \
      since \(note.startTime))
      """
    )
  }

  private static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
    let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return bytes.isEmpty ? "localhost" : String(decoding: bytes, as: UTF8.self)
  }
}
