/// A blob's name: the SHA-256 of its bytes, written as 43 characters of unpadded base64url (RFC 4648
/// §5).
///
/// In the volume and in URLs it stands under `group1/M00/XX/YY/`, XX and YY being the digest's first
/// two bytes in upper-case hexadecimal: 65,536 folders, so none grows large. The name tells a stranger
/// nothing, and two different files never share one. Making, comparing and hashing one allocates
/// nothing: that happens for each blob served.
package struct BlobName: Sendable {
  private var digest: InlineArray<32, UInt8>

  /// The number of characters of `text`.
  package static let textBytes = 43
  /// Where all blobs lie, below the volume's root and below the server's.
  package static let folder = "group1/M00"

  /// The name of what has this digest, which must be 32 bytes long.
  package init(sha256: [UInt8]) {
    digest = InlineArray(repeating: 0)
    precondition(sha256.count == digest.count)
    for index in sha256.indices { digest[index] = sha256[index] }
  }

  /// The name that reads `text`; nil for any other text. Only one text gives a name: the two bits by
  /// which 43 characters hold more than a digest must be zero.
  package init?(_ text: String) {
    self.init(text: Array(text.utf8).span.bytes)
  }

  /// The name at `group1/M00/XX/YY/<text>`; nil for any other path, also where XX and YY are another
  /// name's.
  package init?(path: String) {
    guard path.utf8.count == Self.pathBytes else { return nil }
    self.init(urlPath: Array("/\(path)".utf8).span.bytes)
  }

  /// The name in a URL's path, `/group1/M00/XX/YY/<text>`, perhaps followed by `.` and the file's type;
  /// nil for any other path, also where XX and YY are another name's. The type may be anything but
  /// another path segment: the bytes are what their name says.
  package init?(urlPath path: RawSpan) {
    let textStart = 1 + Self.prefixBytes
    let textEnd = textStart + Self.textBytes
    guard path.byteCount >= textEnd, Self.isTypeOrNothing(path.extracting(textEnd...)),
      let name = BlobName(text: path.extracting(textStart..<textEnd)),
      name.isAt(path.extracting(0..<textStart))
    else { return nil }
    self = name
  }

  /// The digest's 32 bytes.
  package var sha256: [UInt8] { digest.indices.map { digest[$0] } }

  /// The 43 characters.
  package var text: String {
    Self.string(count: Self.textBytes) { append in forEachCharacter(append) }
  }

  /// `group1/M00/XX/YY/<text>`: below the volume's root, and with a `/` before it in URLs.
  package var path: String {
    Self.string(count: Self.pathBytes) { append in
      forEachPrefixByte(append)
      forEachCharacter(append)
    }
  }

  /// Appends `path` to `bytes`.
  package func appendPath(to bytes: inout [UInt8]) {
    forEachPrefixByte { bytes.append($0) }
    forEachCharacter { bytes.append($0) }
  }

  /// The folder of `path`.
  var folderPath: String { String(path.utf8.prefix(Self.prefixBytes - 1))! }

  /// The folder of the folder of `path`.
  var parentPath: String { String(path.utf8.prefix(Self.prefixBytes - 4))! }

  /// A number for the folder, from 0 to 65,535: XX is the higher byte.
  var folderNumber: Int { Int(digest[0]) << 8 | Int(digest[1]) }
}

extension BlobName: Hashable {
  package static func == (one: BlobName, other: BlobName) -> Bool {
    one.word(0) == other.word(0) && one.word(1) == other.word(1) && one.word(2) == other.word(2)
      && one.word(3) == other.word(3)
  }

  package func hash(into hasher: inout Hasher) {
    // A digest's bits are as good as random: 64 of them scatter as well as all.
    hasher.combine(word(0))
  }

  private func word(_ index: Int) -> UInt64 {
    digest.span.bytes.unsafeLoadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)
  }
}

