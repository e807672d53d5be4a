import Testing

@testable import BlobStore

@Suite struct MediaTypeTests {
  private func sniff(_ bytes: [UInt8], isWhole: Bool = true) -> MediaType {
    MediaType(sniffing: bytes.span.bytes, isWhole: isWhole)
  }

  /// Beginnings as files have them, written as Latin-1.
  @Test(arguments: [
    ("\u{89}PNG\r\n\u{1A}\n\0\0\0\rIHDR", "image/png"),
    ("\u{FF}\u{D8}\u{FF}\u{E0}\0\u{10}JFIF", "image/jpeg"),
    ("GIF87a\u{1}\0", "image/gif"), ("GIF89a\u{1}\0", "image/gif"),
    ("RIFF\u{24}\0\0\0WEBPVP8 ", "image/webp"),
    ("BM\u{36}\0\0\0\0\0\0\0\u{36}\0\0\0\u{28}\0\0\0", "image/bmp"),
    ("\0\0\u{1}\0\u{1}\0\u{10}\u{10}", "image/x-icon"), ("\0\0\u{2}\0\u{1}\0  ", "image/x-icon"),
    ("II*\0\u{8}\0\0\0", "image/tiff"), ("MM\0*\0\0\0\u{8}", "image/tiff"),
    ("II+\0\u{8}\0\0\0", "image/tiff"),
    ("\u{FF}\u{A}\u{80}\u{1}", "image/jxl"), ("\0\0\0\u{C}JXL \r\n\u{87}\n", "image/jxl"),
    ("\0\0\0\u{1C}ftypavif\0\0\0\0mif1miafMA1B", "image/avif"),
    ("\0\0\0\u{1C}ftypavis\0\0\0\0msf1miafMA1B", "image/avif"),
    ("\0\0\0\u{18}ftypmif1\0\0\0\0mif1avif", "image/avif"),
    ("\0\0\0\u{18}ftypheic\0\0\0\0mif1heic", "image/heic"),
    ("\0\0\0\u{18}ftypmif1\0\0\0\0mif1heic", "image/heic"),
    ("\0\0\0\u{18}ftypmif1\0\0\0\0mif1miaf", "image/heif"),
    ("\0\0\0\u{18}ftyphevc\0\0\0\0msf1hevc", "image/heic-sequence"),
    ("ID3\u{4}\0\0\0\0\0\0\0\0", "audio/mpeg"), ("ID3\u{3}\0\0\0\0\0\u{F}\0\0", "audio/mpeg"),
    ("OggS\0\u{2}\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\u{1}\u{13}OpusHead", "audio/ogg"),
    ("OggS\0\u{2}\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\u{1}\u{1E}\u{1}vorbis", "audio/ogg"),
    ("OggS\0\u{2}\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\u{1}\u{2A}\u{80}theora", "video/ogg"),
    ("fLaC\0\0\0\u{22}", "audio/flac"), ("RIFF\u{24}\0\0\0WAVEfmt ", "audio/wav"),
    ("MThd\0\0\0\u{6}\0\u{1}", "audio/midi"),
    ("\0\0\0\u{1C}ftypM4A \0\0\0\0isomiso2", "audio/mp4"),
    ("\0\0\0\u{18}ftypisom\0\0\u{2}\0isommp41", "video/mp4"),
    ("\0\0\0\u{18}ftypmp42\0\0\0\0mp42isom", "video/mp4"),
    ("\0\0\0\u{14}ftypiso6\0\0\0\0dash", "video/mp4"),
    ("\0\0\0\u{14}ftypM4V \0\0\0\0mp42", "video/mp4"),
    ("\0\0\0\u{14}ftypqt  \0\0\0\0qt  ", "video/quicktime"),
    ("\0\0\0\u{14}ftyp3gp5\0\0\0\0isom", "video/3gpp"),
    ("\0\0\0\u{14}ftyp3g2a\0\0\0\0isom", "video/3gpp2"),
    ("\u{1A}E\u{DF}\u{A3}\u{9F}B\u{86}\u{81}\u{1}B\u{82}\u{84}webm", "video/webm"),
    ("\u{1A}E\u{DF}\u{A3}\u{A3}B\u{86}\u{81}\u{1}B\u{82}\u{88}matroska", "video/x-matroska"),
    ("RIFF\u{24}\0\0\0AVI LIST", "video/x-msvideo"),
    ("\0\0\u{1}\u{BA}\u{44}", "video/mpeg"), ("\0\0\u{1}\u{B3}\u{14}", "video/mpeg"),
    ("%PDF-1.4\n%\u{E2}\u{E3}", "application/pdf"),
  ])
  func knowsByTheirBeginnings(_ latin1: String, _ contentType: String) {
    let bytes = latin1.unicodeScalars.map { UInt8($0.value) }
    #expect(sniff(bytes, isWhole: false) == MediaType.of(contentType))
    #expect(sniff(bytes).contentType == contentType)
    #expect(!sniff(bytes).isAttachment)
    #expect(sniff(bytes).isImage == contentType.hasPrefix("image/"))
    // One byte of the pattern missing at the front: something else.
    #expect(sniff(Array(bytes.dropFirst())).contentType != contentType)
  }

