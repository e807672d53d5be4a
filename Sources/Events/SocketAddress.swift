internal import CLinux
import Glibc

/// An IPv4 or IPv6 address with a port.
package struct SocketAddress: Sendable, CustomStringConvertible {
  private var storage: sockaddr_storage
  private var length: socklen_t

  /// Parses `127.0.0.1:8080`, `[::1]:8080`, `:8080` and `*:8080` (every address) or `localhost:8080`.
  /// Host names are not looked up.
  package init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...])
    else { return nil }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = String(host.dropFirst().dropLast())
    } else if host.contains(":") {
      return nil
    }
    if host == "localhost" { host = "127.0.0.1" }
    if host.isEmpty || host == "*" { host = "0.0.0.0" }
    self.init(zero: ())
    var v4 = sockaddr_in()
    var v6 = sockaddr_in6()
    if inet_pton(AF_INET, host, &v4.sin_addr) == 1 {
      v4.sin_family = sa_family_t(AF_INET)
      v4.sin_port = port.bigEndian
      self.set(v4)
    } else if inet_pton(AF_INET6, host, &v6.sin6_addr) == 1 {
      v6.sin6_family = sa_family_t(AF_INET6)
      v6.sin6_port = port.bigEndian
      self.set(v6)
    } else {
      return nil
    }
  }

  private init(zero: ()) {
    storage = sockaddr_storage()
    length = socklen_t(MemoryLayout<sockaddr_storage>.size)
  }

  private mutating func set<Address>(_ address: Address) {
    withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: address, as: Address.self) }
    length = socklen_t(MemoryLayout<Address>.size)
  }

  var family: CInt { CInt(storage.ss_family) }

  /// The address without its port: `127.0.0.1`, `::1`.
  package var host: String {
    var text = [CChar](repeating: 0, count: 64)
    withPointer { pointer, length in
      _ = getnameinfo(
        pointer, length, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
    }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  package var ip: IPAddress? {
    withUnsafeBytes(of: storage) { bytes in
      switch family {
      case AF_INET: IPAddress(bytes.loadUnaligned(as: sockaddr_in.self).sin_addr)
      case AF_INET6: IPAddress(bytes.loadUnaligned(as: sockaddr_in6.self).sin6_addr)
      default: nil
      }
    }
  }

  package var port: Int {
    withUnsafeBytes(of: storage) { bytes in
      Int(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
    }
  }

  package var description: String { family == AF_INET6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

  func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    withUnsafePointer(to: storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
    }
  }

  /// accept4(2): the peer and the non-blocking descriptor, or -1 with errno set.
  static func accept(_ listening: CInt) -> (SocketAddress, CInt) {
    var address = SocketAddress(zero: ())
    let flags = CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    let descriptor = withUnsafeMutablePointer(to: &address.storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        accept4(listening, $0, &address.length, flags)
      }
    }
    return (address, descriptor)
  }

  static func local(of descriptor: CInt) -> SocketAddress? {
    var address = SocketAddress(zero: ())
    let code = withUnsafeMutablePointer(to: &address.storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &address.length)
      }
    }
    return code == 0 ? address : nil
  }
}
