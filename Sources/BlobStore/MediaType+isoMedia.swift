/// Files of the ISO base media format (ISO/IEC 14496-12): pictures, sound and video alike are
/// boxes, of which the first, `ftyp`, says by four-letter brands what the rest is.
extension MediaType {
  static func isoMedia(_ sample: ByteSample) -> MediaType? {
    guard sample.has("ftyp", at: 4) else { return nil }
    let boxBytes = Int(sample.bigEndian32(at: 0))
    guard boxBytes >= 16, boxBytes <= brandBoxBytesMax else { return nil }
    if let type = mediaType(ofBrandAt: 8, sample) { return type }
    // The major brand is too general to tell (mif1, for instance, says only that it is a picture),
    // or is not known: the compatible brands from byte 16 on decide.
    for offset in stride(from: 16, to: min(boxBytes, sample.count) - 3, by: 4) {
      if let type = mediaType(ofBrandAt: offset, sample) { return type }
    }
    return sample.has("mif1", at: 8) || sample.has("msf1", at: 8) ? MediaType("image/heif") : nil
  }

  /// Room for more than two hundred brands.
  private static let brandBoxBytesMax = 1024

  private static func mediaType(ofBrandAt offset: Int, _ sample: ByteSample) -> MediaType? {
    for (brand, contentType) in brands where sample.has(brand, at: offset) {
      return MediaType(contentType)
    }
    return nil
  }

  /// Brands by their beginnings (mp4ra.org). Three letters where the fourth is a version.
  private static let brands: [(StaticString, String)] = [
    ("avif", "image/avif"), ("avis", "image/avif"),
    ("heic", "image/heic"), ("heix", "image/heic"), ("heim", "image/heic"), ("heis", "image/heic"),
    ("hevc", "image/heic-sequence"), ("hevx", "image/heic-sequence"),
    ("M4A ", "audio/mp4"), ("M4B ", "audio/mp4"), ("M4P ", "audio/mp4"),
    ("qt  ", "video/quicktime"),
    ("3gp", "video/3gpp"), ("3gr", "video/3gpp"), ("3gs", "video/3gpp"), ("3ge", "video/3gpp"),
    ("3g2", "video/3gpp2"),
    ("isom", "video/mp4"), ("iso", "video/mp4"), ("mp4", "video/mp4"), ("avc1", "video/mp4"),
    ("M4V", "video/mp4"), ("MSNV", "video/mp4"), ("dash", "video/mp4"), ("f4v ", "video/mp4"),
    ("mmp4", "video/mp4"),
  ]
}
