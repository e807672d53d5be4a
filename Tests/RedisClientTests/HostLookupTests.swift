import Testing

@testable import RedisClient

struct HostLookupTests {
  @Test func knowsANumericAddress() {
    #expect(HostLookup.isNumeric("127.0.0.1"))
    #expect(HostLookup.isNumeric("::1"))
    #expect(!HostLookup.isNumeric("localhost"))
    #expect(!HostLookup.isNumeric("127.0.0"))
  }

  @Test func findsIPv4First() {
    guard case .addresses(let addresses) = HostLookup.addresses(of: "localhost") else {
      Issue.record("localhost has no address")
      return
    }
    #expect(addresses.first == "127.0.0.1")
    #expect(addresses.allSatisfy(HostLookup.isNumeric))
  }

  @Test func saysWhyAHostIsNotFound() {
    // An empty label is invalid, so that no name server is asked (RFC 1035 §2.3.1).
    guard case .failed(let reason) = HostLookup.addresses(of: "no..such") else {
      Issue.record("found")
      return
    }
    #expect(reason.hasPrefix("cannot look up no..such: "))
  }
}
