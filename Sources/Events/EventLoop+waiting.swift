import Glibc

extension EventLoop {
  /// Runs `work` on the loop's thread and waits for what it returns. For start and stop only: the calling thread
  /// blocks, so it must not be a loop's own.
  package func performAndWait<Value: Sendable>(_ work: @escaping @Sendable () -> Value) -> Value {
    precondition(!isInLoop, "a loop cannot wait for itself")
    let box = WaitBox<Value>()
    execute {
      box.value = work()
      sem_post(box.done)
    }
    while sem_wait(box.done) != 0 && errno == EINTR {}
    return box.value!
  }
}

/// Carries a value from one thread to one that waits for it.
///
/// `@unchecked Sendable`: written before the semaphore is posted, read after it was taken.
private final class WaitBox<Value>: @unchecked Sendable {
  let done: UnsafeMutablePointer<sem_t>
  var value: Value?

  init() {
    done = .allocate(capacity: 1)
    sem_init(done, 0, 0)
  }

  deinit {
    sem_destroy(done)
    done.deallocate()
  }
}
