import ArgumentParser
import Events
import Glibc
import Logging

/// `picbed redis-keeper …`, which picbed runs itself: runs the managed redis-server for as long as
/// any picbed holds the other end of its line.
///
/// A process of its own, because a redis-server must not die with the picbed that started it when
/// another has taken over from it, and must die with the last one, however that ends. The kernel
/// closes a dead process's ends of the line, so the keeper needs no pids and no polling.
struct RedisKeeperCommand: ParsableCommand {
  static let commandName = "redis-keeper"
  /// Where the starting picbed leaves the line.
  static let lineDescriptor: CInt = 3

  static let configuration = CommandConfiguration(
    commandName: commandName,
    abstract: "Keep the managed redis-server running. For picbed's own use.",
    shouldDisplay: false)

  @Argument var dataFolder: String
  @Argument var program: String
  @Argument(transform: Durability.init(parsing:)) var durability: Durability
  @Argument(transform: LogFormat.init(parsing:)) var logFormat: LogFormat
  @Argument(transform: Logger.Level.init(parsing:)) var logLevel: Logger.Level

  func run() throws {
    umask(0o077)
    // It ends by its line, not by a signal that is meant for the whole group of processes.
    for number in [SIGTERM, SIGINT, SIGHUP, SIGPIPE] { signal(number, SIG_IGN) }
    let line = PacketSocket(owning: Self.lineDescriptor)
    let format = logFormat
    let sink = try LogSink(StandardStream(descriptor: line.descriptor)) { lines in
      LogLine(
        time: Clock.wallMilliseconds, level: .warning, source: "log", message: "lines were dropped",
        metadata: [("lines", "\(lines)")]
      ).bytes(format)
    }
    defer { sink.flush() }
    let logger = Logger(label: "redis-keeper", level: logLevel, format: format, sink: sink)
    let loop = try EventLoop(name: Self.commandName)
    let redis = ManagedRedis(
      folder: RedisFolder(of: dataFolder), program: program, durability: durability,
      logger: logger)
    do throws(PicbedError) { try redis.start() } catch {
      sink.flush()
      line.send(KeeperPacket.failed(error.message).bytes)
      throw ExitCode.failure
    }
    line.send(KeeperPacket.ready.bytes)
    let keeping = RedisKeeping(line: line, redis: redis, loop: loop)
    loop.execute { keeping.begin() }
    loop.run()
  }
}

/// The keeper at work: runs Redis until the line says to stop, or ends.
///
/// `@unchecked Sendable`: travels from the main thread to its loop, which is the same thread.
private final class RedisKeeping: IOHandling, @unchecked Sendable {
  private let line: PacketSocket
  private let redis: ManagedRedis
  private let loop: EventLoop
  private var watcher: IOWatcher?

  init(line: PacketSocket, redis: ManagedRedis, loop: EventLoop) {
    self.line = line
    self.redis = redis
    self.loop = loop
  }

  func begin() {
    redis.watch(on: loop)
    watcher = IOWatcher(loop: loop, descriptor: line.descriptor, handler: self)
    watcher?.setReading(true)
  }

  func readable() {
    switch line.receive() {
    case .nothingYet: return
    case .packet(let packet) where KeeperPacket(packet.bytes) != .stop: return
    case .packet, .end: stop()
    }
  }

  func writable() {}

  private func stop() {
    watcher?.close()
    watcher = nil
    redis.stop { [loop] in loop.stop() }
  }
}
