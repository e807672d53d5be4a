import Crypto
import Testing

@Suite struct ConstantTimeTests {
  @Test func comparesContentAndLength() {
    #expect(constantTimeEquals([], []))
    #expect(constantTimeEquals([1, 2, 3], [1, 2, 3]))
    #expect(!constantTimeEquals([1, 2, 3], [1, 2, 4]))
    #expect(!constantTimeEquals([0, 2, 3], [1, 2, 3]))
    #expect(!constantTimeEquals([1, 2], [1, 2, 3]))
    #expect(!constantTimeEquals([], [0]))
  }
}
