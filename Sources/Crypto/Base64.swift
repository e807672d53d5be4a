/// Base64 (RFC 4648). Decoding is strict: no character beyond the alphabet, no bits left over that
/// are not zero (§3.5), so that no two texts stand for the same bytes but for padding. Pure; any
/// thread.
package enum Base64 {
  /// In the standard alphabet (§4), padded with `=`.
  package static func encode(_ bytes: [UInt8]) -> String { encode(bytes, .standard, padded: true) }

  /// In the standard alphabet without padding, as PHC texts have it.
  package static func encodeUnpadded(_ bytes: [UInt8]) -> String {
    encode(bytes, .standard, padded: false)
  }

  /// In the alphabet for URLs and file names (§5), without padding.
  package static func encodeURLSafe(_ bytes: [UInt8]) -> String {
    encode(bytes, .urlSafe, padded: false)
  }

  /// What a text of the standard alphabet stands for, or nil. Padding may be missing, but not in
  /// part.
  package static func decode(_ text: String) -> [UInt8]? {
    var characters = Array(text.utf8)
    if characters.count % 4 == 0 {
      let padding = characters.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
      characters.removeLast(padding)
    }
    return decode(characters, .standard)
  }

  /// What an unpadded text of the alphabet for URLs stands for, or nil.
  package static func decodeURLSafe(_ text: String) -> [UInt8]? {
    decode(Array(text.utf8), .urlSafe)
  }

  private enum Alphabet {
    case standard, urlSafe

    func character(of value: UInt8) -> UInt8 {
      switch value {
      case 0..<26: UInt8(ascii: "A") + value
      case 26..<52: UInt8(ascii: "a") + value - 26
      case 52..<62: UInt8(ascii: "0") + value - 52
      case 62: self == .standard ? UInt8(ascii: "+") : UInt8(ascii: "-")
      default: self == .standard ? UInt8(ascii: "/") : UInt8(ascii: "_")
      }
    }

    func value(of character: UInt8) -> UInt8? {
      switch character {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
      case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
      case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
      case self.character(of: 62): 62
      case self.character(of: 63): 63
      default: nil
      }
    }
  }

  private static func encode(_ bytes: [UInt8], _ alphabet: Alphabet, padded: Bool) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var bits: UInt32 = 0
    var bitCount = 0
    for byte in bytes {
      bits = bits << 8 | UInt32(byte)
      bitCount += 8
      while bitCount >= 6 {
        bitCount -= 6
        text.append(alphabet.character(of: UInt8(bits >> bitCount & 63)))
      }
    }
    if bitCount > 0 { text.append(alphabet.character(of: UInt8(bits << (6 - bitCount) & 63))) }
    while padded, text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
    return String(decoding: text, as: UTF8.self)
  }

  private static func decode(_ characters: [UInt8], _ alphabet: Alphabet) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(characters.count * 3 / 4)
    var bits: UInt32 = 0
    var bitCount = 0
    for character in characters {
      guard let value = alphabet.value(of: character) else { return nil }
      bits = bits << 6 | UInt32(value)
      bitCount += 6
      if bitCount >= 8 {
        bitCount -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> bitCount))
      }
    }
    // Six bits left over are a character too many; other rests were padded with zeros by the
    // encoder.
    guard bitCount < 6, bits & (1 << bitCount - 1) == 0 else { return nil }
    return bytes
  }
}
