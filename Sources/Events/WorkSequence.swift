import DequeModule

/// Works that a pool does one at a time, in the order in which they came, while the task that brings them goes
/// on. The first failure ends the sequence: what waits is dropped, and each further call throws it.
///
/// For one task at a time, on a loop.
package final class WorkSequence: Sendable {
  package typealias Work = @Sendable () throws -> Void

  private struct State {
    var works = Deque<Work>()
    /// What is done at the very end, whatever failed.
    var last: Work?
    /// A job of the pool is at it.
    var isRunning = false
    var failure: (any Error)?
    /// The bringer, who goes on when no more than so many works are left.
    var waiter: (continuation: UnsafeContinuation<Void, Never>, backlog: Int)?

    /// The works that wait; -1 where none is under way either.
    var left: Int { isRunning ? works.count : -1 }

    mutating func takeWaiter() -> UnsafeContinuation<Void, Never>? {
      guard let waiter, left <= waiter.backlog else { return nil }
      self.waiter = nil
      ThreadSanitizer.handOver()
      return waiter.continuation
    }
  }

  private static let idleThreadsMin = 2

  private let pool: BlockingPool
  private let backlogMax: Int
  private let state = Lock(State())

  package init(pool: BlockingPool, backlogMax: Int) {
    self.pool = pool
    self.backlogMax = backlogMax
  }

  /// Waits until a work may be added: as long as the pool has idle threads, up to `backlogMax` may be there, where
  /// others need the threads, one.
  package func waitForRoom() async throws {
    try await wait(backlog: pool.hasIdleThreads(Self.idleThreadsMin) ? backlogMax - 1 : -1)
  }

  /// Queues `work`. Throws `BlockingPool.Busy` where the pool is full; nothing more is done then.
  package func add(_ work: @escaping Work) throws {
    if let failure { throw failure }
    let mustStart = state.withLock { state in
      state.works.append(work)
      defer { state.isRunning = true }
      return !state.isRunning
    }
    if mustStart, !start() {
      let busy = BlockingPool.Busy()
      fail(busy)
      throw busy
    }
  }

  /// Waits until all is done.
  package func finish() async throws { try await wait(backlog: -1) }

  /// Drops what waits; `last` is done after the work that is under way, if there is any. Nothing may be added then.
  /// False where the pool is full, and `last` is not done.
  package func end(with last: @escaping @Sendable () -> Void) -> Bool {
    let mustStart = state.withLock { state in
      state.works = []
      state.last = last
      defer { state.isRunning = true }
      return !state.isRunning
    }
    return !mustStart || start()
  }

  private var failure: (any Error)? { state.withLock { $0.failure } }

  private func start() -> Bool {
    let isQueued = pool.submit { [self] in run() }
    if !isQueued { state.withLock { $0.isRunning = false } }
    return isQueued
  }

  /// On a thread of the pool.
  private func run() {
    while let work = next() {
      do { try work() } catch { fail(error) }
    }
  }

  private func next() -> Work? {
    let (work, waiter) = state.withLock { state in
      let work = state.works.popFirst() ?? state.last.take()
      if work == nil { state.isRunning = false }
      return (work, state.takeWaiter())
    }
    waiter?.resume()
    return work
  }

  private func fail(_ error: any Error) {
    state.withLock { state in
      state.failure = state.failure ?? error
      state.works = []
    }
  }

  /// Waits until no more than `backlog` works wait; -1: until none is under way either.
  private func wait(backlog: Int) async throws {
    let mustWait = state.withLock { $0.left > backlog }
    if mustWait {
      await withUnsafeContinuation { continuation in
        let isDone = state.withLock { state in
          if state.left <= backlog { return true }
          state.waiter = (continuation, backlog)
          return false
        }
        if isDone { continuation.resume() }
      }
      ThreadSanitizer.handOver()
    }
    if let failure { throw failure }
  }
}
