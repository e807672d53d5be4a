import Dispatch
import Foundation
import Synchronization
import TestSupport

/// A TCP line to a server that a test can let stand still or cut, as a bad network does. It owns its sockets; any
/// thread.
final class Line: Sendable {
  let port: UInt16
  private let listener: CInt
  private let target: UInt16
  private let state = Mutex(State())

  private struct State {
    var sockets: Set<CInt> = []
    /// What clients may still send; nil is no limit.
    var bytesLeft: Int?
    var isCut = false
    var turnedAway = 0
  }

  /// How many connections came while it was cut.
  var turnedAway: Int { state.withLock { $0.turnedAway } }

  init(to target: UInt16) throws {
    self.target = target
    listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    var address = Self.address(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let opened = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 64) == 0
          && getsockname(listener, $0, &length) == 0
      }
    }
    guard opened else { throw SystemError("listen", errno) }
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [weak self] in
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0, let self else {
          if client >= 0 { close(client) }
          return
        }
        self.connect(client)
      }
    }
  }

  deinit {
    shutdown(listener, CInt(SHUT_RDWR))
    close(listener)
    for socket in state.withLock({ $0.sockets }) { shutdown(socket, CInt(SHUT_RDWR)) }
  }

  /// Lets so many more bytes of clients pass, then none until `restore`.
  func stop(afterBytes bytes: Int) { state.withLock { $0.bytesLeft = bytes } }

  /// Ends every connection and takes no new one.
  func cut() {
    state.withLock { state in
      state.isCut = true
      for socket in state.sockets { shutdown(socket, CInt(SHUT_RDWR)) }
    }
  }

  func restore() {
    state.withLock { state in
      state.isCut = false
      state.bytesLeft = nil
    }
  }

  private static func address(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = port.bigEndian
    return address
  }

  private func connect(_ client: CInt) {
    let server = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    var address = Self.address(target)
    let isConnected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    let isOpen = state.withLock { state in
      if isConnected && !state.isCut { state.sockets.formUnion([client, server]) }
      if state.isCut { state.turnedAway += 1 }
      return isConnected && !state.isCut
    }
    guard isOpen else {
      close(client)
      close(server)
      return
    }
    Thread.detachNewThread { [self] in
      let back = DispatchSemaphore(value: 0)
      Thread.detachNewThread { [self] in
        pump(from: server, to: client, isCounted: false)
        back.signal()
      }
      pump(from: client, to: server, isCounted: true)
      back.wait()
      state.withLock { $0.sockets.subtract([client, server]) }
      close(client)
      close(server)
    }
  }

  /// Passes bytes on until one side ends; then ends the other.
  private func pump(from source: CInt, to sink: CInt, isCounted: Bool) {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = recv(source, &buffer, buffer.count, 0)
      guard count > 0, !isCounted || waitForLeave(count) else { break }
      var sent = 0
      while sent < count {
        let some = buffer.withUnsafeBytes {
          send(sink, $0.baseAddress! + sent, count - sent, CInt(MSG_NOSIGNAL))
        }
        guard some > 0 else { break }
        sent += some
      }
      guard sent == count else { break }
    }
    shutdown(sink, CInt(SHUT_RDWR))
    shutdown(source, CInt(SHUT_RDWR))
  }

  /// Waits until `count` bytes may pass; false once the line is cut.
  private func waitForLeave(_ count: Int) -> Bool {
    while true {
      let answer: Bool? = state.withLock { state in
        if state.isCut { return false }
        guard let left = state.bytesLeft else { return true }
        guard left > 0 else { return nil }
        state.bytesLeft = left - count
        return true
      }
      if let answer { return answer }
      usleep(5_000)
    }
  }
}
