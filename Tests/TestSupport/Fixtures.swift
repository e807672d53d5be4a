/// Files to upload. All of them are made here, so that a test states every byte that it expects
/// back.
package enum Fixtures {
  /// A PNG of one transparent pixel, whole and valid.
  package static let png: [UInt8] = base64(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4"
      + "2mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
  )

  /// A GIF of one pixel, whole and valid.
  package static let gif: [UInt8] = base64(
    "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")

  /// The first bytes of a JPEG (SOI, JFIF APP0) and its end marker: enough for whoever tells types
  /// by bytes.
  package static let jpeg: [UInt8] =
    [0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10] + Array("JFIF".utf8)
    + [0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0xff, 0xd9]

  /// A WebP container with an empty lossy frame.
  package static let webp: [UInt8] =
    Array("RIFF".utf8) + [0x1a, 0, 0, 0] + Array("WEBPVP8 ".utf8)
    + [0x0e, 0, 0, 0, 0x30, 1, 0, 0x9d, 1, 0x2a, 1, 0, 1, 0, 2, 0]

  /// The start of an MP3 with an ID3v2 tag.
  package static let mp3: [UInt8] =
    Array("ID3".utf8) + [4, 0, 0, 0, 0, 0, 0] + [0xff, 0xfb, 0x90, 0x64]

  /// The start of an MP4 file (ftyp box, brand isom).
  package static let mp4: [UInt8] =
    [0, 0, 0, 0x18] + Array("ftypisom".utf8) + [0, 0, 2, 0] + Array("isommp42".utf8) + [0, 0, 0, 8]
    + Array("mdat".utf8)

  /// The smallest text that readers take for a PDF.
  package static let pdf: [UInt8] = Array(
    ("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
      + "2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n%%EOF\n")
      .utf8)

  /// A page with a script that an image host must never run.
  package static let html: [UInt8] = Array(
    "<!DOCTYPE html><html><body><script>alert(document.domain)</script></body></html>\n".utf8)

  /// A picture with a script that an image host must never run.
  package static let svg: [UInt8] = Array(
    """
    <?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">\
    <script>alert(document.domain)</script></svg>
    """.utf8)

  /// Two different files of 128 bytes with one MD5, 79054025255fb1a26e4bc422aef54eb4 (Wang, Feng,
  /// Lai and Yu, "Collisions for Hash Functions", 2004).
  package static let collidingPair: (first: [UInt8], second: [UInt8]) = {
    let first = hex(
      """
      d131dd02c5e6eec4693d9a0698aff95c2fcab58712467eab4004583eb8fb7f89
      55ad340609f4b30283e488832571415a085125e8f7cdc99fd91dbdf280373c5b
      d8823e3156348f5bae6dacd436c919c6dd53e2b487da03fd02396306d248cda0
      e99f33420f577ee8ce54b67080a80d1ec69821bcb6a8839396f9652b6ff72a70
      """)
    var second = first
    // The two differ in the top bit of six bytes.
    for offset in [19, 45, 59, 83, 109, 123] { second[offset] ^= 0x80 }
    return (first, second)
  }()

  /// The md5 of "123456", the password of every example in the API document.
  package static let documentPassword = "e10adc3949ba59abbe56e057f20f883e"

  /// `count` bytes without a pattern, the same ones for the same `seed`: the file that only this
  /// test has.
  package static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    return generator.bytes(count)
  }

  /// The bytes of the standard base64 text `text`; stops at what is none.
  package static func base64(_ text: String) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var bytes: [UInt8] = []
    var buffer: UInt32 = 0
    var bits = 0
    for character in text.utf8 {
      guard let digit = alphabet.firstIndex(of: character) else { break }
      buffer = buffer << 6 | UInt32(digit)
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
      }
    }
    return bytes
  }

  private static func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap { $0.hexDigitValue.map(UInt8.init) }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
