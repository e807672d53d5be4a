import BlobStore

/// What a client says that the bytes of its upload are.
package struct StatedContent: Sendable {
  private let md5: HexDigits32?
  private let size: Int64?

  /// Nil for what the client does not say.
  package init(md5: String?, size: String?) throws(InvalidValue) {
    if let md5 {
      self.md5 = try HexDigits32(md5, field: "md5")
    } else {
      self.md5 = nil
    }
    if let size {
      guard let size = Int64(size) else { throw InvalidValue(reason: "size must be an integer") }
      self.size = size
    } else {
      self.size = nil
    }
  }

  /// Where the bytes that came are others; nil where all is as stated.
  func mismatch(_ digest: BlobDigest) -> DomainError? {
    if let md5, md5.text != digest.md5 {
      return .contentMismatch("md5 is not that of the bytes that came: \(digest.md5)")
    }
    if let size, size != digest.size {
      return .contentMismatch("size is not that of the bytes that came: \(digest.size)")
    }
    return nil
  }
}