extension BlobName: CustomStringConvertible {
  package var description: String { text }
}

extension BlobName {
  /// "group1/M00/XX/YY/"
  private static let prefixBytes = 17
  private static let pathBytes = prefixBytes + textBytes

  private static let alphabet: StaticString =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
  /// The six bits of each character of `alphabet`; 64 for any other byte. A table, since the branches
  /// that ranges need cannot be foreseen by the processor in a text that is random.
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 64, count: 256)
    for value in 0..<64 { values[Int(alphabet.utf8Start[value])] = UInt8(value) }
    return values
  }()

  private init?(text: RawSpan) {
    guard text.byteCount == Self.textBytes else { return nil }
    digest = InlineArray(repeating: 0)
    let values = Self.values
    var bits: UInt32 = 0
    var bitCount = 0
    var index = 0
    for offset in 0..<Self.textBytes {
      let value = values[Int(text.unsafeLoad(fromByteOffset: offset, as: UInt8.self))]
      guard value < 64 else { return nil }
      bits = bits << 6 | UInt32(value)
      bitCount += 6
      guard bitCount >= 8 else { continue }
      bitCount -= 8
      digest[index] = UInt8(truncatingIfNeeded: bits >> UInt32(bitCount))
      index += 1
    }
    // 43 characters are 258 bits, the digest is 256.
    guard bits & 3 == 0 else { return nil }
  }

  @inline(__always)
  private func forEachCharacter(_ body: (UInt8) -> Void) {
    var bits: UInt32 = 0
    var bitCount = 0
    for index in digest.indices {
      bits = bits << 8 | UInt32(digest[index])
      bitCount += 8
      while bitCount >= 6 {
        bitCount -= 6
        body(Self.alphabet.utf8Start[Int(bits >> UInt32(bitCount) & 63)])
      }
    }
    // Four bits are left of 256.
    body(Self.alphabet.utf8Start[Int(bits << 2 & 63)])
  }

  /// The bytes of "group1/M00/XX/YY/".
  @inline(__always)
  private func forEachPrefixByte(_ body: (UInt8) -> Void) {
    let pattern: StaticString = "group1/M00/XX/YY/"
    for offset in 0..<Self.prefixBytes {
      switch offset {
      case 11: body(Self.hexDigit(digest[0] >> 4))
      case 12: body(Self.hexDigit(digest[0] & 15))
      case 14: body(Self.hexDigit(digest[1] >> 4))
      case 15: body(Self.hexDigit(digest[1] & 15))
      default: body(pattern.utf8Start[offset])
      }
    }
  }

  /// Whether a URL's path up to the text is that of this name.
  private func isAt(_ prefix: RawSpan) -> Bool {
    var isSame = prefix.unsafeLoad(as: UInt8.self) == UInt8(ascii: "/")
    var offset = 1
    forEachPrefixByte { byte in
      if prefix.unsafeLoad(fromByteOffset: offset, as: UInt8.self) != byte { isSame = false }
      offset += 1
    }
    return isSame
  }

  /// Whether what follows a text is nothing, or a dot and at least one byte, none of them a slash.
  private static func isTypeOrNothing(_ rest: RawSpan) -> Bool {
    guard rest.byteCount > 0 else { return true }
    guard rest.byteCount > 1, rest.unsafeLoad(as: UInt8.self) == UInt8(ascii: ".") else {
      return false
    }
    for offset in 1..<rest.byteCount
    where rest.unsafeLoad(fromByteOffset: offset, as: UInt8.self) == UInt8(ascii: "/") {
      return false
    }
    return true
  }

  /// A string of `count` bytes, which `write` appends one by one.
  @inline(__always)
  private static func string(count: Int, _ write: ((UInt8) -> Void) -> Void) -> String {
    String(unsafeUninitializedCapacity: count) { buffer in
      var index = 0
      write { byte in
        buffer[index] = byte
        index += 1
      }
      return index
    }
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
  }
}
