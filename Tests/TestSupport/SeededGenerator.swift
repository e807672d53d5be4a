/// A small random source (SplitMix64, Steele, Lea and Flood 2014) whose whole future follows from
/// its seed: a random test that failed is run again by giving it the seed that it printed.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The source that always gives the same numbers for the same `seed`.
  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// `count` bytes from the source.
  package mutating func bytes(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      var offset = 0
      while offset < count {
        withUnsafeBytes(of: next()) { word in
          for byte in word.prefix(count - offset) {
            buffer[offset] = byte
            offset += 1
          }
        }
      }
      filled = count
    }
  }

  /// One of `choices`, each as likely as the others.
  package mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
    choices[Int.random(in: 0..<choices.count, using: &self)]
  }

  /// True once in `oneIn` times.
  package mutating func chance(oneIn: Int) -> Bool {
    Int.random(in: 0..<oneIn, using: &self) == 0
  }
}
