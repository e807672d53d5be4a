import Glibc

/// What a serving process sets for itself once, before any thread starts.
enum ProcessSetup {
  /// More descriptors than that nobody needs; some systems allow a billion.
  private static let descriptorsMax: rlim_t = 1 << 20

  static func apply() {
    // Whatever picbed makes is its owner's alone.
    umask(0o077)
    // A peer that has gone is an error of a write, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    // Losing its terminal does not end the server; there is nothing to read again either.
    signal(SIGHUP, SIG_IGN)
    raiseDescriptorLimit()
  }

  /// How many descriptors this process may have.
  static var descriptorLimit: Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
    return Int(min(limit.rlim_cur, descriptorsMax))
  }

  /// Each connection is a descriptor; the usual soft limit of 1,024 is for programs that call
  /// select(2).
  private static func raiseDescriptorLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    let wanted = min(limit.rlim_max, descriptorsMax)
    guard wanted > limit.rlim_cur else { return }
    limit.rlim_cur = wanted
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
