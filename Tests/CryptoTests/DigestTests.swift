import Crypto
import Testing

@Suite struct DigestTests {
  /// RFC 1321 §A.5.
  @Test(arguments: [
    ("", "d41d8cd98f00b204e9800998ecf8427e"), ("a", "0cc175b9c0f1b6a831c399e269772661"),
    ("abc", "900150983cd24fb0d6963f7d28e17f72"),
    ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
  ])
  func md5(_ text: String, _ hex: String) {
    #expect(Hex.encode(Digest.md5(Array(text.utf8))) == hex)
  }

  /// FIPS 180-4's examples.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func sha256(_ text: String, _ hex: String) {
    let bytes = Array(text.utf8)
    #expect(Hex.encode(Digest.sha256(bytes)) == hex)
    #expect(Digest.sha256(bytes.span.bytes) == Digest.sha256(bytes))
  }

  @Test func splitUpdatesGiveTheSameDigest() {
    let bytes = (0..<200).map { UInt8($0) }
    for cut in 0...bytes.count {
      let digest = Digest(.sha256)
      digest.update(Array(bytes[..<cut]))
      digest.update(bytes.span.extracting(cut..<bytes.count).bytes)
      digest.update([])
      #expect(digest.finish() == Digest.sha256(bytes))
    }
  }

  @Test func digestsMillionsOfBytes() {
    let digest = Digest(.sha256)
    let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 10_000)
    for _ in 0..<100 { digest.update(piece) }
    #expect(
      Hex.encode(digest.finish())
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func aSpentDigestRefusesMore() async {
    await #expect(processExitsWith: .failure) {
      let digest = Digest(.md5)
      _ = digest.finish()
      digest.update([1])
    }
  }
}
