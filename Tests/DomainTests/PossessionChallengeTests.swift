import Crypto
import Testing

@testable import Domain

struct PossessionChallengeTests {
  private let secret = [UInt8](repeating: 7, count: 32)
  private let alice = try! UserName("alice")
  private let eve = try! UserName("eve")
  private let md5 = try! HexDigits32("e10adc3949ba59abbe56e057f20f883e", field: "md5")
  private let other = try! HexDigits32("00000000000000000000000000000000", field: "md5")

  private func challenge(size: Int64) -> PossessionChallenge {
    PossessionChallenge(size: size, user: alice, md5: md5, now: 1_000, secret: secret)
  }

  @Test func itComesBackForTheSameUserAndFileInTime() {
    let made = challenge(size: 100_000)
    func back(_ user: UserName, _ md5: HexDigits32, _ now: Int64, _ secret: [UInt8]) -> Bool {
      PossessionChallenge(nonce: made.nonce, user: user, md5: md5, now: now, secret: secret) == made
    }
    #expect(back(alice, md5, 1_119, secret))
    #expect(!back(alice, md5, 1_120, secret))
    #expect(!back(eve, md5, 1_000, secret))
    #expect(!back(alice, other, 1_000, secret))
    #expect(!back(alice, md5, 1_000, [1]))
  }

  @Test func aNonceThatWasChangedIsNone() {
    let nonce = challenge(size: 100_000).nonce
    for wrong in ["", "-", "---", nonce + "0", String(nonce.dropLast()), "f" + nonce] {
      #expect(
        PossessionChallenge(nonce: wrong, user: alice, md5: md5, now: 1_000, secret: secret) == nil)
    }
  }

  @Test func aSmallFileIsAskedForWhole() {
    #expect(challenge(size: 0).ranges == [0..<0])
    #expect(challenge(size: 65_536).ranges == [0..<65_536])
  }

  @Test(arguments: [65_537, 1 << 20, 1 << 40] as [Int64])
  func aLargeOneAtSixteenPlacesWithinIt(_ size: Int64) {
    let ranges = challenge(size: size).ranges
    #expect(ranges.count == 16)
    #expect(ranges.allSatisfy { $0.count == 4_096 && $0.lowerBound >= 0 && $0.upperBound <= size })
    #expect(Set(ranges.map(\.lowerBound)).count > 8)
    #expect(challenge(size: size).ranges != ranges, "each nonce asks for others")
  }

  @Test func theProofIsTheDigestOverNonceAndRanges() {
    let made = challenge(size: 3)
    let proof = made.proof { range in
      Array("abc".utf8)[Int(range.lowerBound)..<Int(range.upperBound)] + []
    }
    #expect(proof == Hex.encode(Digest.sha256(Array((made.nonce + "abc").utf8))))
  }
}
