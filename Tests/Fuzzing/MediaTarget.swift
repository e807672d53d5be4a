@testable import BlobStore

/// Whatever the first bytes of a file are, its type is one that no browser runs on our origin, and its size, if it
/// has one, is a picture's. The type of a file that is cut (a long one's sample) is looked at in the same way.
func fuzzMedia(_ bytes: [UInt8]) {
  guard let (whole, pieces) = cut(bytes) else { return }
  for (sample, isWhole) in [(whole, true), (whole, false), (pieces.first ?? [], false)] {
    let type = MediaType(sniffing: sample.span.bytes, isWhole: isWhole)
    let isKnown = ["image/", "audio/", "video/"].contains(where: type.contentType.hasPrefix)
    let isOther = ["application/pdf", "application/octet-stream", "text/plain; charset=utf-8"]
      .contains(type.contentType)
    guard isKnown || isOther || type.isAttachment else { fatalError("served as \(type)") }
    // Whatever begins like markup is SVG, which is sandboxed, or is saved.
    let first = sample.first { !"\t\n\u{0C}\r ".utf8.contains($0) }
    if type == .plainText, first == UInt8(ascii: "<") { fatalError("markup served as text") }
    guard let size = PictureSize(of: sample.span.bytes) else { continue }
    guard 1...1 << 20 ~= size.width, 1...1 << 20 ~= size.height else { fatalError("\(size)") }
  }
}
