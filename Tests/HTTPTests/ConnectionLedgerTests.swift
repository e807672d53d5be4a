import Events
import Testing

@testable import HTTP

struct ConnectionLedgerTests {
  private let one = IPAddress("192.0.2.1")
  private let other = IPAddress("192.0.2.2")

  @Test func theSumIsBounded() {
    let ledger = ConnectionLedger(max: 2, perAddressMax: nil)
    #expect(ledger.enter(one) == .admitted)
    #expect(ledger.enter(one) == .admitted)
    #expect(ledger.enter(other) == .full)
    ledger.leave(one)
    #expect(ledger.enter(other) == .admitted)
  }

  @Test func eachAddressHasItsOwnBound() {
    let ledger = ConnectionLedger(max: 10, perAddressMax: 1)
    #expect(ledger.enter(one) == .admitted)
    #expect(ledger.enter(one) == .fullForAddress)
    #expect(ledger.enter(other) == .admitted)
    ledger.leave(one)
    #expect(ledger.enter(one) == .admitted)
  }

  @Test func whoWasRefusedTakesNoPlace() {
    let ledger = ConnectionLedger(max: 2, perAddressMax: 1)
    _ = ledger.enter(one)
    for _ in 0..<10 { #expect(ledger.enter(one) == .fullForAddress) }
    #expect(ledger.enter(other) == .admitted)
  }

  @Test func aNetworkOfIPv6CountsAsOneAddress() {
    let ledger = ConnectionLedger(max: 10, perAddressMax: 1)
    #expect(ledger.enter(IPAddress("2001:db8::1")) == .admitted)
    #expect(ledger.enter(IPAddress("2001:db8::2")) == .fullForAddress)
    #expect(ledger.enter(IPAddress("2001:db8:0:1::1")) == .admitted)
  }

  @Test func whoHasNoAddressHereIsNotCounted() {
    let ledger = ConnectionLedger(max: 10, perAddressMax: 1)
    for _ in 0..<5 { #expect(ledger.enter(nil) == .admitted) }
  }
}