  /// Frames of 417 bytes: MPEG 1 layer III, 128 kbit/s, 44.1 kHz; and AAC's with the length in the
  /// header.
  @Test func knowsBareMPEGAudioByTwoFrames() {
    let mp3 = [0xFF, 0xFB, 0x90, 0x64] + [UInt8](repeating: 0, count: 413)
    #expect(sniff(mp3 + mp3).contentType == "audio/mpeg")
    #expect(sniff(mp3).contentType == "audio/mpeg")
    #expect(sniff(mp3 + [0, 0, 0, 0]) == .unknown)
    #expect(sniff(mp3 + [0xFF, 0xFB]).contentType == "audio/mpeg")
    // MPEG 2 layer III, 64 kbit/s, 22.05 kHz: 208 bytes.
    let low = [0xFF, 0xF3, 0x80, 0x64] + [UInt8](repeating: 0, count: 204)
    #expect(sniff(low + low).contentType == "audio/mpeg")
    // MPEG 2.5 layer III, 32 kbit/s, 11.025 kHz: 208 bytes.
    let lowest = [0xFF, 0xE3, 0x40, 0x64] + [UInt8](repeating: 0, count: 204)
    #expect(sniff(lowest + lowest).contentType == "audio/mpeg")
    // MPEG 1 layer II, 192 kbit/s, 48 kHz: 576 bytes.
    let mp2 = [0xFF, 0xFD, 0xA4, 0x04] + [UInt8](repeating: 0, count: 572)
    #expect(sniff(mp2 + mp2).contentType == "audio/mpeg")
    let aac = [0xFF, 0xF1, 0x50, 0x80, 0x02, 0x1F, 0xFC] + [UInt8](repeating: 0, count: 9)
    #expect(sniff(aac + aac).contentType == "audio/aac")
    #expect(sniff(aac + [0, 0]) == .unknown)
  }

  @Test func knowsTransportStreamsByTheirPackets() {
    let packet = [0x47] + [UInt8](repeating: 0xFF, count: 187)
    #expect(sniff(Array(repeatElement(packet, count: 5).joined())).contentType == "video/mp2t")
    #expect(sniff(Array(repeatElement(packet, count: 4).joined())) == .unknown)
  }

  @Test(arguments: [
    "", "hello", "hello\r\n\tworld\u{C}\u{1B}[0m", "照片🌊", "\u{FEFF}text", "{\"a\": 1}",
    "function f() { return 1 < 2 }",
    "a <script>alert(1)</script>", "BM is the start of a word", "RIFF raff", "IDs", "II", "MM",
    "ftyp",
    "   \n", "%PDF", "GIF", "1234ftypisom",
  ])
  func knowsText(_ text: String) {
    #expect(sniff(Array(text.utf8)) == .plainText)
    #expect(!MediaType.plainText.isAttachment)
  }

