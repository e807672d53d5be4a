/// A blob's name: the SHA-256 of its bytes, written as 43 characters of unpadded base64url (RFC 4648 §5).
///
/// In the volume and in URLs it stands under `group1/M00/XX/YY/`, XX and YY being the digest's first two bytes
/// in upper-case hexadecimal: 65,536 folders, so none grows large. The name tells a stranger nothing, and two
/// different files never share one.
package struct BlobName: Hashable, Sendable {
  /// The digest, most significant byte first. Four words rather than an array: a name is made, hashed and
  /// compared for each blob served, and costs no allocation.
  private var words: (UInt64, UInt64, UInt64, UInt64)

  /// The number of characters of `text`.
  package static let textBytes = 43
  /// Where all blobs lie, below the volume's root and below the server's.
  package static let folder = "group1/M00"

  private static let digestBytes = 32
  /// "group1/M00/XX/YY/"
  private static let prefixBytes = 17

  /// The name of what has this digest, which must be 32 bytes long.
  package init(sha256: [UInt8]) {
    precondition(sha256.count == Self.digestBytes)
    words = (0, 0, 0, 0)
    for (index, byte) in sha256.enumerated() { setByte(index, byte) }
  }

  /// The name that reads `text`; nil for any other text. Only one text gives a name: the two bits by which 43
  /// characters hold more than a digest must be zero.
  package init?(_ text: String) {
    self.init(text: Array(text.utf8).span.bytes)
  }

  /// The name at `group1/M00/XX/YY/<text>`; nil for any other path, also where XX and YY are another name's.
  package init?(path: String) {
    self.init(urlPath: Array("/\(path)".utf8).span.bytes)
    guard path.utf8.count == Self.prefixBytes + Self.textBytes else { return nil }
  }

  /// The name in a URL's path, `/group1/M00/XX/YY/<text>`, perhaps followed by `.` and the file's type; nil for
  /// any other path, also where XX and YY are another name's. The type may be anything but another path segment:
  /// the bytes are what their name says. Allocates nothing.
  package init?(urlPath path: RawSpan) {
    let nameStart = 1 + Self.prefixBytes
    let nameEnd = nameStart + Self.textBytes
    guard path.byteCount >= nameEnd, Self.isTypeOrNothing(path, from: nameEnd),
      let name = BlobName(text: path.extracting(nameStart..<nameEnd)), name.isAt(path)
    else { return nil }
    self = name
  }

  /// The digest's 32 bytes.
  package var sha256: [UInt8] { (0..<Self.digestBytes).map(byte) }

  /// The 43 characters.
  package var text: String {
    String(unsafeUninitializedCapacity: Self.textBytes) { characters in
      for index in 0..<Self.textBytes { characters[index] = character(index) }
      return Self.textBytes
    }
  }

  /// `group1/M00/XX/YY/<text>`: below the volume's root, and with a `/` before it in URLs.
  package var path: String { "\(folderPath)/\(text)" }

  /// The folder of `path`.
  var folderPath: String { "\(parentPath)/\(hexByte(1))" }

  /// The folder of the folder of `path`.
  var parentPath: String { "\(Self.folder)/\(hexByte(0))" }

  /// A number for the folder, from 0 to 65,535: XX is the higher byte.
  var folderNumber: Int { Int(byte(0)) << 8 | Int(byte(1)) }

  package static func == (one: BlobName, other: BlobName) -> Bool { one.words == other.words }

  package func hash(into hasher: inout Hasher) {
    // A digest's bits are as good as random: 64 of them scatter as well as all.
    hasher.combine(words.0)
  }
}

extension BlobName {
  private init?(text: RawSpan) {
    guard text.byteCount == Self.textBytes else { return nil }
    words = (0, 0, 0, 0)
    var bits: UInt32 = 0
    var bitCount = 0
    var index = 0
    for offset in 0..<Self.textBytes {
      let character = text.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
      guard let value = Self.value(of: character) else { return nil }
      bits = bits << 6 | UInt32(value)
      bitCount += 6
      guard bitCount >= 8 else { continue }
      bitCount -= 8
      setByte(index, UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
      index += 1
    }
    // 43 characters are 258 bits, the digest is 256.
    guard bits & 3 == 0 else { return nil }
  }

  private func byte(_ index: Int) -> UInt8 {
    let word =
      switch index >> 3 {
      case 0: words.0
      case 1: words.1
      case 2: words.2
      default: words.3
      }
    return UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * (index & 7)))
  }

  private mutating func setByte(_ index: Int, _ byte: UInt8) {
    let bits = UInt64(byte) << UInt64(56 - 8 * (index & 7))
    switch index >> 3 {
    case 0: words.0 |= bits
    case 1: words.1 |= bits
    case 2: words.2 |= bits
    default: words.3 |= bits
    }
  }

  /// The character at `index` of `text`: six bits from `6 * index` on, of which the last has only four.
  private func character(_ index: Int) -> UInt8 {
    let start = 6 * index
    let high = UInt16(byte(start >> 3))
    let low = start >> 3 + 1 < Self.digestBytes ? UInt16(byte(start >> 3 + 1)) : 0
    let value = UInt8((high << 8 | low) >> UInt16(10 - start & 7) & 63)
    switch value {
    case 0..<26: return UInt8(ascii: "A") + value
    case 26..<52: return UInt8(ascii: "a") + value - 26
    case 52..<62: return UInt8(ascii: "0") + value - 52
    case 62: return UInt8(ascii: "-")
    default: return UInt8(ascii: "_")
    }
  }

  @inline(__always)
  private static func value(of character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
    case UInt8(ascii: "-"): 62
    case UInt8(ascii: "_"): 63
    default: nil
    }
  }

  /// Whether a URL's path, long enough, starts with "/group1/M00/XX/YY/" of this name.
  private func isAt(_ path: RawSpan) -> Bool {
    let expected: StaticString = "/group1/M00/XX/YY/"
    for offset in 0..<expected.utf8CodeUnitCount {
      let character =
        switch offset {
        case 12: Self.hexDigit(byte(0) >> 4)
        case 13: Self.hexDigit(byte(0) & 15)
        case 15: Self.hexDigit(byte(1) >> 4)
        case 16: Self.hexDigit(byte(1) & 15)
        default: expected.utf8Start[offset]
        }
      if path.unsafeLoad(fromByteOffset: offset, as: UInt8.self) != character { return false }
    }
    return true
  }

  /// Whether nothing follows at `start`, or a dot and at least one byte, none of them a slash.
  private static func isTypeOrNothing(_ path: RawSpan, from start: Int) -> Bool {
    guard start < path.byteCount else { return true }
    guard path.unsafeLoad(fromByteOffset: start, as: UInt8.self) == UInt8(ascii: "."),
      start + 1 < path.byteCount
    else { return false }
    for offset in start + 1..<path.byteCount
    where path.unsafeLoad(fromByteOffset: offset, as: UInt8.self) == UInt8(ascii: "/") {
      return false
    }
    return true
  }

  private func hexByte(_ index: Int) -> String {
    let digits = [Self.hexDigit(byte(index) >> 4), Self.hexDigit(byte(index) & 15)]
    return String(decoding: digits, as: UTF8.self)
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
  }
}

extension BlobName: CustomStringConvertible {
  package var description: String { text }
}
