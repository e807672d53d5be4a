/// What a blob is served as. It follows from the bytes alone, never from a name or from what a
/// client said: so nobody can have a page run as this site by calling it a picture.
package struct MediaType: Sendable, Equatable {
  /// The value of the answer's `Content-Type`.
  package let contentType: String
  /// Whether browsers are to save it rather than show it (`Content-Disposition: attachment`).
  package let isAttachment: Bool

  /// How much of a file is looked at. Patterns stand in the first few bytes; text and the start of
  /// an SVG document, which may have comments before it, need more.
  package static let sampleBytes = 4096

  /// What is neither text nor of a known kind.
  package static let unknown = MediaType(
    contentType: "application/octet-stream", isAttachment: true)
  package static let plainText = MediaType("text/plain; charset=utf-8")
  /// SVG may hold scripts: only to be served with a sandboxing Content-Security-Policy.
  package static let svg = MediaType("image/svg+xml")

  init(_ contentType: String) { self.init(contentType: contentType, isAttachment: false) }

  private init(contentType: String, isAttachment: Bool) {
    self.contentType = contentType
    self.isAttachment = isAttachment
  }

  /// Whether it is a picture that an `<img>` can show, in browsers that know its format.
  package var isImage: Bool { contentType.hasPrefix("image/") }
  /// Whether it may play in a `<video>` or an `<audio>`.
  package var isVideo: Bool { contentType.hasPrefix("video/") }
  package var isSound: Bool { contentType.hasPrefix("audio/") }

  /// The kind of a file that begins with `sample`. `isWhole`: nothing follows.
  ///
  /// An empty file is text of no characters: shown as an empty page rather than saved.
  package init(sniffing sample: RawSpan, isWhole: Bool) {
    let sample = ByteSample(sample)
    self =
      Self.image(sample) ?? Self.sound(sample) ?? Self.video(sample) ?? Self.isoMedia(sample)
      ?? Self.document(sample, isWhole: isWhole) ?? .unknown
  }
}

extension MediaType {
  private static func image(_ sample: ByteSample) -> MediaType? {
    if sample.has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      return MediaType("image/png")
    }
    if sample.has([0xFF, 0xD8, 0xFF]) { return MediaType("image/jpeg") }
    if sample.has("GIF87a") || sample.has("GIF89a") { return MediaType("image/gif") }
    if sample.has("RIFF"), sample.has("WEBP", at: 8) { return MediaType("image/webp") }
    if isBitmap(sample) { return MediaType("image/bmp") }
    // Icons and cursors: a reserved word, the kind, and at least one picture.
    if sample.has([0, 0, 1, 0]) || sample.has([0, 0, 2, 0]), sample[4] > 0, sample[5] == 0 {
      return MediaType("image/x-icon")
    }
    // Intel and Motorola byte order, each also as BigTIFF.
    if sample.has([0x49, 0x49, 42, 0]) || sample.has([0x4D, 0x4D, 0, 42])
      || sample.has([0x49, 0x49, 43, 0]) || sample.has([0x4D, 0x4D, 0, 43])
    {
      return MediaType("image/tiff")
    }
    // JPEG XL: the bare codestream, and the container's signature box.
    if sample.has([0xFF, 0x0A])
      || sample.has([0, 0, 0, 12, 0x4A, 0x58, 0x4C, 0x20, 0x0D, 0x0A, 0x87, 0x0A])
    {
      return MediaType("image/jxl")
    }
    return nil
  }

  /// "BM" may begin a text too: the reserved words must be zero and the length of the second header
  /// a known one.
  private static func isBitmap(_ sample: ByteSample) -> Bool {
    let headerBytes: [UInt8] = [12, 40, 52, 56, 64, 108, 124]
    return sample.has("BM") && sample.has([0, 0, 0, 0], at: 6)
      && headerBytes.contains(sample[14]) && sample.has([0, 0, 0], at: 15)
  }

  private static func sound(_ sample: ByteSample) -> MediaType? {
    if sample.has("ID3") && sample[3] < 5 && sample.count > 10 { return MediaType("audio/mpeg") }
    if let type = MPEGAudio.mediaType(sample) { return type }
    if sample.has("fLaC") { return MediaType("audio/flac") }
    if sample.has("RIFF"), sample.has("WAVE", at: 8) { return MediaType("audio/wav") }
    if sample.has("MThd"), sample.bigEndian32(at: 4) == 6 { return MediaType("audio/midi") }
    guard sample.has("OggS") else { return nil }
    // A page's header: 27 bytes and one for each segment; then the first packet, which names the
    // codec.
    let packet = 27 + Int(sample[26])
    if sample.has("OpusHead", at: packet) || sample.has("\u{1}vorbis", at: packet)
      || sample.has("Speex   ", at: packet) || sample.has("\u{7F}FLAC", at: packet)
    {
      return MediaType("audio/ogg")
    }
    if sample.has([0x80, 0x74, 0x68, 0x65, 0x6F, 0x72, 0x61], at: packet)
      || sample.has("fishead\0", at: packet)
    {
      return MediaType("video/ogg")
    }
    return nil
  }

  private static func video(_ sample: ByteSample) -> MediaType? {
    if sample.has([0x1A, 0x45, 0xDF, 0xA3]) { return ebml(sample) }
    if sample.has("RIFF"), sample.has("AVI ", at: 8) { return MediaType("video/x-msvideo") }
    // A program stream's pack header, and the sequence header of bare video.
    if sample.has([0, 0, 1, 0xBA]) || sample.has([0, 0, 1, 0xB3]) {
      return MediaType("video/mpeg")
    }
    if isTransportStream(sample) { return MediaType("video/mp2t") }
    return nil
  }

  /// Packets of 188 bytes, each with a sync byte first; five of them are no accident.
  private static func isTransportStream(_ sample: ByteSample) -> Bool {
    let packetBytes = 188
    for packet in 0..<5 where sample[packet * packetBytes] != 0x47 { return false }
    return true
  }

  /// The document type (element 4282) stands in the EBML header, which is short (RFC 8794 §11.2.4).
  private static func ebml(_ sample: ByteSample) -> MediaType? {
    if sample.firstIndex(of: "webm", from: 4, before: 64) != nil { return MediaType("video/webm") }
    if sample.firstIndex(of: "matroska", from: 4, before: 64) != nil {
      return MediaType("video/x-matroska")
    }
    return nil
  }

  private static func document(_ sample: ByteSample, isWhole: Bool) -> MediaType? {
    if sample.has("%PDF-") { return MediaType("application/pdf") }
    return TextSniffer.mediaType(sample, isWhole: isWhole)
  }
}