  @Test(arguments: [
    "<html>", "<!DOCTYPE html>", " \n\t<script>alert(1)</script>", "\u{FEFF}<p>",
    "\u{FEFF} \r\n<p>", "<", "<?xml version=\"1.0\"?><a/>",
    "<?xml version=\"1.0\"", "<!-- x --><html><svg>", "<!-- x", "<!DOCTYPE svgx", "<svgx>", "<SVG>",
    "<svg", "<?php echo 1 ?>",
    "<html><svg xmlns=\"http://www.w3.org/2000/svg\"/></html>",
    "<!DOCTYPE svg [ <!ENTITY a \"b\"> ]", "<svg \0>",
  ])
  func markupIsSaved(_ text: String) {
    #expect(sniff(Array(text.utf8)) == .unknown)
    #expect(MediaType.unknown.isAttachment)
  }

  @Test(arguments: [
    "<svg>", "<svg/>", "<svg xmlns=\"http://www.w3.org/2000/svg\">", "\u{FEFF} \n<svg\n>",
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg >", "<!-- <html> --><!----><svg>",
    "<?xml version=\"1.0\"?><!-- a --> <!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG\" \"x.dtd\">\n<svg>",
    "<!DOCTYPE svg [ <!ENTITY a \"b\"> ]><svg>",
  ])
  func knowsSVG(_ text: String) {
    #expect(sniff(Array(text.utf8)) == .svg)
    #expect(MediaType.svg.contentType == "image/svg+xml" && !MediaType.svg.isAttachment)
  }

  @Test(
    arguments: [
      [0], [1, 2, 3], [0x41, 0x00], [0x41, 0x0B], [0x41, 0x1A], [0x80], [0xC3],
      [0xFF, 0xFE, 0x41, 0x00], [0xFE, 0xFF, 0x00, 0x41],
      [0xED, 0xA0, 0x80], [0x50, 0x4B, 0x03, 0x04], [0x7F, 0x45, 0x4C, 0x46, 0x02],
      [0x1F, 0x8B, 0x08], [0x4D, 0x5A, 0x90, 0x00],
      [0xFF, 0xD8],
      [0x00, 0x00, 0x00, 0x18, 0x66, 0x74, 0x79, 0x70, 0x00, 0x00, 0x00, 0x00, 0, 0, 0, 0],
    ] as [[UInt8]])
  func whatIsNotKnownIsSaved(_ bytes: [UInt8]) {
    #expect(sniff(bytes) == .unknown)
  }

  @Test func aSampleMayEndInTheMiddleOfACharacter() {
    for character in ["é", "照", "🌊"] {
      let bytes = Array(character.utf8)
      for cut in 1..<bytes.count {
        let sample = Array("text ".utf8) + bytes[..<cut]
        #expect(sniff(sample, isWhole: false) == .plainText)
        #expect(sniff(sample, isWhole: true) == .unknown)
      }
    }
    // Bytes that are the beginning of none.
    for tail in [
      [0x80], [0x80, 0x80], [0xC3, 0xA9, 0x80], [0xFF], [0xF0, 0x28], [0xE2, 0x28, 0xA1],
    ] as [[UInt8]] {
      #expect(sniff(Array("text".utf8) + tail, isWhole: false) == .unknown)
    }
  }

  /// Whatever the bytes, and wherever they end, there is an answer; and never a type that could run
  /// as a page.
  @Test func answersForEveryCut() {
    let start: [UInt8] = [0x52, 0x49, 0x46, 0x46, 0, 0, 0, 0, 0x57, 0x45, 0x42, 0x50]
    for count in 0...start.count {
      #expect(!sniff(Array(start[..<count])).contentType.contains("html"))
    }
    for first in UInt8(0)...255 {
      for second in UInt8(0)...255 {
        let type = sniff([first, second, 0xFB, 0, 0xFF, 0xFF, 0xFF, 0xFF], isWhole: false)
        #expect(!type.contentType.contains("html"))
      }
    }
  }
}

extension MediaType {
  /// The known type of that name, shown in the browser.
  fileprivate static func of(_ contentType: String) -> MediaType? {
    let known = [MediaType.unknown, .plainText, .svg].first { $0.contentType == contentType }
    return known ?? MediaType(contentType)
  }
}
