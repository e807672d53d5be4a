/// A picture's width and height, read from its first bytes. Nothing is decoded: a file that lies about its size is
/// shown at another one, no more. Pure; any thread.
package struct PictureSize: Sendable, Equatable {
  package let width: Int
  package let height: Int

  /// Larger than any picture that a browser shows: what claims more is no picture.
  private static let sideMax = 1 << 20

  private init?(_ width: Int, _ height: Int) {
    guard 1...Self.sideMax ~= width, 1...Self.sideMax ~= height else { return nil }
    self.width = width
    self.height = height
  }

  /// Nil where the format is none of PNG, GIF, JPEG, WebP, or where the size stands behind `sample`.
  package init?(of sample: RawSpan) {
    let sample = ByteSample(sample)
    let found: PictureSize? =
      if sample.has([0x89, 0x50, 0x4E, 0x47]) {
        PictureSize(Int(sample.bigEndian32(at: 16)), Int(sample.bigEndian32(at: 20)))
      } else if sample.has("GIF8") {
        PictureSize(Self.littleEndian(sample, 6, 2), Self.littleEndian(sample, 8, 2))
      } else if sample.has([0xFF, 0xD8, 0xFF]) {
        Self.jpeg(sample)
      } else if sample.has("RIFF"), sample.has("WEBP", at: 8) {
        Self.webP(sample)
      } else {
        nil
      }
    guard let found else { return nil }
    self = found
  }

  /// From segment to segment, up to the frame's header (ITU-T T.81 §B.2.2). Width and height change places in a
  /// photo that lies on its side by its EXIF orientation: such a one has its size unknown.
  private static func jpeg(_ sample: ByteSample) -> PictureSize? {
    var at = 2
    while at + 9 <= sample.count, sample[at] == 0xFF {
      let marker = sample[at + 1]
      // SOF0 to SOF15, without DHT, JPG and DAC, which stand among them.
      if 0xC0...0xCF ~= marker, marker != 0xC4, marker != 0xC8, marker != 0xCC {
        let lines = Int(sample[at + 5]) << 8 | Int(sample[at + 6])
        return PictureSize(Int(sample[at + 7]) << 8 | Int(sample[at + 8]), lines)
      }
      if marker == 0xE1, sample.has("Exif", at: at + 4) { return nil }
      at += 2 + (Int(sample[at + 2]) << 8 | Int(sample[at + 3]))
    }
    return nil
  }

  /// Lossy, lossless and extended files each say it in their own way (RFC 9649 §2.5 to §2.7).
  private static func webP(_ sample: ByteSample) -> PictureSize? {
    if sample.has("VP8X", at: 12) {
      return PictureSize(littleEndian(sample, 24, 3) + 1, littleEndian(sample, 27, 3) + 1)
    }
    if sample.has("VP8L", at: 12), sample[20] == 0x2F {
      let bits = littleEndian(sample, 21, 4)
      return PictureSize(bits & 0x3FFF + 1, bits >> 14 & 0x3FFF + 1)
    }
    if sample.has("VP8 ", at: 12), sample.has([0x9D, 0x01, 0x2A], at: 23) {
      return PictureSize(
        littleEndian(sample, 26, 2) & 0x3FFF, littleEndian(sample, 28, 2) & 0x3FFF)
    }
    return nil
  }

  private static func littleEndian(_ sample: ByteSample, _ offset: Int, _ bytes: Int) -> Int {
    (0..<bytes).reduce(0) { $0 | Int(sample[offset + $1]) << (8 * $1) }
  }
}
