/// How a walk over the store leaves Redis to those who are waiting for an answer: it rests for as
/// long as it worked. Its pieces are small (`batchRowsMax`), so that nobody waits for longer than
/// one of them takes.
struct Pace {
  /// The rows that one piece reads: some 100 µs of Redis' time.
  static let batchRowsMax = 128
  /// The keys that one SCAN looks at, for about as long.
  static let scanKeys: Int64 = 512
  /// A timer is no finer.
  private static let restMicrosecondsMin: Int64 = 1_000
  /// What took longer waited itself, for a processor or a disk: Redis had no work with that.
  private static let workMicrosecondsMax: Int64 = 300

  /// Rest for each unit of work, in percent; 0 for a walk with the store to itself.
  let restPercent: Int64
  private var owedMicroseconds: Int64 = 0

  init(restPercent: Int64) { self.restPercent = restPercent }

  /// How many milliseconds to rest now, after a piece that took so long.
  mutating func rest(afterMicroseconds work: Int64) -> Int {
    owedMicroseconds += min(max(work, 0), Self.workMicrosecondsMax) * restPercent / 100
    guard owedMicroseconds >= Self.restMicrosecondsMin else { return 0 }
    let milliseconds = owedMicroseconds / 1_000
    owedMicroseconds -= milliseconds * 1_000
    return Int(milliseconds)
  }
}
