internal import CLinux
import Events
import Glibc

/// A client on an encrypted port until it is known as one: from accept to the end of the handshake,
/// then it becomes a connection. Loop-bound. It owns the descriptor until `release` or `close`.
final class TLSHandshake: IOHandling {
  enum Step: Equatable {
    case underWay
    case done
    /// The first byte is none of TLS: most likely a plain HTTP request.
    case plain
    case failed(reason: String)
  }

  /// A handshake record's type (RFC 8446 §5.1): every client begins with one.
  private static let recordType: UInt8 = 22

  let descriptor: CInt
  let remote: SocketAddress
  let port: Port
  let session: TLSSession
  /// Monotonic milliseconds at which it is given up, however slowly its bytes come.
  let deadline: Int64
  /// Where `TLSHandshakes` keeps it in its list.
  var slot = 0
  private var hasBegun = false
  private var watcher: IOWatcher?
  private unowned let owner: TLSHandshakes

  init(
    owner: TLSHandshakes, descriptor: CInt, remote: SocketAddress, port: Port, context: TLSContext,
    deadline: Int64
  ) {
    self.owner = owner
    self.descriptor = descriptor
    self.remote = remote
    self.port = port
    self.deadline = deadline
    session = TLSSession(context, descriptor: descriptor)
    watcher = IOWatcher(loop: owner.loop, descriptor: descriptor, handler: self)
    watcher?.setReading(true)
  }

  func readable() { enqueue() }
  func writable() { enqueue() }

  /// One step, when it is this one's turn.
  func step() -> Step {
    if !hasBegun {
      var first: UInt8 = 0
      let count = recv(descriptor, &first, 1, CInt(MSG_PEEK))
      guard count > 0 else { return .failed(reason: "the peer has gone") }
      if first != Self.recordType { return .plain }
      hasBegun = true
    }
    switch session.handshake() {
    case .done: return .done
    case .wantsReading: watcher?.setReading(true)
    case .wantsWriting: watcher?.setWriting(true)
    case .failed(let reason): return .failed(reason: reason)
    }
    return .underWay
  }

  /// Stops watching; the descriptor is the caller's.
  func release() -> CInt {
    watcher?.close()
    watcher = nil
    return descriptor
  }

  func close() { Glibc.close(release()) }

  /// The socket is ready: nothing is watched until the step is made.
  private func enqueue() {
    watcher?.setReading(false)
    watcher?.setWriting(false)
    owner.enqueue(self)
  }
}
