import Events
import Glibc

/// Turns a host name into addresses without blocking a loop: getaddrinfo(3) may wait for seconds,
/// and hiredis calls it in its connect. So hiredis only ever gets numeric addresses.
enum HostLookup {
  enum Outcome: Sendable, Equatable {
    /// At least one, IPv4 before IPv6 (a Redis mostly listens on 127.0.0.1 only), in the resolver's
    /// order.
    case addresses([String])
    case failed(reason: String)
  }

  /// One thread for the process: a client has at most one lookup under way, and one a loop is the
  /// most there are.
  private static let lookupsMax = 256
  private static let pool = try? BlockingPool(
    name: "redis-dns", threads: 1, queueMax: lookupsMax)

  static func isNumeric(_ host: String) -> Bool {
    var v4 = in_addr()
    var v6 = in6_addr()
    return inet_pton(AF_INET, host, &v4) == 1 || inet_pton(AF_INET6, host, &v6) == 1
  }

  /// Looks `host` up on another thread and calls `done` on `loop`; never at once.
  static func start(
    _ host: String, loop: EventLoop, _ done: @escaping @Sendable (Outcome) -> Void
  ) {
    let isQueued = pool?.submit {
      let outcome = addresses(of: host)
      loop.execute { done(outcome) }
    }
    if isQueued != true {
      loop.execute { done(.failed(reason: "cannot look up \(host): too many lookups")) }
    }
  }

  /// Blocks. Any thread.
  static func addresses(of host: String) -> Outcome {
    var hints = addrinfo()
    hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    var first: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, nil, &hints, &first)
    guard code == 0 else {
      return .failed(reason: "cannot look up \(host): \(String(cString: gai_strerror(code)))")
    }
    defer { freeaddrinfo(first) }
    var (v4, v6): ([String], [String]) = ([], [])
    var next = first
    while let info = next {
      next = info.pointee.ai_next
      guard let text = numericText(info.pointee) else { continue }
      if info.pointee.ai_family == AF_INET { v4.append(text) } else { v6.append(text) }
    }
    let all = v4 + v6
    return all.isEmpty ? .failed(reason: "\(host) has no address") : .addresses(all)
  }

  private static func numericText(_ info: addrinfo) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { text in
      let code = getnameinfo(
        info.ai_addr, info.ai_addrlen, text.baseAddress, socklen_t(text.count), nil, 0,
        NI_NUMERICHOST)
      return code == 0 ? String(cString: text.baseAddress!) : nil
    }
  }
}
