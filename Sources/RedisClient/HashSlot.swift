/// The Redis Cluster slot of a key, 0 to 16383: CRC-16/XMODEM of the key, or of its hash tag,
/// modulo 16384 (Redis Cluster specification, "Key distribution model" and "Hash tags").
package struct HashSlot: Hashable, Sendable {
  package static let count: UInt16 = 16384

  package let number: UInt16

  package init(key: String) {
    number = Self.crc16(Self.hashedPart(of: key.utf8[...])) % Self.count
  }

  /// True when all keys live in one slot, as those of one script must; true of no keys at all.
  package static func isShared(by keys: [String]) -> Bool {
    guard let first = keys.first.map(HashSlot.init(key:)) else { return true }
    return keys.dropFirst().allSatisfy { HashSlot(key: $0) == first }
  }

  /// What lies between the first `{` and the next `}`, unless that is nothing; else the whole key.
  private static func hashedPart(of key: Substring.UTF8View) -> Substring.UTF8View {
    guard let open = key.firstIndex(of: UInt8(ascii: "{")) else { return key }
    let after = key[key.index(after: open)...]
    guard let close = after.firstIndex(of: UInt8(ascii: "}")), close != after.startIndex else {
      return key
    }
    return after[..<close]
  }

  /// Polynomial 0x1021, initial value 0, nothing reflected.
  static func crc16(_ bytes: some Sequence<UInt8>) -> UInt16 {
    bytes.reduce(0) { crc, byte in
      crc << 8 ^ table[Int(crc >> 8 ^ UInt16(byte))]
    }
  }

  private static let table: [UInt16] = (0..<256).map { index in
    (0..<8).reduce(UInt16(index) << 8) { crc, _ in
      crc & 0x8000 == 0 ? crc << 1 : crc << 1 ^ 0x1021
    }
  }
}
