internal import CEvent
internal import CLinux
import DequeModule
import Glibc
import Synchronization

/// One libevent base, run by one thread. Everything that is bound to a loop (connections, timers, a Redis
/// pipeline) is made, used and freed on that thread; other threads reach it only by `execute`.
///
/// It is also a Swift task executor: a task started with `Task.immediate(executorPreference: loop)` runs on
/// this thread between its suspensions. A job enqueued from the loop's own thread costs no system call; one
/// from elsewhere wakes the loop through an eventfd.
///
/// `@unchecked Sendable`: the state below is touched on the loop's thread only, but for `inbox`, which has a lock.
package final class EventLoop: TaskExecutor, @unchecked Sendable {
  package let name: String
  let base: OpaquePointer

  private var localJobs = Deque<UnownedJob>()
  private var flushes: [any TurnEndFlushing] = []
  private var stopping = false
  /// The thread that runs the loop; 0 while none does. Any thread asks whether it is its own.
  private let owner = Atomic<pthread_t>(0)
  /// 0 until somebody asks for it in this turn.
  private var turnMilliseconds: Int64 = 0

  private struct Inbox: Sendable {
    var jobs: [UnownedJob] = []
    var works: [@Sendable () -> Void] = []
    var isEmpty: Bool { jobs.isEmpty && works.isEmpty }
  }
  /// What other threads left for this one. Taken whole once a turn.
  private let inbox = Lock(Inbox())
  private let wakeDescriptor: CInt
  private var wakeEvent: OpaquePointer?

  package init(name: String) throws(EventError) {
    self.name = name
    guard let config = event_config_new() else { throw EventError("event_config_new") }
    defer { event_config_free(config) }
    // One thread a base: no locks. The change list saves an epoll_ctl for each on/off of a watch in one turn.
    event_config_set_flag(config, Int32(EVENT_BASE_FLAG_NOLOCK.rawValue))
    event_config_set_flag(config, Int32(EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST.rawValue))
    guard let base = event_base_new_with_config(config) else { throw EventError("event_base_new") }
    self.base = base
    wakeDescriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
    guard wakeDescriptor >= 0 else {
      let error = EventError("eventfd")
      event_base_free(base)
      throw error
    }
    let onWake: event_callback_fn = { descriptor, _, _ in
      var count: UInt64 = 0
      _ = read(descriptor, &count, 8)
    }
    wakeEvent = event_new(base, wakeDescriptor, Int16(EV_READ | EV_PERSIST), onWake, nil)
    event_add(wakeEvent, nil)
  }

  deinit {
    event_free(wakeEvent)
    close(wakeDescriptor)
    event_base_free(base)
  }

  /// Runs turns on the calling thread, which becomes the loop's, until `stop`. One turn: wait for events and
  /// call their handlers, run the jobs these made ready, then write out what was queued, all at once.
  package func run() {
    owner.store(pthread_self(), ordering: .relaxed)
    while !stopping {
      let mayWait = localJobs.isEmpty && flushes.isEmpty
      turnMilliseconds = 0
      event_base_loop(base, mayWait ? EVLOOP_ONCE : EVLOOP_NONBLOCK)
      takeInbox()
      drainJobs()
      flushTurn()
    }
    owner.store(0, ordering: .relaxed)
  }

  /// Ends `run` after the current turn. Any thread.
  package func stop() {
    execute { self.stopping = true }
  }

  /// Monotonic milliseconds, read from the clock once a turn: what happens in one turn happens at
  /// one time, and a request that looks three times pays once. In the loop.
  package var now: Int64 {
    if turnMilliseconds == 0 { turnMilliseconds = Clock.monotonicMilliseconds }
    return turnMilliseconds
  }

  /// True on the thread that runs this loop.
  package var isInLoop: Bool {
    owner.load(ordering: .relaxed) == pthread_self()
  }

  /// Every entry of a loop-bound class calls this: a wrong thread is a programmer's error and ends the process.
  @inline(__always)
  package func preconditionInLoop() {
    precondition(isInLoop, "called off its event loop")
  }

  /// Runs `work` on the loop's thread in its next turn. Any thread; never runs it at once.
  package func execute(_ work: @escaping @Sendable () -> Void) {
    let wasEmpty = inbox.withLock { inbox in
      let wasEmpty = inbox.isEmpty
      inbox.works.append(work)
      return wasEmpty
    }
    if wasEmpty { wake() }
  }

  /// TaskExecutor: takes a job of a task that prefers this loop. Any thread.
  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if isInLoop {
      localJobs.append(job)
      return
    }
    let wasEmpty = inbox.withLock { inbox in
      let wasEmpty = inbox.isEmpty
      inbox.jobs.append(job)
      return wasEmpty
    }
    if wasEmpty { wake() }
  }

  /// Has `target.flushTurn()` called once at the end of this turn, after all jobs ran. The caller guards
  /// against registering twice.
  package func flushAtTurnEnd(_ target: any TurnEndFlushing) {
    preconditionInLoop()
    flushes.append(target)
  }

  private func takeInbox() {
    let taken = inbox.withLock { inbox in
      guard !inbox.isEmpty else { return Inbox() }
      let taken = inbox
      inbox = Inbox()
      return taken
    }
    localJobs.append(contentsOf: taken.jobs)
    for work in taken.works { work() }
  }

  private func drainJobs() {
    let executor = asUnownedTaskExecutor()
    while let job = localJobs.popFirst() { job.runSynchronously(on: executor) }
  }

  private func flushTurn() {
    guard !flushes.isEmpty else { return }
    var taken: [any TurnEndFlushing] = []
    swap(&taken, &flushes)
    for target in taken { target.flushTurn() }
    // Hand the storage back, so that a turn allocates no array.
    if flushes.isEmpty {
      taken.removeAll(keepingCapacity: true)
      swap(&taken, &flushes)
    }
  }

  private func wake() {
    var one: UInt64 = 1
    // A full counter means that a wake-up is pending already.
    _ = write(wakeDescriptor, &one, 8)
  }
}

/// Something that gathers output during a turn and writes it once at the turn's end.
package protocol TurnEndFlushing: AnyObject {
  func flushTurn()
}

/// An operating-system call of this layer that failed, with its errno.
package struct EventError: Error, CustomStringConvertible {
  package let operation: String
  package let code: CInt

  package init(_ operation: String, code: CInt = errno) {
    self.operation = operation
    self.code = code
  }

  package var description: String { "\(operation): \(String(cString: strerror(code)))" }
}
