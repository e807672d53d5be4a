import Testing

@testable import BlobStore

@Suite struct PictureSizeTests {
  private func size(_ bytes: [UInt8]) -> [Int]? {
    PictureSize(of: bytes.span.bytes).map { [$0.width, $0.height] }
  }

  @Test func png() {
    let head: [UInt8] =
      [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
    #expect(size(head + [0, 0, 2, 128, 0, 0, 1, 224]) == [640, 480])
    #expect(size(head + [0, 0, 0, 0, 0, 0, 1, 224]) == nil)
    #expect(size(head + [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 1, 224]) == nil)
    #expect(size(head) == nil)
  }

  @Test func gif() {
    #expect(size(Array("GIF89a".utf8) + [0x80, 2, 0xE0, 1]) == [640, 480])
  }

  @Test func jpegBehindOtherSegments() {
    let start: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2]
    let frame: [UInt8] = [0xFF, 0xC2, 0, 17, 8, 1, 0xE0, 2, 0x80, 3]
    let tables: [UInt8] = [0xFF, 0xC4, 0, 3, 0]
    #expect(size(start + tables + frame) == [640, 480])
    #expect(size(start + tables) == nil)
    // On its side, perhaps.
    let exif: [UInt8] = [0xFF, 0xE1, 0, 8] + Array("Exif".utf8) + [0, 0]
    #expect(size(start + exif + frame) == nil)
  }

  @Test func webP() {
    let riff = Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WEBP".utf8)
    #expect(
      size(riff + Array("VP8X".utf8) + [10, 0, 0, 0, 0, 0, 0, 0, 0x7F, 2, 0, 0xDF, 1, 0])
        == [640, 480])
    #expect(
      size(
        riff + Array("VP8 ".utf8) + [0, 0, 0, 0, 0, 0, 0, 0x9D, 1, 0x2A, 0x80, 2, 0xE0, 1])
        == [640, 480])
    // 14 bits each of width - 1 and height - 1.
    let bits = 639 | 479 << 14
    let packed = (0..<4).map { UInt8(bits >> (8 * $0) & 0xFF) }
    #expect(size(riff + Array("VP8L".utf8) + [0, 0, 0, 0, 0x2F] + packed) == [640, 480])
  }

  @Test func others() {
    #expect(size([]) == nil)
    #expect(size(Array("BM and so on, much text".utf8)) == nil)
  }
}
