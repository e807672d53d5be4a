import Foundation
import TestSupport

/// A real file system of a few megabytes (tmpfs) in place of a folder, which a test fills to the last byte.
/// Its owner unmounts it.
final class SmallVolume {
  /// Whether this process may mount; tests that need it are left out where it may not.
  static let isPossible: Bool = {
    guard let folder = try? TemporaryFolder() else { return false }
    defer { folder.remove() }
    guard let volume = try? SmallVolume(at: folder / "volume", kilobytes: 64) else { return false }
    volume.unmount()
    return true
  }()

  private let path: String
  private var filler: String { path + "/filler" }
  private var isMounted = true

  /// Mounts it at `path`. What is in that folder is out of sight until `unmount`.
  init(at path: String, kilobytes: Int) throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try Self.run("mount", ["-t", "tmpfs", "-o", "size=\(kilobytes)k,mode=0700", "tmpfs", path])
  }

  deinit { unmount() }

  /// Takes all the room that is left.
  func fill() throws {
    let file = open(filler, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    guard file >= 0 else { throw SystemError("open \(filler)", errno) }
    defer { close(file) }
    // Again until a moment has brought no more room: the system frees a file's blocks after its name is gone, and
    // picbed sweeps what was deleted.
    repeat { usleep(200_000) } while Self.append(to: file) > 0
  }

  /// How many bytes there was room for.
  private static func append(to file: CInt) -> Int {
    var bytes = [UInt8](repeating: 1, count: 64 << 10)
    var written = 0
    while !bytes.isEmpty {
      let count = write(file, bytes, bytes.count)
      // Less and less, until not one byte more has room.
      if count > 0 { written += count } else { bytes.removeLast((bytes.count + 1) / 2) }
    }
    return written
  }

  /// Gives that room back.
  func free() { unlink(filler) }

  /// Lazily: a process that is still about to end may have files open.
  func unmount() {
    guard isMounted else { return }
    isMounted = false
    try? Self.run("umount", ["-l", path])
  }

  private static func run(_ program: String, _ arguments: [String]) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let process = try ChildProcess(
      program, arguments, outputPath: folder / "out", errorPath: folder / "err")
    guard process.wait(seconds: 20) == .exit(0) else { throw SystemError(program, EPERM) }
  }
}
