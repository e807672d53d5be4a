import Events
import Synchronization

/// How many connections are open, in the whole process and from each address. One for all loops. Touched when a
/// connection comes and when it goes, never by a request.
package final class ConnectionLedger: Sendable {
  enum Admission { case admitted, full, fullForAddress }

  private let max: Int
  private let perAddressMax: Int?
  private let count = Atomic(0)
  private let counts = Lock<[IPAddress: Int]>([:])

  /// `perAddressMax` nil: addresses are not told apart.
  package init(max: Int, perAddressMax: Int?) {
    self.max = max
    self.perAddressMax = perAddressMax
  }

  /// Enters one connection; `address` nil is one whose peer may have any number. What was admitted has to leave.
  func enter(_ address: IPAddress?) -> Admission {
    guard count.wrappingAdd(1, ordering: .relaxed).newValue <= max else {
      count.wrappingSubtract(1, ordering: .relaxed)
      return .full
    }
    guard let perAddressMax, let address = address?.network else { return .admitted }
    let isAdmitted = counts.withLock { counts in
      let open = counts[address, default: 0]
      guard open < perAddressMax else { return false }
      counts[address] = open + 1
      return true
    }
    if !isAdmitted { count.wrappingSubtract(1, ordering: .relaxed) }
    return isAdmitted ? .admitted : .fullForAddress
  }

  func leave(_ address: IPAddress?) {
    count.wrappingSubtract(1, ordering: .relaxed)
    guard perAddressMax != nil, let address = address?.network else { return }
    counts.withLock { counts in
      let left = counts[address, default: 0] - 1
      counts[address] = left > 0 ? left : nil
    }
  }
}
