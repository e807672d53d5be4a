/// When the managed redis-server is started, started again and ended: events in, actions out. No
/// I/O, no clock; times are monotonic milliseconds.
struct RedisSupervision {
  static let backoffLeastMilliseconds = 100
  static let backoffMostMilliseconds = 5_000
  /// A child that lived so long was well: the next restart is quick again.
  static let settledMilliseconds: Int64 = 10_000
  /// What a stop gives Redis to write out its log of changes before it is killed.
  static let stopMillisecondsMax = 10_000

  enum Action: Equatable {
    case nothing
    /// Call `restartDue` after so long.
    case restart(afterMilliseconds: Int)
    /// Start a child now and report how that went.
    case start
    /// Send SIGTERM, and call `stopOverdue` after so long.
    case terminate(overdueAfterMilliseconds: Int)
    /// Send SIGKILL.
    case kill
    /// The child is gone for good.
    case finished
  }

  private enum Phase: Equatable {
    case running(since: Int64)
    case waiting
    case stopping
    case stopped
  }

  private var phase = Phase.waiting
  private var backoffMilliseconds = backoffLeastMilliseconds

  /// No child runs, and none will.
  var isStopped: Bool { phase == .stopped }

  /// A child was started.
  mutating func started(at now: Int64) { phase = .running(since: now) }

  /// No child could be started, for want of memory or processes.
  mutating func startFailed() -> Action { restartLater() }

  /// The child ended, however that came.
  mutating func ended(at now: Int64) -> Action {
    switch phase {
    case .running(let since):
      if now - since >= Self.settledMilliseconds {
        backoffMilliseconds = Self.backoffLeastMilliseconds
      }
      return restartLater()
    case .stopping:
      phase = .stopped
      return .finished
    case .waiting, .stopped: return .nothing
    }
  }

  /// The time of a `restart` has come.
  func restartDue() -> Action { phase == .waiting ? .start : .nothing }

  /// The server ends, so Redis shall too.
  mutating func stop() -> Action {
    switch phase {
    case .running:
      phase = .stopping
      return .terminate(overdueAfterMilliseconds: Self.stopMillisecondsMax)
    case .waiting:
      phase = .stopped
      return .finished
    case .stopping, .stopped: return .nothing
    }
  }

  /// The time of a `terminate` is over.
  func stopOverdue() -> Action { phase == .stopping ? .kill : .nothing }

  private mutating func restartLater() -> Action {
    phase = .waiting
    let milliseconds = backoffMilliseconds
    backoffMilliseconds = min(backoffMilliseconds * 2, Self.backoffMostMilliseconds)
    return .restart(afterMilliseconds: milliseconds)
  }
}
