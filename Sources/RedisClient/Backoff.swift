/// How long to wait before each next attempt: doubling from the least to the most, each drawn from
/// its upper half, so that many loops and many servers do not come back in step. Never gives up.
struct Backoff {
  private let leastMilliseconds: Int
  private let mostMilliseconds: Int
  private var currentMilliseconds: Int

  init(leastMilliseconds: Int, mostMilliseconds: Int) {
    precondition(0 < leastMilliseconds && leastMilliseconds <= mostMilliseconds)
    self.leastMilliseconds = leastMilliseconds
    self.mostMilliseconds = mostMilliseconds
    currentMilliseconds = leastMilliseconds
  }

  mutating func nextMilliseconds(using random: inout some RandomNumberGenerator) -> Int {
    let full = currentMilliseconds
    currentMilliseconds = min(full * 2, mostMilliseconds)
    return Int.random(in: (full + 1) / 2...full, using: &random)
  }

  /// After a success: the next failure starts over.
  mutating func reset() {
    currentMilliseconds = leastMilliseconds
  }
}
