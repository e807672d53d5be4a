import Foundation
import Synchronization

/// Runs `work(0)` … `work(count - 1)` on a thread each, lets all of them go at the same moment, and
/// returns what they returned, in the order of their numbers. The first error is thrown after all
/// have ended.
///
/// Expectations belong behind this call: a failure recorded on a bare thread would not find its
/// test.
package func inParallel<Result: Sendable>(
  _ count: Int, _ work: @escaping @Sendable (Int) throws -> Result
) throws -> [Result] {
  let race = Race<Result>(count)
  for index in 0..<count {
    let thread = Thread { race.run(index, work) }
    thread.stackSize = 1 << 20
    thread.start()
  }
  return try race.results()
}

/// The common start and the common finish of the threads of one `inParallel`.
private final class Race<Result: Sendable>: Sendable {
  private let count: Int
  private let gate = NSCondition()
  private let ready: Mutex<Int> = Mutex(0)
  private let outcomes: Mutex<[Int: Swift.Result<Result, any Error>]> = Mutex([:])

  init(_ count: Int) { self.count = count }

  func run(_ index: Int, _ work: (Int) throws -> Result) {
    waitForTheOthers()
    let outcome = Swift.Result { try work(index) }
    outcomes.withLock { $0[index] = outcome }
    gate.withLock { gate.broadcast() }
  }

  func results() throws -> [Result] {
    gate.withLock {
      while outcomes.withLock({ $0.count }) < count { gate.wait() }
    }
    return try outcomes.withLock { all in
      try (0..<count).map { try all[$0]!.get() }
    }
  }

  private func waitForTheOthers() {
    gate.withLock {
      ready.withLock { $0 += 1 }
      gate.broadcast()
      while ready.withLock({ $0 }) < count { gate.wait() }
    }
  }
}
