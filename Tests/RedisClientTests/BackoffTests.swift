import Testing

@testable import RedisClient

struct BackoffTests {
  /// A fixed sequence (a linear congruence with Knuth's numbers), so that a run repeats.
  private struct Sequence: RandomNumberGenerator {
    var value: UInt64 = 1
    mutating func next() -> UInt64 {
      value = value &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return value
    }
  }

  @Test func doublesUpToItsMostAndDrawsFromTheUpperHalf() {
    var random = Sequence()
    var least = [Int](repeating: .max, count: 8)
    var most = [Int](repeating: 0, count: 8)
    for _ in 0..<20_000 {
      var backoff = Backoff(leastMilliseconds: 50, mostMilliseconds: 2000)
      for attempt in 0..<8 {
        let wait = backoff.nextMilliseconds(using: &random)
        least[attempt] = min(least[attempt], wait)
        most[attempt] = max(most[attempt], wait)
      }
    }
    #expect(least == [25, 50, 100, 200, 400, 800, 1000, 1000])
    #expect(most == [50, 100, 200, 400, 800, 1600, 2000, 2000])
  }

  @Test func startsOverAfterASuccess() {
    var random = Sequence()
    var backoff = Backoff(leastMilliseconds: 50, mostMilliseconds: 2000)
    for _ in 0..<5 { _ = backoff.nextMilliseconds(using: &random) }
    backoff.reset()
    let wait = backoff.nextMilliseconds(using: &random)
    #expect((25...50).contains(wait))
  }

  @Test func neverWaitsForNothing() {
    var random = Sequence()
    var backoff = Backoff(leastMilliseconds: 1, mostMilliseconds: 1)
    let wait = backoff.nextMilliseconds(using: &random)
    #expect(wait == 1)
  }
}
