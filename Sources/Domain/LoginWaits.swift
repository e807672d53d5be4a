/// The logins of one loop that are made to wait, counted, so that a guesser can neither pile them up nor take the
/// places of others: each address has a few. Loop-bound.
final class LoginWaits {
  static let perAddressMax = 16
  static let max = 4096

  private var counts: [String: Int] = [:]
  private var count = 0

  /// False when the address has as many as it may have, or all have.
  func enter(_ address: String) -> Bool {
    let waiting = counts[address, default: 0]
    guard waiting < Self.perAddressMax, count < Self.max else { return false }
    counts[address] = waiting + 1
    count += 1
    return true
  }

  func leave(_ address: String) {
    let waiting = counts[address, default: 0] - 1
    counts[address] = waiting > 0 ? waiting : nil
    count -= 1
  }
}
