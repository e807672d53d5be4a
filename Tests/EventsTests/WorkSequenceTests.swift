import Glibc
import Synchronization
import Testing

@testable import Events

@Suite struct WorkSequenceTests {
  private struct Broken: Error {}

  /// What works leave behind them, and a gate that holds them up.
  private final class Trace: Sendable {
    private let numbers = Mutex<[Int]>([])
    private let atWork = Atomic(0)
    let isClosed = Atomic(false)

    var done: [Int] { numbers.withLock { $0 } }

    func work(_ number: Int) {
      #expect(atWork.add(1, ordering: .relaxed).newValue == 1)
      while isClosed.load(ordering: .relaxed) { usleep(1_000) }
      numbers.withLock { $0.append(number) }
      atWork.subtract(1, ordering: .relaxed)
    }
  }

  private func pool(threads: Int = 4, queueMax: Int = 64) throws -> BlockingPool {
    let pool = try BlockingPool(name: "sequence", threads: threads, queueMax: queueMax)
    while !pool.hasIdleThreads(threads) { usleep(1_000) }
    return pool
  }

  @Test func worksAreDoneOneAtATimeInOrder() async throws {
    let trace = Trace()
    let sequence = WorkSequence(pool: try pool(), backlogMax: 3)
    for number in 0..<1000 {
      try sequence.add { trace.work(number) }
      try await sequence.waitForRoom()
    }
    try await sequence.finish()
    #expect(trace.done == Array(0..<1000))
    // And may go on.
    try sequence.add { trace.work(1000) }
    try await sequence.finish()
    #expect(trace.done.count == 1001)
  }

  @Test func itRunsAheadWhereThreadsAreIdle() async throws {
    let trace = Trace()
    let sequence = WorkSequence(pool: try pool(), backlogMax: 3)
    trace.isClosed.store(true, ordering: .relaxed)
    for number in 0..<3 {
      try sequence.add { trace.work(number) }
      try await sequence.waitForRoom()
    }
    #expect(trace.done.isEmpty)
    trace.isClosed.store(false, ordering: .relaxed)
    try await sequence.finish()
    #expect(trace.done == [0, 1, 2])
  }

  @Test func itGoesInStepWhereOthersNeedTheThreads() async throws {
    let trace = Trace()
    // One thread: never two idle ones.
    let sequence = WorkSequence(pool: try pool(threads: 1), backlogMax: 3)
    for number in 0..<10 {
      try sequence.add { trace.work(number) }
      try await sequence.waitForRoom()
      #expect(trace.done.count == number + 1)
    }
  }

  @Test func aFailureEndsIt() async throws {
    let trace = Trace()
    let sequence = WorkSequence(pool: try pool(), backlogMax: 8)
    try sequence.add { trace.work(0) }
    try sequence.add { throw Broken() }
    await #expect(throws: Broken.self) { try await sequence.finish() }
    #expect(throws: Broken.self) { try sequence.add { trace.work(2) } }
    await #expect(throws: Broken.self) { try await sequence.waitForRoom() }
    await #expect(throws: Broken.self) { try await sequence.finish() }
    #expect(trace.done == [0])
  }

  @Test func theLastWorkComesAfterTheOneUnderWay() async throws {
    let trace = Trace()
    let sequence = WorkSequence(pool: try pool(), backlogMax: 8)
    trace.isClosed.store(true, ordering: .relaxed)
    for number in 0..<4 { try sequence.add { trace.work(number) } }
    usleep(20_000)
    #expect(sequence.end { trace.work(99) })
    trace.isClosed.store(false, ordering: .relaxed)
    try await sequence.finish()
    #expect(trace.done == [0, 99])
    let idle = WorkSequence(pool: try pool(), backlogMax: 8)
    #expect(idle.end { trace.work(100) })
    try await idle.finish()
    #expect(trace.done == [0, 99, 100])
  }

  @Test func theLastWorkIsDoneAlsoWhereTheOneUnderWayFails() async throws {
    let trace = Trace()
    let sequence = WorkSequence(pool: try pool(), backlogMax: 8)
    trace.isClosed.store(true, ordering: .relaxed)
    try sequence.add {
      trace.work(0)
      throw Broken()
    }
    try sequence.add { trace.work(1) }
    usleep(20_000)
    #expect(sequence.end { trace.work(99) })
    trace.isClosed.store(false, ordering: .relaxed)
    await #expect(throws: Broken.self) { try await sequence.finish() }
    #expect(trace.done == [0, 99])
  }

  @Test func aFullPoolIsTold() async throws {
    let trace = Trace()
    let pool = try pool(threads: 1, queueMax: 1)
    let sequence = WorkSequence(pool: pool, backlogMax: 8)
    trace.isClosed.store(true, ordering: .relaxed)
    #expect(pool.submit { trace.work(0) })
    while pool.hasIdleThreads(1) { usleep(1_000) }
    // The thread has it, or is about to; the queue is filled behind it.
    while pool.submit({}) { usleep(1_000) }
    #expect(throws: BlockingPool.Busy.self) { try sequence.add {} }
    #expect(!sequence.end {})
    await #expect(throws: BlockingPool.Busy.self) { try await sequence.finish() }
    trace.isClosed.store(false, ordering: .relaxed)
    pool.stop()
  }
}
