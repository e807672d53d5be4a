import Glibc
import Synchronization
import Testing

@testable import Events

/// Loops on their own threads.
@Suite struct EventLoopTests {
  private final class Counter: @unchecked Sendable {
    // Touched on the loop only.
    var value = 0
  }

  private final class Gate: Sendable {
    let isClosed = Atomic(true)
  }

  private func withLoop(_ body: (EventLoop) throws -> Void) throws {
    let group = try EventLoopGroup(count: 1)
    try group.start()
    defer { group.stopAndJoin() }
    try body(group.loops[0])
  }

  @Test func executesWorkOnItsThreadInOrder() throws {
    try withLoop { loop in
      let counter = Counter()
      for number in 0..<1000 {
        loop.execute {
          loop.preconditionInLoop()
          if counter.value == number { counter.value += 1 }
        }
      }
      #expect(!loop.isInLoop)
      #expect(loop.performAndWait { loop.isInLoop })
      #expect(loop.performAndWait { counter.value } == 1000)
    }
  }

  @Test func tasksStayOnTheirLoop() throws {
    try withLoop { loop in
      let pool = try BlockingPool(name: "test", threads: 2, queueMax: 8)
      let done = Counter()
      for _ in 0..<4 {
        loop.execute {
          Task.immediate(executorPreference: loop) {
            loop.preconditionInLoop()
            let onLoop = try await pool.run { loop.isInLoop }
            loop.preconditionInLoop()
            await loop.sleep(milliseconds: 1)
            loop.preconditionInLoop()
            #expect(!onLoop)
            done.value += 1
          }
        }
      }
      for _ in 0..<1000 where loop.performAndWait({ done.value }) < 4 { usleep(5_000) }
      #expect(loop.performAndWait { done.value } == 4)
    }
  }

  @Test func repeatsAndCancelsTimers() throws {
    try withLoop { loop in
      let counter = Counter()
      final class Holder: @unchecked Sendable { var timer: LoopEvent? }
      let holder = Holder()
      loop.performAndWait {
        holder.timer = loop.every(milliseconds: 1) {
          counter.value += 1
          if counter.value == 3 { holder.timer?.cancel() }
        }
      }
      for _ in 0..<1000 where loop.performAndWait({ counter.value }) < 3 { usleep(2_000) }
      usleep(20_000)
      #expect(loop.performAndWait { counter.value } == 3)
    }
  }

  @Test func aFullPoolRefusesAtOnce() throws {
    let pool = try BlockingPool(name: "full", threads: 1, queueMax: 2)
    let gate = Gate()
    let hold: @Sendable () -> Void = {
      while gate.isClosed.load(ordering: .relaxed) { usleep(1_000) }
    }
    #expect(pool.submit(hold))
    usleep(20_000)
    #expect(pool.submit {})
    #expect(pool.submit {})
    #expect(!pool.submit {})
    gate.isClosed.store(false, ordering: .relaxed)
    pool.stop()
  }

  @Test func aPoolKnowsItsIdleThreads() throws {
    let pool = try BlockingPool(name: "idle", threads: 2, queueMax: 8)
    let gate = Gate()
    let hold: @Sendable () -> Void = {
      while gate.isClosed.load(ordering: .relaxed) { usleep(1_000) }
    }
    for _ in 0..<1000 where !pool.hasIdleThreads(2) { usleep(1_000) }
    #expect(pool.hasIdleThreads(2))
    #expect(!pool.hasIdleThreads(3))
    // Work that waits for a thread counts as taken at once.
    #expect(pool.submit(hold))
    #expect(!pool.hasIdleThreads(2))
    #expect(pool.hasIdleThreads(1))
    #expect(pool.submit(hold))
    #expect(!pool.hasIdleThreads(1))
    gate.isClosed.store(false, ordering: .relaxed)
    pool.stop()
  }

  @Test func aBusyPortIsNoticed() throws {
    try withLoop { loop in
      let address = try #require(SocketAddress("127.0.0.1:0"))
      final class Holder: @unchecked Sendable { var listener: Listener? }
      let holder = Holder()
      let bound = loop.performAndWait {
        holder.listener = try? Listener(loop: loop, address: address) { descriptor, _ in
          close(descriptor)
        }
        return holder.listener?.address
      }
      let taken = try #require(bound)
      #expect(taken.port != 0)
      #expect(throws: EventError.self) { try Listener.checkFree(taken) }
      loop.performAndWait { holder.listener?.close() }
      try Listener.checkFree(taken)
    }
  }

  /// Also where the system's own way is another, such as BBR.
  @Test func withinTheMachineNothingIsPaced() throws {
    @Sendable func congestionControl(_ descriptor: CInt) -> String {
      var name = [CChar](repeating: 0, count: 16)
      var length = socklen_t(name.count)
      #expect(getsockopt(descriptor, CInt(IPPROTO_TCP), TCP_CONGESTION, &name, &length) == 0)
      return String(decoding: name.prefix { $0 != 0 }.map { UInt8($0) }, as: UTF8.self)
    }
    try withLoop { loop in
      let near = try #require(SocketAddress("127.0.0.1:0"))
      let every = try #require(SocketAddress("0.0.0.0:0"))
      let plain = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
      defer { close(plain) }
      let found = loop.performAndWait {
        [near, every].map { address -> String? in
          let listener = try? Listener(loop: loop, address: address) { descriptor, _ in
            close(descriptor)
          }
          defer { listener?.close() }
          return (listener?.descriptor).map(congestionControl)
        }
      }
      #expect(found == ["reno", congestionControl(plain)])
    }
  }

  @Test func addressesAreParsedStrictly() {
    #expect(SocketAddress("127.0.0.1:8080")?.description == "127.0.0.1:8080")
    #expect(SocketAddress("[::1]:80")?.description == "[::1]:80")
    #expect(SocketAddress("localhost:1")?.description == "127.0.0.1:1")
    #expect(SocketAddress("*:1")?.description == "0.0.0.0:1")
    #expect(SocketAddress(":1")?.description == "0.0.0.0:1")
    for bad in ["", "8080", "127.0.0.1", "a.b:1", "::1:80", "127.0.0.1:99999", "1.2.3:4x"] {
      #expect(SocketAddress(bad) == nil, "\(bad)")
    }
  }
}
