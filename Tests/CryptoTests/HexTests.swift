import Crypto
import Testing

@Suite struct HexTests {
  @Test func encodes() {
    #expect(Hex.encode([]) == "")
    #expect(Hex.encode([0x00, 0x0F, 0xA0, 0xFF]) == "000fa0ff")
    var text = Array("x".utf8)
    Hex.encode([0xAB, 0x01], into: &text)
    #expect(text == Array("xab01".utf8))
  }

  @Test func decodesBothCases() {
    #expect(Hex.decode("") == [])
    #expect(Hex.decode("00fFAa9b") == [0x00, 0xFF, 0xAA, 0x9B])
    let all = (0...255).map { UInt8($0) }
    #expect(Hex.decode(Hex.encode(all)) == all)
  }

  @Test(arguments: ["0", "0g", "g0", " 0", "0x00", "é0", "00 ", "@@", "``", "//", "::"])
  func refuses(_ text: String) {
    #expect(Hex.decode(text) == nil)
  }
}
