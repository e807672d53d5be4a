import Events
import Glibc
import Logging

/// The redis-server that the keeper runs as its child: started before any request, watched, started
/// again when it dies, ended after the last request. What to do when is `RedisSupervision`'s.
///
/// Belongs to the keeper's main thread, which must live as long as the process: the child dies with
/// the thread that started it.
final class ManagedRedis {
  /// How long the first start may take until the socket accepts. Loading a large data set comes
  /// after that.
  private static let startMillisecondsMax: Int64 = 10_000
  private static let pollMicroseconds: UInt32 = 2_000

  private let folder: RedisFolder
  private let program: String
  private let durability: Durability
  private let logger: Logger
  private var supervision = RedisSupervision()
  private var child: ChildProcess?
  private var loop: EventLoop?
  private var childSignal: LoopEvent?
  private var timer: LoopEvent?
  private var onStopped: (() -> Void)?

  /// Starts nothing yet. `program` is a path.
  init(folder: RedisFolder, program: String, durability: Durability, logger: Logger) {
    self.folder = folder
    self.program = program
    self.durability = durability
    self.logger = logger
  }

  /// Starts the child and waits until it accepts connections. Blocks; before the main loop runs.
  func start() throws(PicbedError) {
    let presence = RedisPresence(folder: folder)
    try presence.waitForNone { [logger, folder] in
      logger.notice(
        "waiting for the redis-server of a former run to end",
        metadata: ["folder": "\(folder.path)"])
    }
    try folder.prepare(durability)
    let child: ChildProcess
    do throws(FileError) { child = try spawn() } catch { throw .start("\(error)") }
    let deadline = Clock.monotonicMilliseconds + Self.startMillisecondsMax
    while !presence.accepts {
      if let end = child.takeEnd() {
        self.child = nil
        throw .start("the managed redis-server \(end) at its start: \(lastWords)")
      }
      guard Clock.monotonicMilliseconds < deadline else {
        child.send(SIGKILL)
        throw .start(
          "the managed redis-server does not accept connections: see \(folder.log)")
      }
      usleep(Self.pollMicroseconds)
    }
    logger.info("redis-server runs", metadata: ["pid": "\(child.pid)", "program": "\(program)"])
  }

  /// From now on the child is started again when it ends. On the main loop.
  func watch(on loop: EventLoop) {
    self.loop = loop
    childSignal = loop.onSignal(SIGCHLD) { [unowned self] in reap() }
    // It may have ended before the signal was watched.
    reap()
  }

  /// Ends the child: SIGTERM, and SIGKILL if that takes too long. `onStopped` is called when it is
  /// gone. On the main loop, after `watch`; once.
  func stop(_ onStopped: @escaping () -> Void) {
    self.onStopped = onStopped
    perform(supervision.stop())
  }

  private func reap() {
    guard let child, let end = child.takeEnd() else { return }
    self.child = nil
    let action = supervision.ended(at: Clock.monotonicMilliseconds)
    if case .restart(let milliseconds) = action {
      logger.error(
        """
        redis-server \(end); it is started again in \(milliseconds) ms, and until it answers API \
        calls get 503
        """, metadata: ["pid": "\(child.pid)", "last_log_line": "\(lastWords)"])
    }
    perform(action)
  }

  private func perform(_ action: RedisSupervision.Action) {
    guard let loop else { return }
    switch action {
    case .nothing: break
    case .restart(let milliseconds):
      timer = loop.after(milliseconds: milliseconds) { [unowned self] in
        perform(supervision.restartDue())
      }
    case .start: restart()
    case .terminate(let milliseconds):
      child?.send(SIGTERM)
      timer = loop.after(milliseconds: milliseconds) { [unowned self] in
        perform(supervision.stopOverdue())
      }
    case .kill:
      logger.error(
        "redis-server does not end and is killed", metadata: ["pid": "\(child?.pid ?? 0)"])
      child?.send(SIGKILL)
    case .finished:
      timer = nil
      childSignal = nil
      logger.info("redis-server has ended")
      onStopped?()
      onStopped = nil
    }
  }

  private func restart() {
    do throws(FileError) {
      let child = try spawn()
      logger.notice("redis-server was started again", metadata: ["pid": "\(child.pid)"])
    } catch {
      logger.error("\(error)")
      perform(supervision.startFailed())
    }
  }

  /// Starts picbed itself as `redis-child`, which becomes redis-server. On the main thread.
  private func spawn() throws(FileError) -> ChildProcess {
    let started = try ChildProcess.start(
      "/proc/self/exe",
      [RedisChildCommand.commandName, "\(getpid())", folder.lock, program, folder.configuration],
      environment: ProcessEnvironment.entries, log: folder.log)
    child = started
    supervision.started(at: Clock.monotonicMilliseconds)
    return started
  }

  private var lastWords: String { folder.lastLogLine() ?? "it said nothing in \(folder.log)" }
}
