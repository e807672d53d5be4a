import Crypto
import Events

/// A question that only who has a file's bytes can answer: the SHA-256 over a nonce and the bytes of some ranges
/// of the file. The nonce carries all that the check needs, under a code that only the server can make, so nothing
/// is stored for a challenge. Pure.
///
///     nonce = <expires, s, hex> "-" <size, hex> "-" <32 random hex digits> "-" <32 digits of HMAC-SHA-256 over
///             what stands before it, the user and the md5, each behind a line feed>
///     ranges: the whole file up to 64 KiB; else 16 of 4 KiB, the i-th (from 0) at the first eight bytes of
///             SHA-256(nonce ":" i), big-endian, modulo (size - 4096 + 1)
///     proof = hex SHA-256(nonce, then the bytes of each range in their order)
struct PossessionChallenge: Equatable {
  static let validSeconds: Int64 = 120
  static let rangeCount = 16
  static let rangeBytes: Int64 = 4096
  /// The largest size that a client may name: more than any file has, and no overflow.
  static let sizeMax: Int64 = 1 << 48

  let nonce: String
  let size: Int64

  /// A new one for a file of `size` bytes.
  init(size: Int64, user: UserName, md5: HexDigits32, now: Int64, secret: [UInt8]) {
    let body =
      "\(String(now + Self.validSeconds, radix: 16))-\(String(size, radix: 16))-"
      + RandomBytes.hex(bytes: 16)
    self.size = size
    nonce = body + "-" + Self.code(body, user, md5, secret)
  }

  /// One that comes back; nil where it is not ours, not for this user and md5, or over.
  init?(nonce: String, user: UserName, md5: HexDigits32, now: Int64, secret: [UInt8]) {
    guard nonce.utf8.count <= 128, let dash = nonce.lastIndex(of: "-") else { return nil }
    let body = String(nonce[..<dash])
    let parts = body.split(separator: "-", omittingEmptySubsequences: false)
    guard
      constantTimeEquals(
        Array(nonce[nonce.index(after: dash)...].utf8),
        Array(Self.code(body, user, md5, secret).utf8)),
      parts.count == 3, let expires = Int64(parts[0], radix: 16), now < expires,
      let size = Int64(parts[1], radix: 16)
    else { return nil }
    self.nonce = nonce
    self.size = size
  }

  private static func code(
    _ body: String, _ user: UserName, _ md5: HexDigits32, _ secret: [UInt8]
  ) -> String {
    let message = Array("\(body)\n\(user.text)\n\(md5.text)".utf8)
    return Hex.encode(Array(MessageCode.sha256(message, key: secret).prefix(16)))
  }

  /// Where the bytes stand that count.
  var ranges: [Range<Int64>] {
    guard size > Int64(Self.rangeCount) * Self.rangeBytes else { return [0..<size] }
    return (0..<Self.rangeCount).map { number in
      let digest = Digest.sha256(Array("\(nonce):\(number)".utf8))
      let place = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      let start = Int64(place % UInt64(size - Self.rangeBytes + 1))
      return start..<start + Self.rangeBytes
    }
  }

  /// The answer of who has the bytes; `read` gives those of a range.
  func proof<Failure>(_ read: (Range<Int64>) throws(Failure) -> [UInt8]) throws(Failure) -> String {
    let digest = Digest(.sha256)
    digest.update(Array(nonce.utf8))
    for range in ranges { digest.update(try read(range)) }
    return Hex.encode(digest.finish())
  }
}
