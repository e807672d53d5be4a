import Synchronization

/// A value that one thread at a time may touch: Swift's `Mutex`, in a form that ThreadSanitizer sees.
///
/// The mutex lives in the standard library, which is not instrumented, so the sanitizer would take everything that one
/// thread hands to another under it for a race. In its build (`make test-tsan`) an atomic that it does see is touched
/// at both ends of each use; in all others nothing is.
package struct Lock<Value: Sendable>: ~Copyable, Sendable {
  private let mutex: Mutex<Value>
  #if PICBED_TSAN
    private let uses = Atomic(0)
  #endif

  package init(_ value: Value) { mutex = Mutex(value) }

  /// Runs `body` with the value, while no other thread does.
  package borrowing func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
    mutex.withLock { value in
      show()
      defer { show() }
      return body(&value)
    }
  }

  @inline(__always)
  private borrowing func show() {
    #if PICBED_TSAN
      uses.wrappingAdd(1, ordering: .acquiringAndReleasing)
    #endif
  }
}

/// For what goes from thread to thread by Swift's concurrency alone, whose library is not instrumented either.
enum ThreadSanitizer {
  #if PICBED_TSAN
    private static let passage = Atomic(0)
  #endif

  /// To be called by the thread that hands over, before it does, and by the one that takes, after.
  @inline(__always)
  static func handOver() {
    #if PICBED_TSAN
      passage.wrappingAdd(1, ordering: .acquiringAndReleasing)
    #endif
  }
}
