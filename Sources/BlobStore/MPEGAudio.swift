/// MPEG audio without a container: it begins with a frame, whose first twelve bits are set. That is
/// little, so the frame's other fields must make sense, and the next frame must begin where this
/// one says it ends.
enum MPEGAudio {
  static func mediaType(_ sample: ByteSample) -> MediaType? {
    guard sample[0] == 0xFF, let (frameBytes, type) = frame(sample, at: 0) else { return nil }
    // A file may end after one frame; otherwise both must agree in version and layer.
    guard frameBytes < sample.count else { return type }
    let isFollowed = sample[frameBytes] == 0xFF && sample[frameBytes + 1] & 0xFE == sample[1] & 0xFE
    return isFollowed ? type : nil
  }

  /// A frame's length, and what it is part of.
  private static func frame(_ sample: ByteSample, at offset: Int) -> (bytes: Int, MediaType)? {
    switch (sample[offset + 1] & 0xF0, sample[offset + 1] >> 1 & 3) {
    case (0xF0, 0): adtsFrame(sample, at: offset).map { ($0, MediaType("audio/aac")) }
    case (0xF0, 1...2), (0xE0, 1...2):
      layerFrame(sample, at: offset).map { ($0, MediaType("audio/mpeg")) }
    default: nil
    }
  }

  /// AAC's own frame (ISO/IEC 14496-3 §1.A.2.2): 13 bits of length across three bytes.
  private static func adtsFrame(_ sample: ByteSample, at offset: Int) -> Int? {
    let frequencyIndex = sample[offset + 2] >> 2 & 15
    let bytes =
      Int(sample[offset + 3] & 3) << 11 | Int(sample[offset + 4]) << 3
      | Int(sample[offset + 5]) >> 5
    return frequencyIndex < 13 && bytes > 7 ? bytes : nil
  }

  /// Layers II and III (ISO/IEC 11172-3 §2.4.2.3, and 13818-3 for the lower sampling rates).
  private static func layerFrame(_ sample: ByteSample, at offset: Int) -> Int? {
    // 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5; 1 is reserved.
    let version = sample[offset + 1] >> 3 & 3
    let isLayer3 = sample[offset + 1] >> 1 & 3 == 1
    let rateIndex = Int(sample[offset + 2] >> 4)
    let frequencyIndex = Int(sample[offset + 2] >> 2 & 3)
    let padding = Int(sample[offset + 2] >> 1 & 1)
    // Rate 0 is "free", without a length to go by; hardly a file has it.
    guard version != 1, (1...14).contains(rateIndex), frequencyIndex < 3 else { return nil }
    let isVersion1 = version == 3
    let rates = isVersion1 ? (isLayer3 ? rates1Layer3 : rates1Layer2) : rates2
    let divisor = isVersion1 ? 1 : version == 2 ? 2 : 4
    let frequency = [44_100, 48_000, 32_000][frequencyIndex] / divisor
    let samplesPerFrame = isLayer3 && !isVersion1 ? 576 : 1152
    return samplesPerFrame / 8 * rates[rateIndex] * 1000 / frequency + padding
  }

  /// In kbit/s, by index.
  private static let rates1Layer3 = [
    0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
  ]
  private static let rates1Layer2 = [
    0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384,
  ]
  private static let rates2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
}
