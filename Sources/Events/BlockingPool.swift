import DequeModule
import Glibc

/// A few threads for what would block a loop: fsync, hashing, directory walks. The queue is bounded: past it
/// `run` refuses at once, and the caller answers that it is busy.
///
/// `@unchecked Sendable`: the queue is guarded by `mutex`.
package final class BlockingPool: @unchecked Sendable {
  /// The queue was full: try again later.
  package struct Busy: Error {}

  package let queueMax: Int
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let filled: UnsafeMutablePointer<pthread_cond_t>
  private var queue = Deque<@Sendable () -> Void>()
  private var stopping = false
  private var threads: [pthread_t] = []

  package init(name: String, threads count: Int, queueMax: Int) throws(EventError) {
    self.queueMax = queueMax
    mutex = .allocate(capacity: 1)
    filled = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(filled, nil)
    for number in 0..<count {
      threads.append(
        try Threads.start(name: "\(name)-\(number)") { [unowned self] in work() })
    }
  }

  deinit {
    stop()
    pthread_cond_destroy(filled)
    pthread_mutex_destroy(mutex)
    filled.deallocate()
    mutex.deallocate()
  }

  /// Runs `work` on a thread of the pool. The calling task, which must run on a loop, is suspended meanwhile
  /// and goes on there.
  package func run<Value: Sendable>(
    _ work: @escaping @Sendable () -> Value
  ) async throws(Busy) -> Value {
    let value: Value? = await withUnsafeContinuation { continuation in
      if !submit({ continuation.resume(returning: work()) }) {
        continuation.resume(returning: nil)
      }
    }
    guard let value else { throw Busy() }
    return value
  }

  /// Queues `work`; false when the queue is full or the pool has stopped. Any thread.
  package func submit(_ work: @escaping @Sendable () -> Void) -> Bool {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    guard !stopping, queue.count < queueMax else { return false }
    queue.append(work)
    pthread_cond_signal(filled)
    return true
  }

  /// Lets the threads finish what is queued and joins them. The owner's thread, never one of the pool.
  package func stop() {
    pthread_mutex_lock(mutex)
    stopping = true
    pthread_cond_broadcast(filled)
    pthread_mutex_unlock(mutex)
    for thread in threads { pthread_join(thread, nil) }
    threads = []
  }

  private func work() {
    while let next = take() { next() }
  }

  private func take() -> (@Sendable () -> Void)? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while queue.isEmpty {
      if stopping { return nil }
      pthread_cond_wait(filled, mutex)
    }
    return queue.popFirst()
  }
}
