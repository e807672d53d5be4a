internal import CLinux
import Glibc

/// A listening TCP socket on one loop. Each serving loop has its own on the same address (SO_REUSEPORT), and
/// the kernel spreads the connections over them.
package final class Listener: IOHandling {
  private static let backlog: CInt = 4096
  /// Connections taken in one turn, so that a flood of new ones does not starve the old.
  private static let acceptsPerTurnMax = 64
  /// How long the listener rests when the kernel gives it nothing: else the loop would spin on a socket that
  /// stays readable.
  private static let restMilliseconds = 100

  package let address: SocketAddress
  private let loop: EventLoop
  /// For handing the socket to another process. Valid until `close`.
  package let descriptor: CInt
  private let onAccept: (CInt, SocketAddress) -> Void
  private let onExhausted: (CInt) -> Void
  private var watcher: IOWatcher?
  private var rest: LoopEvent?
  /// Given up for a moment when the process is out of descriptors, so that those who wait hear of it at once and
  /// not when their patience ends.
  private var reserve: CInt
  /// What the reserve is made from.
  private let nullDevice = open("/dev/null", O_RDONLY | O_CLOEXEC)

  /// Listens at `address` (port 0: the kernel chooses; see `self.address`). `onAccept` owns the new
  /// non-blocking descriptor; it is called on the loop's thread. `onExhausted` is called with a descriptor that the
  /// process has no room for: it may say a last word into it; the listener closes it.
  package convenience init(
    loop: EventLoop, address wanted: SocketAddress,
    onAccept: @escaping (CInt, SocketAddress) -> Void,
    onExhausted: @escaping (CInt) -> Void = { _ in }
  ) throws(EventError) {
    let descriptor = try Self.bound(wanted, reusingPort: true)
    guard listen(descriptor, Self.backlog) == 0 else {
      let error = EventError("listen on \(wanted)")
      Glibc.close(descriptor)
      throw error
    }
    self.init(
      loop: loop, inheriting: descriptor, at: wanted, onAccept: onAccept, onExhausted: onExhausted)
  }

  /// Goes on with a socket that listens already, which another process made: what waits in its queue
  /// is not lost when that one closes its own descriptor.
  package init(
    loop: EventLoop, inheriting descriptor: CInt, at wanted: SocketAddress,
    onAccept: @escaping (CInt, SocketAddress) -> Void,
    onExhausted: @escaping (CInt) -> Void = { _ in }
  ) {
    self.loop = loop
    self.onAccept = onAccept
    self.onExhausted = onExhausted
    self.descriptor = descriptor
    address = Self.address(of: descriptor) ?? wanted
    if address.ip?.isLoopback == true { Self.stopPacing(descriptor) }
    reserve = Self.copy(nullDevice)
    watcher = IOWatcher(loop: loop, descriptor: descriptor, handler: self)
    watcher?.setReading(true)
  }

  /// Fails when somebody else listens at `address` already. SO_REUSEPORT would let two servers of one user
  /// share a port unnoticed, so a start checks with a socket that does not share.
  package static func checkFree(_ address: SocketAddress) throws(EventError) {
    Glibc.close(try bound(address, reusingPort: false))
  }

  /// Where a listening socket is bound.
  package static func address(of descriptor: CInt) -> SocketAddress? {
    SocketAddress.local(of: descriptor)
  }

  /// Stops accepting and closes the socket. Connections that wait in its queue are reset, unless
  /// another process has the socket too.
  package func close() {
    guard let watcher else { return }
    watcher.close()
    self.watcher = nil
    rest = nil
    Glibc.close(descriptor)
    if reserve >= 0 { Glibc.close(reserve) }
    if nullDevice >= 0 { Glibc.close(nullDevice) }
  }

  package func readable() {
    for _ in 0..<Self.acceptsPerTurnMax {
      guard watcher != nil else { return }
      let (remote, taken) = SocketAddress.accept(descriptor)
      if taken >= 0 {
        onAccept(taken, remote)
        continue
      }
      switch errno {
      case EINTR, ECONNABORTED: continue
      case EAGAIN: return
      case EMFILE where reserve >= 0, ENFILE where reserve >= 0: refuseOne()
      default: return takeRest()
      }
    }
  }

  /// Out of descriptors: the reserve makes room to take one connection and send it away. The new reserve takes its
  /// number in one step, so that no other thread takes it between, for a connection that would then wait long.
  private func refuseOne() {
    Glibc.close(reserve)
    let taken = SocketAddress.accept(descriptor).1
    if taken >= 0 {
      onExhausted(taken)
      if dup3(nullDevice, taken, O_CLOEXEC) == taken {
        reserve = taken
        return
      }
      Glibc.close(taken)
    }
    // Without a reserve the listener rests until there is one again.
    reserve = Self.copy(nullDevice)
  }

  private static func copy(_ descriptor: CInt) -> CInt {
    fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
  }

  private func takeRest() {
    watcher?.setReading(false)
    rest = loop.after(milliseconds: Self.restMilliseconds) { [unowned self] in
      if reserve < 0 { reserve = Self.copy(nullDevice) }
      watcher?.setReading(true)
    }
  }

  package func writable() {}

  private static func bound(
    _ address: SocketAddress, reusingPort: Bool
  ) throws(EventError) -> CInt {
    let type =
      CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(address.family, type, 0)
    guard descriptor >= 0 else { throw EventError("socket") }
    var on: CInt = 1
    let size = socklen_t(MemoryLayout<CInt>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, size)
    if reusingPort { setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, size) }
    // Accepted sockets inherit both (tcp(7)).
    setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &on, size)
    setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, size)
    guard address.withPointer({ bind(descriptor, $0, $1) }) == 0 else {
      let error = EventError("cannot listen on \(address)")
      Glibc.close(descriptor)
      throw error
    }
    return descriptor
  }

  /// Many systems send with BBR, which paces by a timer. Within the machine, where a reverse proxy is the
  /// client, there is no path whose speed must be found out, and the timers took more than half of the CPU
  /// of serving a blob of 256 KB. Reno, which every kernel has and lets everyone use, sends at once (tcp(7)).
  /// Inherited by accepted sockets.
  private static func stopPacing(_ descriptor: CInt) {
    let name = "reno"
    setsockopt(
      descriptor, CInt(IPPROTO_TCP), TCP_CONGESTION, name, socklen_t(name.utf8.count))
  }
}
