import Glibc

/// A few threads for what would block a loop: fsync, hashing, directory walks. The queue is bounded: past it
/// `run` refuses at once, and the caller answers that it is busy. Work comes in lanes, which take turns
/// (`FairQueue`): where strangers send work, each has a lane, and none can make the others wait for long.
///
/// `@unchecked Sendable`: `threads` is set by init and read by `stop`, both on the owner's thread; the rest is in
/// `WorkQueue`, which has a lock.
package final class BlockingPool: @unchecked Sendable {
  /// The queue was full: try again later.
  package struct Busy: Error {}

  private let queue: WorkQueue
  private var threads: [pthread_t] = []

  package init(name: String, threads count: Int, queueMax: Int) throws(EventError) {
    let queue = WorkQueue(max: queueMax)
    self.queue = queue
    for number in 0..<count {
      // The threads hold the queue, not the pool: the pool may go before one of them has begun.
      threads.append(
        try Threads.start(name: "\(name)-\(number)") {
          while let work = queue.take() { work() }
        })
    }
  }

  deinit { stop() }

  /// Runs `work` on a thread of the pool. The calling task, which must run on a loop, is suspended meanwhile
  /// and goes on there.
  package func run<Value: Sendable>(
    lane: String = "", _ work: @escaping @Sendable () -> Value
  ) async throws(Busy) -> Value {
    let value: Value? = await withUnsafeContinuation { continuation in
      let isQueued = submit(lane: lane) {
        let value = work()
        ThreadSanitizer.handOver()
        continuation.resume(returning: value)
      }
      if !isQueued { continuation.resume(returning: nil) }
    }
    ThreadSanitizer.handOver()
    guard let value else { throw Busy() }
    return value
  }

  /// Queues `work`; false when the queue is full or the pool has stopped. Any thread.
  package func submit(lane: String = "", _ work: @escaping @Sendable () -> Void) -> Bool {
    queue.add(work, lane)
  }

  /// Whether so many threads have nothing to do at this moment. Any thread.
  package func hasIdleThreads(_ count: Int) -> Bool { queue.takersWaiting >= count }

  /// Lets the threads finish what is queued and joins them. The owner's thread, never one of the pool.
  package func stop() {
    queue.close()
    for thread in threads { pthread_join(thread, nil) }
    threads = []
  }
}

/// What waits for a pool's threads.
///
/// `@unchecked Sendable`: everything is guarded by `mutex`.
private final class WorkQueue: @unchecked Sendable {
  private let max: Int
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let filled: UnsafeMutablePointer<pthread_cond_t>
  private var works = FairQueue<@Sendable () -> Void>()
  private var isClosed = false
  private var waiting = 0

  init(max: Int) {
    self.max = max
    mutex = .allocate(capacity: 1)
    filled = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(filled, nil)
  }

  deinit {
    pthread_cond_destroy(filled)
    pthread_mutex_destroy(mutex)
    filled.deallocate()
    mutex.deallocate()
  }

  /// Past `max`, only a lane that holds nothing yet gets one in, and past twice that nobody.
  func add(_ work: @escaping @Sendable () -> Void, _ lane: String) -> Bool {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    guard !isClosed, works.count < max || (works.count < 2 * max && works.isEmpty(lane: lane))
    else { return false }
    works.append(work, lane: lane)
    pthread_cond_signal(filled)
    return true
  }

  /// The next work; waits for it. Nil when the queue is closed and empty.
  func take() -> (@Sendable () -> Void)? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while works.count == 0 {
      if isClosed { return nil }
      waiting += 1
      pthread_cond_wait(filled, mutex)
      waiting -= 1
    }
    return works.popFirst()
  }

  /// The threads that wait for work, less those for which there is some already.
  var takersWaiting: Int {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return waiting - works.count
  }

  func close() {
    pthread_mutex_lock(mutex)
    isClosed = true
    pthread_cond_broadcast(filled)
    pthread_mutex_unlock(mutex)
  }
}
