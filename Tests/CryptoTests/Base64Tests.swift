import Crypto
import Testing

@Suite struct Base64Tests {
  /// RFC 4648 §10.
  static let vectors = [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
  ]

  @Test(arguments: vectors)
  func knownAnswers(_ plain: String, _ text: String) {
    let bytes = Array(plain.utf8)
    let unpadded = String(text.prefix { $0 != "=" })
    #expect(Base64.encode(bytes) == text)
    #expect(Base64.encodeUnpadded(bytes) == unpadded)
    #expect(Base64.encodeURLSafe(bytes) == unpadded)
    #expect(Base64.decode(text) == bytes)
    #expect(Base64.decode(unpadded) == bytes)
    #expect(Base64.decodeURLSafe(unpadded) == bytes)
  }

  @Test func theAlphabetsDiffer() {
    let bytes: [UInt8] = [0xFB, 0xEF, 0xFF]
    #expect(Base64.encode(bytes) == "++//")
    #expect(Base64.encodeURLSafe(bytes) == "--__")
    #expect(Base64.decode("--__") == nil)
    #expect(Base64.decodeURLSafe("++//") == nil)
  }

  @Test func decodesWhatItEncodes() {
    let bytes = (0...255).map { UInt8($0) }
    for count in 0...bytes.count {
      let part = Array(bytes.suffix(count))
      #expect(Base64.decode(Base64.encode(part)) == part)
      #expect(Base64.decodeURLSafe(Base64.encodeURLSafe(part)) == part)
    }
  }

  @Test(arguments: [
    "Z", "Zg=", "Zg===", "Z===", "====", "=", "Zm9v=", "Zm=v", "Zg==Zg==", "Zh==", "Zm9=", "Zm8 ",
    " Zm8", "Zm\n8",
    "Zm9vé", "Zm9v====", "A=AA",
  ])
  func refuses(_ text: String) {
    #expect(Base64.decode(text) == nil)
  }

  @Test(arguments: ["Z", "Zg==", "Zh", "Zm8=", "a b"])
  func refusesURLSafe(_ text: String) {
    #expect(Base64.decodeURLSafe(text) == nil)
  }
}
