import BlobStore
import Crypto
import Testing

@Suite struct BlobNameTests {
  /// SHA-256 of "abc": ba7816bf…; in base64url by an independent tool.
  static let abc = Digest.sha256(Array("abc".utf8))
  static let abcText = "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"

  private func parse(_ path: String) -> BlobName? { BlobName(urlPath: Array(path.utf8).span.bytes) }

  @Test func readsAsBase64URL() throws {
    let name = BlobName(sha256: Self.abc)
    #expect(name.text == Self.abcText)
    #expect(name.path == "group1/M00/BA/78/\(Self.abcText)")
    #expect(name.sha256 == Self.abc)
    #expect("\(name)" == Self.abcText)
    var bytes = Array("/".utf8)
    name.appendPath(to: &bytes)
    #expect(bytes == Array("/\(name.path)".utf8))
    #expect(BlobName(Self.abcText) == name)
    #expect(BlobName(path: name.path) == name)
    #expect(parse("/" + name.path) == name)
  }

  @Test func agreesWithBase64() {
    for seed in UInt8(0)...255 {
      let digest = Digest.sha256([seed])
      let name = BlobName(sha256: digest)
      #expect(name.text == Base64.encodeURLSafe(digest))
      #expect(name.sha256 == digest)
      #expect(BlobName(name.text) == name)
      #expect(BlobName(path: name.path) == name)
    }
    #expect(
      BlobName(sha256: [UInt8](repeating: 0, count: 32)).text == String(repeating: "A", count: 43))
    #expect(
      BlobName(sha256: [UInt8](repeating: 255, count: 32)).text == String(repeating: "_", count: 42)
        + "8")
  }

  @Test func isEqualByAllBytes() {
    for index in 0..<32 {
      var digest = Self.abc
      digest[index] ^= 1
      #expect(BlobName(sha256: digest) != BlobName(sha256: Self.abc))
    }
    #expect(Set([BlobName(sha256: Self.abc), BlobName(sha256: Self.abc)]).count == 1)
  }

  @Test(arguments: [
    "", "a", "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa",
    "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0A",
    "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0=", "+ngWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0",
    "/ngWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0", ".ngWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0",
    " ngWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0", "égWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0",
    // Bits that no digest has.
    "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa1", "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa2",
    "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa3",
  ])
  func refusesOtherTexts(_ text: String) {
    #expect(BlobName(text) == nil)
  }

  @Test(arguments: [".jpg", ".JPG", ".null", ".%E7%85%A7", ".tar.gz", ".日本", ".\u{0}", "..", ". "])
  func takesAType(_ type: String) {
    #expect(parse("/group1/M00/BA/78/\(Self.abcText)\(type)") == BlobName(sha256: Self.abc))
    // Only URLs have one.
    #expect(BlobName(path: "group1/M00/BA/78/\(Self.abcText)\(type)") == nil)
  }

  /// The name's text is written "TEXT".
  @Test(arguments: [
    "", "/", "/group1/M00/BA/78/", "group1/M00/BA/78/TEXT", "//group1/M00/BA/78/TEXT",
    "/group1/M00/BA/79/TEXT", "/group1/M00/BB/78/TEXT", "/group1/M00/ba/78/TEXT",
    "/group1/M00/BA/78/TEXTx", "/group1/M00/BA/78/TEXT/", "/group1/M00/BA/78/TEX",
    "/group1/M00/BA/78/xTEXT",
    "/group1/M00/BA/78/TEXT.", "/group1/M00/BA/78/TEXT.a/b", "/group1/M00/BA/78/TEXT/../x",
    "/group2/M00/BA/78/TEXT", "/group1/M01/BA/78/TEXT", "/GROUP1/M00/BA/78/TEXT",
    "/group1/M00/BA/78\\TEXT", "/group1/M00/BA/78/TEXT?x", "/group1/M00/B/78/TEXT.png",
    "/group1/M00/BA/7/TEXT.png",
  ])
  func refusesOtherPaths(_ path: String) {
    #expect(parse(path.replacing("TEXT", with: Self.abcText)) == nil)
  }
}
