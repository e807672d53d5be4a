import Foundation
import RedisClient

/// A server on a unix socket that says what a test has it say, byte by byte: for what a real Redis
/// rarely does.
final class ScriptedRedis: @unchecked Sendable {
  let endpoint: RedisEndpoint
  private let path: String
  private let listening: Int32

  /// Plays `scenes` on a thread: one for each connection, in the order they come. Each ends its
  /// connection.
  init(_ scenes: (@Sendable (Session) -> Void)...) throws {
    path = "/tmp/rc-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).s"
    endpoint = .unix(path: path)
    listening = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let code = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listening, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard code == 0, listen(listening, 8) == 0 else { throw POSIXError(.EADDRINUSE) }
    Thread.detachNewThread { [listening] in
      for scene in scenes {
        let descriptor = accept(listening, nil, nil)
        guard descriptor >= 0 else { return }
        scene(Session(descriptor))
        close(descriptor)
      }
    }
  }

  deinit {
    shutdown(listening, Int32(SHUT_RDWR))
    close(listening)
    unlink(path)
  }

  final class Session {
    private let descriptor: Int32
    private var received: [UInt8] = []

    init(_ descriptor: Int32) {
      self.descriptor = descriptor
    }

    func send(_ wire: String) {
      let bytes = Array(wire.utf8)
      _ = Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// The next command's words; nil when the client is gone.
    func command() -> [String]? {
      guard let count = header() else { return nil }
      var words: [String] = []
      for _ in 0..<count {
        guard let length = header() else { return nil }
        while received.count < length + 2 { guard receive() else { return nil } }
        words.append(String(decoding: received[..<length], as: UTF8.self))
        received.removeFirst(length + 2)
      }
      return words
    }

    /// Answers the handshake of a client without password and database, which has `scripts`
    /// scripts.
    func handshake(scripts: Int = 0) {
      for _ in 0..<scripts {
        _ = command()
        send("$40\r\n\(String(repeating: "a", count: 40))\r\n")
      }
      _ = command()
      send("+PONG\r\n")
    }

    /// The number of a line such as `*3` or `$12`.
    private func header() -> Int? {
      while true {
        if let end = received.firstIndex(of: 10) {
          let line = String(decoding: received[1..<end - 1], as: UTF8.self)
          received.removeFirst(end + 1)
          return Int(line)
        }
        guard receive() else { return nil }
      }
    }

    private func receive() -> Bool {
      var buffer = [UInt8](repeating: 0, count: 65536)
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count > 0 { received += buffer[..<count] }
      return count > 0
    }
  }
}
