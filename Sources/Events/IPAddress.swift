import Glibc

/// An IPv4 or IPv6 address without a port. IPv4 is kept as its IPv6 form `::ffff:a.b.c.d` (RFC 4291 §2.5.5.2), so
/// that one peer is one value however it came. Pure; any thread.
package struct IPAddress: Hashable, Sendable {
  private static let mappedPrefix: UInt64 = 0xFFFF << 32

  fileprivate let high: UInt64
  fileprivate let low: UInt64

  fileprivate init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Parses `192.0.2.7` and `2001:db8::7`; nil for anything else, names, ports and zones included.
  package init?(_ text: String) {
    var v4 = in_addr()
    var v6 = in6_addr()
    if inet_pton(AF_INET, text, &v4) == 1 {
      self.init(v4)
    } else if inet_pton(AF_INET6, text, &v6) == 1 {
      self.init(v6)
    } else {
      return nil
    }
  }

  init(_ address: in_addr) {
    self.init(high: 0, low: Self.mappedPrefix | UInt64(UInt32(bigEndian: address.s_addr)))
  }

  init(_ address: in6_addr) {
    let (high, low) = withUnsafeBytes(of: address) { bytes in
      (
        bytes.loadUnaligned(as: UInt64.self),
        bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
      )
    }
    self.init(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low))
  }

  fileprivate var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

  /// An address of this machine for itself (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3).
  package var isLoopback: Bool { isIPv4 ? low >> 24 & 0xFF == 127 : high == 0 && low == 1 }

  /// Who has this address, as far as limits are concerned: one IPv6 customer has at least 2^64 addresses
  /// (RFC 6177), one of IPv4 a single one.
  package var network: IPAddress { isIPv4 ? self : IPAddress(high: high, low: 0) }

  /// `192.0.2.7`, `2001:db8::7`.
  package var text: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    if isIPv4 {
      var address = in_addr(s_addr: UInt32(truncatingIfNeeded: low).bigEndian)
      inet_ntop(AF_INET, &address, &text, socklen_t(text.count))
    } else {
      var words = (high.bigEndian, low.bigEndian)
      inet_ntop(AF_INET6, &words, &text, socklen_t(text.count))
    }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// A range of addresses: `10.0.0.0/8`, `2001:db8::/32`, or a single one. Pure; any thread.
package struct IPNetwork: Hashable, Sendable {
  private let first: IPAddress
  private let highMask: UInt64
  private let lowMask: UInt64

  /// Nil also where bits behind the prefix are set: that is a typing error.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let first = IPAddress(String(parts[0])) else { return nil }
    let isIPv4 = first.isIPv4 && !parts[0].contains(":")
    var bits = 128
    if parts.count == 2 {
      guard let number = UInt8(parts[1]), number <= (isIPv4 ? 32 : 128) else { return nil }
      bits = Int(number) + (isIPv4 ? 96 : 0)
    }
    // A shift by 64 or more gives 0 in Swift.
    highMask = ~(UInt64.max >> UInt64(min(bits, 64)))
    lowMask = ~(UInt64.max >> UInt64(max(bits - 64, 0)))
    guard first.high & ~highMask == 0, first.low & ~lowMask == 0 else { return nil }
    self.first = first
  }

  package func contains(_ address: IPAddress) -> Bool {
    address.high & highMask == first.high && address.low & lowMask == first.low
  }
}
