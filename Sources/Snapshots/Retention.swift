/// Which snapshots are kept: the last few, and one for each of the last few days (the day's last,
/// since it holds the most).
package struct Retention: Sendable, Equatable {
  private static let daySeconds: Int64 = 86_400

  /// 1 or more: the newest is never removed.
  package let last: Int
  package let days: Int

  package init(last: Int, days: Int) {
    precondition(last >= 1 && days >= 0)
    self.last = last
    self.days = days
  }

  /// Those of `names` that may go, oldest first. Days are counted back from the newest snapshot's,
  /// not from the clock: a clock that is wrong, or a server that was off for a week, removes nothing
  /// that would have stayed.
  package func surplus(_ names: [SnapshotName]) -> [SnapshotName] {
    let newestFirst = names.sorted(by: >)
    guard let newest = newestFirst.first else { return [] }
    var kept = Set(newestFirst.prefix(last))
    var daysSeen: Set<Int64> = []
    for name in newestFirst {
      let day = Self.day(of: name)
      guard Self.day(of: newest) - day < Int64(days) else { break }
      if daysSeen.insert(day).inserted { kept.insert(name) }
    }
    return newestFirst.filter { !kept.contains($0) }.reversed()
  }

  private static func day(of name: SnapshotName) -> Int64 { name.seconds / daySeconds }
}
