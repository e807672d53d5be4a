import Crypto
import Testing

@Suite struct RandomBytesTests {
  @Test func drawsWhatIsAskedFor() {
    #expect(RandomBytes.bytes(0) == [])
    #expect(RandomBytes.bytes(33).count == 33)
    let token = RandomBytes.hex(bytes: 16)
    #expect(token.utf8.count == 32)
    #expect(Hex.decode(token) != nil)
  }

  @Test func drawsDiffer() {
    let draws = Set((0..<1000).map { _ in RandomBytes.hex(bytes: 16) })
    #expect(draws.count == 1000)
  }
}
