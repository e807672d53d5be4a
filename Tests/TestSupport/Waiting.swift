import Glibc

/// The monotonic clock, in nanoseconds. Only differences mean anything.
package func monotonicNanoseconds() -> UInt64 {
  var now = timespec()
  clock_gettime(CLOCK_MONOTONIC, &now)
  return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
}

/// A moment after which a wait gives up. Every wait in the tests has one: a broken server must
/// fail, not hang.
package struct Deadline: Sendable {
  private let end: UInt64

  /// The moment `seconds` from now.
  package init(secondsFromNow seconds: Double) {
    end = monotonicNanoseconds() + UInt64(seconds * 1_000_000_000)
  }

  /// True from that moment on.
  package var hasPassed: Bool { monotonicNanoseconds() >= end }

  /// What is left, never negative, rounded up so that a wait of it does not return early.
  package var remainingMilliseconds: Int32 {
    let now = monotonicNanoseconds()
    return now >= end ? 0 : Int32(min((end - now) / 1_000_000 + 1, UInt64(Int32.max)))
  }
}

/// Asks `condition` until it holds or `seconds` are over, and says which. For what announces itself
/// in no other way: a process that ends, a file that goes. Blocks the calling thread.
package func eventually(
  within seconds: Double, everyMilliseconds interval: UInt32 = 10, _ condition: () throws -> Bool
) rethrows -> Bool {
  let deadline = Deadline(secondsFromNow: seconds)
  while true {
    if try condition() { return true }
    if deadline.hasPassed { return false }
    usleep(interval * 1_000)
  }
}

/// What `work` took, in milliseconds, and what it returned.
package func measuringMilliseconds<Result>(
  _ work: () throws -> Result
) rethrows -> (milliseconds: Double, result: Result) {
  let start = monotonicNanoseconds()
  let result = try work()
  return (Double(monotonicNanoseconds() - start) / 1_000_000, result)
}
