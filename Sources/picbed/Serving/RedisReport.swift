/// What Redis says of itself in its answer to INFO, as far as picbed depends on it.
struct RedisReport: Equatable {
  /// The scripts begin with `#!lua`, which came with 7.0.
  static let versionMajorMin = 7

  private let fields: [Substring: Substring]

  /// `info`: lines of `name:value`, parted by CRLF, and comment lines.
  init(info: String) {
    var fields: [Substring: Substring] = [:]
    for line in info.split(whereSeparator: \.isNewline) {
      guard let colon = line.firstIndex(of: ":") else { continue }
      fields[line[..<colon]] = line[line.index(after: colon)...]
    }
    self.fields = fields
  }

  /// A field that is a number.
  subscript(name: Substring) -> Int64? { fields[name]?.decimalValue }

  var version: String? { fields["redis_version"].map(String.init) }

  /// Why picbed cannot work with this Redis; nil when it can.
  var refusal: String? {
    guard let version else { return "it does not tell its version" }
    let major = version.prefix { $0 != "." }.decimalValue ?? 0
    return major < Self.versionMajorMin
      ? "it is version \(version), and picbed needs \(Self.versionMajorMin).0 or later" : nil
  }

  /// Settings under which data can be lost, a sentence each, for the log.
  var warnings: [String] {
    var warnings: [String] = []
    if fields["aof_enabled"] == "0" {
      warnings.append(
        """
        Redis keeps no append-only file: acknowledged changes may be lost when it ends \
        (appendonly yes would keep them)
        """
      )
    }
    if let policy = fields["maxmemory_policy"], policy != "noeviction" {
      warnings.append(
        """
        Redis may throw data away when its memory is full (maxmemory-policy is \(policy), \
        not noeviction)
        """
      )
    }
    return warnings
  }
}
