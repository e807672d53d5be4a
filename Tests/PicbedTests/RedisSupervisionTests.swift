import Testing

@testable import picbed

struct RedisSupervisionTests {
  private func running(at now: Int64 = 0) -> RedisSupervision {
    var supervision = RedisSupervision()
    supervision.started(at: now)
    return supervision
  }

  @Test func waitsLongerAfterEachDeath() {
    var supervision = running()
    var waits: [Int] = []
    for death in 1...8 {
      guard case .restart(let milliseconds) = supervision.ended(at: Int64(death)) else {
        Issue.record("no restart")
        return
      }
      waits.append(milliseconds)
      #expect(supervision.restartDue() == .start)
      supervision.started(at: Int64(death))
    }
    #expect(waits == [100, 200, 400, 800, 1600, 3200, 5000, 5000])
  }

  @Test func aLongLifeMakesRestartsQuickAgain() {
    var supervision = running()
    #expect(supervision.ended(at: 1) == .restart(afterMilliseconds: 100))
    supervision.started(at: 100)
    #expect(supervision.ended(at: 10_099) == .restart(afterMilliseconds: 200))
    supervision.started(at: 20_000)
    #expect(supervision.ended(at: 30_000) == .restart(afterMilliseconds: 100))
  }

  @Test func aFailedStartIsTriedAgainLater() {
    var supervision = running()
    #expect(supervision.ended(at: 1) == .restart(afterMilliseconds: 100))
    #expect(supervision.startFailed() == .restart(afterMilliseconds: 200))
    #expect(supervision.restartDue() == .start)
  }

  @Test func stopEndsTheChildFirst() {
    var supervision = running()
    #expect(supervision.stop() == .terminate(overdueAfterMilliseconds: 10_000))
    #expect(!supervision.isStopped)
    #expect(supervision.ended(at: 5) == .finished)
    #expect(supervision.isStopped)
    #expect(supervision.stopOverdue() == .nothing)
    #expect(supervision.restartDue() == .nothing)
  }

  @Test func aChildThatDoesNotEndIsKilled() {
    var supervision = running()
    _ = supervision.stop()
    #expect(supervision.stopOverdue() == .kill)
    #expect(supervision.ended(at: 10_001) == .finished)
  }

  @Test func stopWhileWaitingStartsNothing() {
    var supervision = running()
    _ = supervision.ended(at: 1)
    #expect(supervision.stop() == .finished)
    #expect(supervision.restartDue() == .nothing)
    #expect(supervision.stop() == .nothing)
  }

  @Test func aSecondStopDoesNothing() {
    var supervision = running()
    _ = supervision.stop()
    #expect(supervision.stop() == .nothing)
  }
}
