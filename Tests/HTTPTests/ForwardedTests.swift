import Events
import Testing

@testable import HTTP

struct ForwardedTests {
  private let peer = IPAddress("127.0.0.1")!
  private let trusted = [
    IPNetwork("127.0.0.0/8")!, IPNetwork("10.0.0.0/8")!, IPNetwork("fd00::/8")!,
  ]

  @Test(arguments: [
    ("203.0.113.9", "203.0.113.9"),
    // The client's own claim stands before what the proxy saw.
    ("198.51.100.1, 203.0.113.9", "203.0.113.9"),
    ("198.51.100.1,10.0.0.7", "198.51.100.1"),
    ("1.1.1.1, 203.0.113.9 , 10.0.0.7,10.0.0.8", "203.0.113.9"),
    ("203.0.113.9:4711", "203.0.113.9"), ("[2001:db8::7]:4711", "2001:db8::7"),
    ("2001:db8::7", "2001:db8::7"), ("::ffff:203.0.113.9", "203.0.113.9"),
    // Proxies only: the first of them asks for itself.
    ("10.0.0.9, 10.0.0.8", "10.0.0.9"),
    // Nothing of use: the nearest that is known.
    ("", "127.0.0.1"), ("unknown", "127.0.0.1"), ("203.0.113.9, unknown", "127.0.0.1"),
    ("unknown, 10.0.0.8", "10.0.0.8"), (",", "127.0.0.1"),
  ])
  func theLastAddressThatIsNoTrustedProxys(_ field: String, _ client: String) {
    let bytes = Array(field.utf8)
    #expect(
      Forwarded.client(bytes.span.bytes, peer: peer, trusted: trusted) == IPAddress(client))
  }

  @Test(arguments: [
    ("https", true), ("HTTPS", true), ("http", false), ("", false), ("http, https", true),
    ("https, http", false),
  ])
  func theNearestProxySaysWhetherItWasEncrypted(_ field: String, _ isSecure: Bool) {
    let bytes = Array(field.utf8)
    #expect(Forwarded.isSecure(bytes.span.bytes) == isSecure)
  }
}
