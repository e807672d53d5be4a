import Events
import Glibc
import Logging
import RedisClient
import Snapshots

/// Takes the snapshots of a serving picbed, every so often and when asked, on a loop and a thread of
/// its own: what a snapshot waits for, nobody else waits for.
///
/// `@unchecked Sendable`: made, started and stopped by the main loop; what follows `loop` is touched
/// on that loop only.
final class SnapshotSchedule: @unchecked Sendable {
  /// A third of the time the walk rests.
  private static let restPercent: Int64 = 50
  /// A store without any snapshot does not wait longer for its first.
  private static let firstMillisecondsMax: Int64 = 60_000
  private static let delayMillisecondsMin: Int64 = 1_000
  /// Below everything that answers requests (setpriority(2)).
  private static let niceness: Int32 = 10

  private let group: EventLoopGroup
  private let folder: SnapshotFolder
  private let endpoint: RedisEndpoint
  private let retention: Retention
  private let everyMilliseconds: Int64
  private let logger: Logger
  /// Others may do here what nobody waits for.
  var loop: EventLoop { group.loops[0] }
  private var redis: RedisClient?
  private var timer: LoopEvent?
  private var isRunning = false

  /// Starts the thread.
  init(_ context: ServiceContext) throws(EventError) {
    group = try EventLoopGroup(count: 1, name: "snapshot")
    folder = SnapshotFolder(in: context.dataFolder)
    endpoint = context.redis
    retention = context.configuration.retention
    everyMilliseconds = context.configuration.snapshotEveryMilliseconds
    logger = context.logger
    try group.start()
    loop.execute { [self] in
      // This thread's own, on Linux.
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
      redis = RedisClient(loop: loop, endpoint: endpoint, scripts: [])
      if everyMilliseconds > 0 { wait(milliseconds: firstDelay) }
    }
  }

  /// Takes one at once, changed or not. Any thread.
  func takeNow() {
    loop.execute { [self] in begin(onlyIfChanged: false) }
  }

  /// Ends the thread. A snapshot under way is given up; nothing of it has a name yet.
  func stop() {
    loop.performAndWait { [self] in
      timer?.cancel()
      redis?.close()
    }
    group.stopAndJoin()
  }

  /// When the next one is due, by the age of the newest: restarts shall not put it off for ever.
  private var firstDelay: Int64 {
    guard let newest = (try? folder.names())?.last else {
      return min(everyMilliseconds, Self.firstMillisecondsMax)
    }
    let due = newest.seconds * 1000 + everyMilliseconds - Clock.wallMilliseconds
    return min(max(due, Self.delayMillisecondsMin), everyMilliseconds)
  }

  private func wait(milliseconds: Int64) {
    timer = loop.after(milliseconds: Int(milliseconds)) { [unowned self] in
      wait(milliseconds: everyMilliseconds)
      begin(onlyIfChanged: true)
    }
  }

  private func begin(onlyIfChanged: Bool) {
    guard !isRunning, let redis else { return }
    isRunning = true
    Task.immediate(executorPreference: loop) { [self] in
      await take(redis, onlyIfChanged: onlyIfChanged)
      isRunning = false
    }
  }

  private func take(_ redis: RedisClient, onlyIfChanged: Bool) async {
    var snapshot = Snapshot(
      folder: folder, redis: redis, loop: loop,
      settings: Snapshot.Settings(
        retention: retention, restPercent: Self.restPercent, onlyIfChanged: onlyIfChanged)
    ) { _ in }
    do throws(SnapshotError) {
      guard let taken = try await snapshot.take() else {
        return logger.debug("no snapshot: nothing has changed since the last one")
      }
      logger.info(
        "snapshot taken",
        metadata: [
          "name": "\(taken.name)", "rows": "\(taken.counts.text)", "bytes": "\(taken.bytes)",
          "ms": "\(taken.milliseconds)", "removed": "\(taken.removed)",
        ])
      for warning in taken.warnings { logger.warning("\(warning)") }
    } catch {
      // Somebody's picbed snapshot, or the picbed that this one takes over from.
      if case .busy = error { return logger.debug("no snapshot: \(error)") }
      logger.error("no snapshot was taken, serving goes on: \(error)")
    }
  }
}
