import Glibc

/// The two clocks: wall time is what people see and may jump; monotonic time is for deadlines. Any thread.
package enum Clock {
  /// Milliseconds since the epoch (UTC).
  package static var wallMilliseconds: Int64 { read(CLOCK_REALTIME) / 1_000_000 }

  /// Microseconds since the epoch (UTC).
  package static var wallMicroseconds: Int64 { read(CLOCK_REALTIME) / 1_000 }

  /// Seconds since the epoch (UTC).
  package static var wallSeconds: Int64 { read(CLOCK_REALTIME) / 1_000_000_000 }

  /// Milliseconds since boot; never goes back.
  package static var monotonicMilliseconds: Int64 { read(CLOCK_MONOTONIC) / 1_000_000 }

  /// Microseconds since boot; never goes back.
  package static var monotonicMicroseconds: Int64 { read(CLOCK_MONOTONIC) / 1_000 }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
