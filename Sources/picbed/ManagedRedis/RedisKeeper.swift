import Events
import Glibc
import Logging
import RedisClient

/// The managed redis-server, seen from a picbed: the line to the process that keeps it running
/// (`RedisKeeperCommand`), which this picbed started or was handed by the one before it.
///
/// Belongs to the main thread.
final class RedisKeeper: IOHandling {
  /// The keeper bounds its own waits (for a former redis-server to end, for the new one to accept);
  /// this is more than their sum.
  private static let startMillisecondsMax = 30_000
  private static let restartMilliseconds = 500

  struct Settings {
    /// Absolute.
    var dataFolder: String
    var program: String?
    var durability: Durability
    var logFormat: LogFormat
    var logLevel: Logger.Level
  }

  let endpoint: RedisEndpoint
  private let settings: Settings
  private let program: String
  private let folder: RedisFolder
  private let logger: Logger
  private let logSink: LogSink
  private var line: PacketSocket
  /// Nil for a keeper that another picbed started.
  private var child: ChildProcess?
  private var loop: EventLoop?
  private var watcher: IOWatcher?
  private var timer: LoopEvent?
  private var onStopped: (() -> Void)?

  /// Takes over the keeper at the other end of `handed`, or starts one and waits until its Redis
  /// accepts connections. Blocks; before the main loop runs.
  init(
    _ settings: Settings, handed: PacketSocket?, logger: Logger, logSink: LogSink
  ) throws(PicbedError) {
    self.settings = settings
    self.logger = logger
    self.logSink = logSink
    let searchPath = ProcessEnvironment.variables["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    program = try RedisProgram.find(settings.program, searchPath: searchPath)
    folder = try RedisFolder(in: settings.dataFolder)
    endpoint = .unix(path: folder.socket)
    if let handed {
      line = handed
      return
    }
    do throws(FileError) {
      (line, child) = try Self.spawn(settings, program, folder)
    } catch {
      throw .start("\(error)")
    }
    try waitUntilReady()
  }

  /// From now on what the keeper logs is logged, and a keeper that dies has a successor. On the
  /// main loop.
  func watch(on loop: EventLoop) {
    self.loop = loop
    watchLine()
  }

  /// Ends the keeper and its Redis. `onStopped` is called when both are gone. On the main loop,
  /// after `watch`; once.
  func stop(_ onStopped: @escaping () -> Void) {
    self.onStopped = onStopped
    timer = nil
    guard watcher != nil else { return finishStop() }
    line.send(KeeperPacket.stop.bytes)
  }

  /// The line, for the picbed that takes over. Its copy keeps Redis running from now on.
  var descriptor: CInt { line.descriptor }

  /// Another picbed looks after the keeper now. The line stays open until this picbed ends: what is
  /// under way here needs Redis too.
  func handOver() {
    watcher?.close()
    watcher = nil
  }

  func readable() {
    while watcher != nil {
      switch line.receive() {
      case .nothingYet: return
      case .packet(let packet):
        switch KeeperPacket(packet.bytes) {
        case .log(let lines): logSink.write(lines)
        case .failed(let reason): logger.error("\(reason)")
        case .ready, .stop: break
        }
      case .end: lineEnded()
      }
    }
  }

  func writable() {}

  // MARK: the keeper process

  private func watchLine() {
    guard let loop else { return }
    watcher = IOWatcher(loop: loop, descriptor: line.descriptor, handler: self)
    watcher?.setReading(true)
  }

  private func lineEnded() {
    watcher?.close()
    watcher = nil
    // It closed the line by ending: there is hardly anything to wait for.
    child?.waitForEnd()
    child = nil
    if onStopped != nil { return finishStop() }
    logger.error("the keeper of redis-server has died; a new one is started")
    restartLater()
  }

  private func restartLater() {
    timer = loop?.after(milliseconds: Self.restartMilliseconds) { [unowned self] in
      timer = nil
      do throws(FileError) {
        (line, child) = try Self.spawn(settings, program, folder)
        watchLine()
      } catch {
        logger.error("\(error)")
        restartLater()
      }
    }
  }

  private func finishStop() {
    let onStopped = onStopped
    self.onStopped = nil
    onStopped?()
  }

  private func waitUntilReady() throws(PicbedError) {
    let deadline = Clock.monotonicMilliseconds + Int64(Self.startMillisecondsMax)
    while true {
      let left = Int(deadline - Clock.monotonicMilliseconds)
      switch line.receive(millisecondsMax: max(0, left)) {
      case .nothingYet:
        guard left > 0 else { throw .start("the managed redis-server does not start in time") }
      case .end: throw .start("the keeper of redis-server ended at its start: see \(folder.log)")
      case .packet(let packet):
        switch KeeperPacket(packet.bytes) {
        case .log(let lines): logSink.write(lines)
        case .failed(let reason): throw .start(reason)
        case .ready: return
        case .stop: break
        }
      }
    }
  }

  /// Starts picbed itself as `redis-keeper`.
  private static func spawn(
    _ settings: Settings, _ program: String, _ folder: RedisFolder
  ) throws(FileError) -> (PacketSocket, ChildProcess) {
    let (ours, theirs) = try PacketSocket.pair()
    // It need not know what picbed was told, a password perhaps.
    let environment = ProcessEnvironment.entries.filter { !$0.starts(with: Variable.prefix.utf8) }
    let child = try ChildProcess.start(
      "/proc/self/exe",
      [
        RedisKeeperCommand.commandName, settings.dataFolder, program, settings.durability.rawValue,
        settings.logFormat.rawValue, settings.logLevel.rawValue,
      ], environment: environment, log: folder.log,
      passing: (theirs.descriptor, RedisKeeperCommand.lineDescriptor))
    // Only now may our copy of the keeper's end close.
    return withExtendedLifetime(theirs) { (ours, child) }
  }
}
