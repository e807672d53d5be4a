internal import CHiredis
import Glibc

/// A non-blocking stream socket to Redis, opened by hiredis (which knows its options: no delay,
/// keep-alive) and then owned by this value alone; `close` ends it.
struct RedisSocket {
  enum Target: Equatable {
    case unix(path: String)
    /// `address` is numeric: nothing is looked up here.
    case tcp(address: String, port: Int)
  }

  /// What a read or a write did.
  enum Transfer {
    case bytes(Int)
    /// Nothing there to read, or no room to write, for now.
    case blocked
    case ended(reason: String)
  }

  let descriptor: CInt

  /// Starts connecting; the socket becomes writable when that succeeded or failed: see
  /// `connectError`.
  init(connectingTo target: Target) throws(RedisError) {
    let context =
      switch target {
      case .unix(let path): redisConnectUnixNonBlock(path)
      case .tcp(let address, let port): redisConnectNonBlock(address, CInt(port))
      }
    guard let context else { throw .unavailable(reason: "out of memory") }
    if context.pointee.err == 0, case .tcp = target { redisEnableKeepAlive(context) }
    guard context.pointee.err == 0 else {
      let text = withUnsafeBytes(of: context.pointee.errstr) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      redisFree(context)
      throw .unavailable(reason: "cannot connect: \(text)")
    }
    descriptor = redisFreeKeepFd(context)
    // hiredis does not ask for it, and a child process must not inherit the connection.
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  func close() {
    Glibc.close(descriptor)
  }

  /// The errno of the finished attempt to connect, 0 for success (connect(2), EINPROGRESS). Reading
  /// it clears it.
  func connectError() -> CInt {
    var code: CInt = 0
    var size = socklen_t(MemoryLayout<CInt>.size)
    return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0 ? code : errno
  }

  func receive(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
    transfer { recv(descriptor, buffer.baseAddress, buffer.count, 0) }
  }

  /// `bytes` is not empty.
  func send(_ bytes: UnsafeRawBufferPointer) -> Transfer {
    // A peer that is gone is an error here, not a SIGPIPE for the process.
    transfer { Glibc.send(descriptor, bytes.baseAddress, bytes.count, CInt(MSG_NOSIGNAL)) }
  }

  private func transfer(_ operation: () -> Int) -> Transfer {
    while true {
      let count = operation()
      if count > 0 { return .bytes(count) }
      if count == 0 { return .ended(reason: "Redis closed the connection") }
      switch errno {
      case EINTR: continue
      case EAGAIN: return .blocked
      default: return .ended(reason: "connection lost: \(Self.text(ofError: errno))")
      }
    }
  }

  static func text(ofError code: CInt) -> String { String(cString: strerror(code)) }
}
