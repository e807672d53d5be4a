import Testing

@testable import HTTP

struct TransferPaceTests {
  private let pace = TransferPace(patience: 30_000, rateMin: 500, now: 1_000)

  @Test func aPauseEndsIt() {
    #expect(pace.deadline == 31_000)
  }

  @Test func aGoodPaceIsNeverCut() {
    var pace = pace
    for second in 1...1_000 as ClosedRange<Int64> {
      let now = 1_000 + second * 1_000
      #expect(now < pace.deadline)
      pace.moved(500, at: now)
    }
    #expect(pace.deadline == 1_001_000 + 30_000)
  }

  @Test func aTrickleUsesThePatienceUp() {
    var pace = pace
    var now: Int64 = 1_000
    while now < pace.deadline {
      pace.moved(1, at: now)
      now += 1_000
    }
    #expect(now - 1_000 < 32_000)
  }

  @Test func aLargePieceBuysNoMoreThanThePatience() {
    var pace = pace
    pace.moved(100_000_000, at: 2_000)
    #expect(pace.deadline == 32_000)
  }

  @Test func ourOwnPauseIsNotCharged() {
    var pace = pace
    pace.moved(1_000, at: 11_000)
    #expect(pace.deadline == 11_000 + 22_000)
    pace.resume(at: 500_000)
    #expect(pace.deadline == 522_000)
  }

  @Test func withoutARateAnyByteBuysThePatience() {
    var pace = TransferPace(patience: 30_000, rateMin: 0, now: 0)
    pace.moved(1, at: 29_000)
    #expect(pace.deadline == 59_000)
  }
}
