import Crypto
import Testing

@Suite struct PasswordHashTests {
  @Test func verifiesWhatItMade() throws {
    let text = PasswordHash.make("0cc175b9c0f1b6a831c399e269772661")
    #expect(
      text.wholeMatch(of: /\$scrypt\$ln=14,r=8,p=1\$[A-Za-z0-9+\/]{22}\$[A-Za-z0-9+\/]{43}/) != nil)
    #expect(PasswordHash.verify("0cc175b9c0f1b6a831c399e269772661", against: text))
    #expect(!PasswordHash.verify("0cc175b9c0f1b6a831c399e269772662", against: text))
    #expect(!PasswordHash.verify("", against: text))
    #expect(PasswordHash.make("0cc175b9c0f1b6a831c399e269772661") != text)
    #expect(!PasswordHash.needsUpgrade(text))
  }

  /// RFC 7914 §12: "pleaseletmein" with the salt "SodiumChloride", N = 16384, r = 8, p = 1.
  @Test func agreesWithTheStandard() throws {
    let hash = try #require(
      Hex.decode(
        "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
          + "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"))
    let text =
      "$scrypt$ln=14,r=8,p=1$\(Base64.encodeUnpadded(Array("SodiumChloride".utf8)))$"
      + Base64.encodeUnpadded(hash)
    #expect(PasswordHash.verify("pleaseletmein", against: text))
    #expect(!PasswordHash.verify("pleaseletmeIn", against: text))
    // Another length of salt and hash than ours.
    #expect(PasswordHash.needsUpgrade(text))
  }

  @Test func verifiesOtherCosts() {
    // Made with hashlib.scrypt(b"secret", salt=b"0123456789abcdef", n=1024, r=4, p=2, dklen=32).
    let text =
      "$scrypt$ln=10,r=4,p=2$MDEyMzQ1Njc4OWFiY2RlZg$jWuTMOnskJ0E0bXgwQZMwppbOnXAd29H1VLScnTLlX4"
    #expect(PasswordHash.verify("secret", against: text))
    #expect(PasswordHash.needsUpgrade(text))
  }

  @Test func theDecoyCostsTheSameAndFitsNothing() {
    #expect(!PasswordHash.needsUpgrade(PasswordHash.decoy))
    #expect(!PasswordHash.verify("", against: PasswordHash.decoy))
    #expect(PasswordHash.decoy == PasswordHash.decoy)
  }

  static let salt = "MDEyMzQ1Njc4OWFiY2RlZg"
  static let hash = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

  /// Refused without work: the costs named here would take minutes and gigabytes.
  @Test(arguments: [
    "", "secret", "$scrypt$", "$bcrypt$ln=14,r=8,p=1$\(salt)$\(hash)",
    "$scrypt$ln=9,r=8,p=1$\(salt)$\(hash)",
    "$scrypt$ln=21,r=8,p=1$\(salt)$\(hash)", "$scrypt$ln=63,r=8,p=1$\(salt)$\(hash)",
    "$scrypt$ln=20,r=9,p=1$\(salt)$\(hash)", "$scrypt$ln=14,r=0,p=1$\(salt)$\(hash)",
    "$scrypt$ln=14,r=8,p=0$\(salt)$\(hash)", "$scrypt$ln=14,r=8,p=5$\(salt)$\(hash)",
    "$scrypt$ln=14,r=8$\(salt)$\(hash)", "$scrypt$ln=14,r=8,p=1,x=1$\(salt)$\(hash)",
    "$scrypt$r=8,ln=14,p=1$\(salt)$\(hash)", "$scrypt$ln=-1,r=8,p=1$\(salt)$\(hash)",
    "$scrypt$ln=14,r=8,p=1$$\(hash)", "$scrypt$ln=14,r=8,p=1$\(salt)$",
    "$scrypt$ln=14,r=8,p=1$\(salt)$!!",
    "$scrypt$ln=14,r=8,p=1$\(salt)$\(hash)$", "x$scrypt$ln=14,r=8,p=1$\(salt)$\(hash)",
    "$scrypt$ln=14,r=8,p=1$\(salt)$" + String(repeating: "A", count: 4000),
  ])
  func refusesWhatIsNoHash(_ text: String) {
    let start = ContinuousClock.now
    #expect(!PasswordHash.verify("secret", against: text))
    #expect(PasswordHash.needsUpgrade(text))
    #expect(ContinuousClock.now - start < .seconds(10))
  }
}
