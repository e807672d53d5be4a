import Glibc
import Synchronization

/// A real redis-server of a test's own, on a unix socket in a fresh folder, without persistence
/// unless `options` ask for it. It ends with this object. May be used from any thread.
package final class RedisServer: Sendable {
  /// A cluster's only node calls itself available two seconds after its start at the earliest.
  private static let startSecondsMax = 20.0
  private static let stopSecondsMax = 10.0
  /// Another process may take a free port between its choice and its use.
  private static let startAttemptsMax = 3

  package let socketPath: String
  private let folder: TemporaryFolder
  private let isCluster: Bool
  private let options: [String]
  private let running: Mutex<Running>

  private struct Running {
    var child: ChildProcess
    var port: UInt16?
  }

  /// Starts a server and waits until it answers.
  /// - Parameters:
  ///   - cluster: in cluster mode, as the one node that owns every hash slot.
  ///   - tcp: on a free TCP port of 127.0.0.1 too; a cluster always is.
  ///   - options: further arguments of redis-server, such as `["--maxmemory", "1mb"]`.
  package init(cluster: Bool = false, tcp: Bool = false, options: [String] = []) throws {
    folder = try TemporaryFolder()
    socketPath = folder / "redis.sock"
    isCluster = cluster
    self.options = options
    do {
      running = Mutex(
        try Self.start(in: folder, cluster: cluster, tcp: tcp || cluster, options: options))
    } catch {
      folder.remove()
      throw error
    }
  }

  deinit { stop() }

  package var pid: pid_t { running.withLock { $0.child.pid } }

  /// The TCP port, if it has one. A restart may change it.
  package var port: UInt16? { running.withLock { $0.port } }

  /// A new connection to it.
  package func probe() throws(RedisProbeError) -> RedisProbe {
    try RedisProbe(socketPath: socketPath)
  }

  /// Sends a signal: SIGSTOP and SIGCONT make it hang and go on.
  package func send(_ signal: CInt) { running.withLock { $0.child.send(signal) } }

  /// Ends it without warning, and returns when it is gone.
  package func kill() { end(by: SIGKILL) }

  /// Starts it again on the same socket after `kill`, and waits until it answers. What it held is
  /// there only if the options ask for persistence.
  package func restart() throws {
    kill()
    try running.withLock { running in
      running = try Self.start(
        in: folder, cluster: isCluster, tcp: running.port != nil, options: options)
    }
  }

  /// Ends it and removes its folder. For good.
  package func stop() {
    send(SIGCONT)
    end(by: SIGTERM)
    folder.remove()
  }

  private func end(by signal: CInt) {
    running.withLock { running in
      running.child.send(signal)
      if running.child.wait(seconds: Self.stopSecondsMax) == nil {
        running.child.send(SIGKILL)
        _ = running.child.wait(seconds: Self.stopSecondsMax)
      }
    }
  }

  private static func start(
    in folder: TemporaryFolder, cluster: Bool, tcp: Bool, options: [String]
  ) throws -> Running {
    var attempt = 1
    while true {
      do {
        return try startOnce(in: folder, cluster: cluster, tcp: tcp, options: options)
      } catch {
        if !tcp || attempt == startAttemptsMax { throw error }
        attempt += 1
      }
    }
  }

  private static func startOnce(
    in folder: TemporaryFolder, cluster: Bool, tcp: Bool, options: [String]
  ) throws -> Running {
    let socketPath = folder / "redis.sock"
    let port = tcp ? try freePort() : nil
    var arguments = [
      "--dir", folder.path, "--unixsocket", socketPath, "--bind", "127.0.0.1",
      "--port", "\(port ?? 0)", "--save", "", "--appendonly", "no",
    ]
    if cluster {
      let busPort = "\(try freePort())"
      arguments += ["--cluster-enabled", "yes", "--cluster-port", busPort]
    }
    let child = try ChildProcess(
      "redis-server", arguments + options,
      outputPath: folder / "redis.log", errorPath: folder / "redis.err")
    do {
      let hasAnswered = try eventually(within: startSecondsMax) {
        if let ending = child.poll() {
          throw RedisProbeError(
            description: "redis-server ended, \(ending): \(child.output)\(child.errors)")
        }
        return isReady(socketPath)
      }
      guard hasAnswered else { throw RedisProbeError(description: "redis-server does not answer") }
      if cluster { try takeAllSlots(RedisProbe(socketPath: socketPath)) }
    } catch {
      child.send(SIGKILL)
      _ = child.wait(seconds: stopSecondsMax)
      throw error
    }
    return Running(child: child, port: port)
  }

  /// True when it answers, and is not still loading what it had stored.
  private static func isReady(_ socketPath: String) -> Bool {
    switch try? RedisProbe(socketPath: socketPath).command("PING") {
    case .status: true
    // One with a password answers nothing else to strangers.
    case .error(let text): text.hasPrefix("NOAUTH")
    default: false
    }
  }

  private static func takeAllSlots(_ probe: RedisProbe) throws {
    // After a restart the node has them already; "cluster_state:ok" is what counts.
    try probe.command("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
    let isWhole = try eventually(within: startSecondsMax) {
      try probe.command("CLUSTER", "INFO").text?.contains("cluster_state:ok") == true
    }
    guard isWhole else { throw RedisProbeError(description: "the cluster does not get ready") }
  }

  /// A TCP port that nobody listens on at this moment.
  private static func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SystemError("socket", errno) }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let failed = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(descriptor, generic, length) != 0 || getsockname(descriptor, generic, &length) != 0
      }
    }
    if failed { throw SystemError("bind", errno) }
    return UInt16(bigEndian: address.sin_port)
  }
}
