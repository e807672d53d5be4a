import Testing

@testable import Snapshots

@Suite struct RetentionTests {
  private static let day: Int64 = 86_400

  private func names(_ seconds: [Int64]) -> [SnapshotName] {
    seconds.map { SnapshotName(seconds: $0) }
  }

  private func surplus(_ seconds: [Int64], last: Int, days: Int) -> [Int64] {
    Retention(last: last, days: days).surplus(names(seconds)).map(\.seconds)
  }

  @Test func keepsTheLastFew() {
    #expect(surplus([], last: 2, days: 0) == [])
    #expect(surplus([10], last: 2, days: 0) == [])
    #expect(surplus([30, 10, 20], last: 2, days: 0) == [10])
    #expect(surplus([40, 10, 30, 20], last: 1, days: 0) == [10, 20, 30])
  }

  @Test func keepsTheLastOfEachDay() {
    let day = Self.day
    let all = [1, 2, day + 1, day + 2, 2 * day + 1, 2 * day + 2]
    #expect(surplus(all, last: 1, days: 1) == [1, 2, day + 1, day + 2, 2 * day + 1])
    #expect(surplus(all, last: 1, days: 2) == [1, 2, day + 1, 2 * day + 1])
    #expect(surplus(all, last: 1, days: 3) == [1, day + 1, 2 * day + 1])
    #expect(surplus(all, last: 1, days: 99) == [1, day + 1, 2 * day + 1])
  }

  /// A server that was off for a year still has what it had.
  @Test func countsDaysFromTheNewestSnapshot() {
    let day = Self.day
    #expect(surplus([day, 2 * day, 400 * day], last: 2, days: 7) == [day])
  }

  @Test func defaultKeepsAWeekOfTenMinuteSnapshots() {
    let every: Int64 = 600
    let all = (0..<(10 * Self.day / every)).map { $0 * every }
    let surplus = Set(surplus(all, last: 24, days: 7))
    let kept = all.filter { !surplus.contains($0) }
    // The newest day's last one is among the last 24.
    #expect(kept.count == 24 + 6)
    #expect(kept.suffix(24) == all.suffix(24))
    #expect(kept.prefix(6).allSatisfy { $0 % Self.day == Self.day - every })
  }
}
