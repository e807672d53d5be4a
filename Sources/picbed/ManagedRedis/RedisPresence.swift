internal import CLinux
import Events
import Glibc

/// Whether a redis-server works in a folder: one of a former picbed that is still writing out its
/// data, or one that somebody started there by hand. Two on one append-only file would ruin it.
/// Blocking; for the start.
struct RedisPresence {
  /// How long a start waits for a former redis-server to end.
  static let endMillisecondsMax: Int64 = 10_000
  private static let pollMicroseconds: UInt32 = 10_000

  let folder: RedisFolder

  /// Waits for the end of a redis-server that works there; throws when it does not end in time.
  /// `onWait` is called once, if there is one.
  func waitForNone(
    millisecondsMax: Int64 = endMillisecondsMax, onWait: () -> Void
  ) throws(PicbedError) {
    let deadline = Clock.monotonicMilliseconds + millisecondsMax
    var hasWaited = false
    while isLocked || accepts {
      guard Clock.monotonicMilliseconds < deadline else {
        throw .start(
          """
          another redis-server still works in \(folder.path) \
          (redis-cli -s \(folder.socket) shutdown would end it)
          """)
      }
      if !hasWaited { onWait() }
      hasWaited = true
      usleep(Self.pollMicroseconds)
    }
  }

  /// A managed redis-server, or a child that it forked, holds the lock.
  var isLocked: Bool {
    let descriptor = open(folder.lock, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  /// Somebody listens on the socket.
  var accepts: Bool {
    let type =
      CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_UNIX, type, 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // It fits, with its NUL: `RedisFolder` has checked.
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: folder.socket.utf8) }
    let code = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    // EAGAIN: alive, with a full backlog.
    return code == 0 || errno == EAGAIN
  }
}
