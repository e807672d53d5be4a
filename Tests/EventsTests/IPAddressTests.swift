import Testing

@testable import Events

struct IPAddressTests {
  @Test(arguments: ["192.0.2.7", "2001:db8::7", "::1", "0.0.0.0"])
  func textsGoThereAndBack(_ text: String) {
    #expect(IPAddress(text)?.text == text)
  }

  @Test(arguments: ["", "localhost", "192.0.2", "192.0.2.7:80", "fe80::1%eth0", "[::1]"])
  func whatIsNoAddressIsNone(_ text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test func aMappedAddressIsTheIPv4One() {
    #expect(IPAddress("::ffff:192.0.2.7") == IPAddress("192.0.2.7"))
    #expect(IPAddress("::ffff:192.0.2.7")?.text == "192.0.2.7")
  }

  @Test func theNetworkOfIPv6Is64BitsLong() {
    #expect(IPAddress("2001:db8:1:2:3:4:5:6")?.network.text == "2001:db8:1:2::")
    #expect(IPAddress("192.0.2.7")?.network.text == "192.0.2.7")
  }

  @Test func whichAreTheMachinesOwn() {
    for text in ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"] {
      #expect(IPAddress(text)?.isLoopback == true, "\(text)")
    }
    for text in ["126.0.0.1", "128.0.0.1", "0.0.0.0", "10.0.0.127", "::", "::2", "2001:db8::1"] {
      #expect(IPAddress(text)?.isLoopback == false, "\(text)")
    }
  }

  @Test func ofASocketAddress() {
    #expect(SocketAddress("192.0.2.7:80")?.ip == IPAddress("192.0.2.7"))
    #expect(SocketAddress("[2001:db8::7]:80")?.ip == IPAddress("2001:db8::7"))
  }

  @Test(arguments: [
    ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.0", false),
    ("192.0.2.7", "192.0.2.7", true), ("192.0.2.7", "192.0.2.8", false),
    ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0", "2001:db8::1", false),
    ("::/0", "2001:db8::1", true), ("2001:db8::/32", "2001:db8:ffff::1", true),
    ("2001:db8::/32", "2001:db9::1", false), ("2001:db8::/100", "2001:db8::fff:ffff", true),
    ("::1/128", "::1", true), ("::1", "::2", false),
  ])
  func networks(_ network: String, _ address: String, _ isInside: Bool) throws {
    #expect(try #require(IPNetwork(network)).contains(try #require(IPAddress(address))) == isInside)
  }

  @Test(arguments: ["", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "x/8", "::/129"])
  func whatIsNoNetworkIsNone(_ text: String) {
    #expect(IPNetwork(text) == nil)
  }
}
