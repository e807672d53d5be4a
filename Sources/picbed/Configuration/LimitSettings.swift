import Domain
import Events

// The setting types of the limits.

/// What it takes to gain a file by naming its MD5.
enum MD5Claims: String, CaseIterable, SettingValue {
  case open
  case proof
}

/// A number of things at once; 0 stands for as many as come.
struct CountLimit: SettingValue, Equatable {
  static let max: Int64 = 1_000_000

  /// Nil: no limit.
  let count: Int?

  init(parsing text: String) throws(SettingError) {
    guard let number = text.decimalValue, number <= Self.max else {
      throw SettingError("use a number up to \(Self.max), or 0 for no limit")
    }
    count = number == 0 ? nil : Int(number)
  }
}

/// A number of things at once, one at least.
struct PositiveCount: SettingValue, Equatable {
  let count: Int

  init(parsing text: String) throws(SettingError) {
    guard let number = text.decimalValue, (1...CountLimit.max).contains(number) else {
      throw SettingError("use a number from 1 to \(CountLimit.max)")
    }
    count = Int(number)
  }
}

/// `100/s`, `30/m`, `1000/h`; 0 stands for any number.
struct RateSetting: SettingValue, Equatable {
  /// Nil: no limit.
  let limit: RateLimit?

  init(parsing text: String) throws(SettingError) {
    if text == "0" {
      limit = nil
      return
    }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let count = parts[0].decimalValue,
      (1...CountLimit.max).contains(count), let period = Self.periods[parts[1].lowercased()]
    else { throw SettingError("use a rate like 100/s, 600/m or 5000/h, or 0 for no limit") }
    limit = RateLimit(count: count, periodMilliseconds: period)
  }

  private static let periods: [String: Int64] = ["s": 1_000, "m": 60_000, "h": 3_600_000]
}

/// The proxies whose word counts for whom a request is from: `127.0.0.1,10.0.0.0/8,2001:db8::/32`.
struct NetworkList: SettingValue, Equatable {
  static let countMax = 1_000

  let networks: [IPNetwork]

  init(parsing text: String) throws(SettingError) {
    var networks: [IPNetwork] = []
    for part in text.split(separator: ",") {
      guard let network = IPNetwork(part.filter { $0 != " " }), networks.count < Self.countMax
      else { throw SettingError("use addresses and networks like 127.0.0.1,10.0.0.0/8,fd00::/8") }
      networks.append(network)
    }
    self.networks = networks
  }
}

/// How long a client may take for something: a second at least, since that is how often picbed looks.
struct Patience: SettingValue, Equatable {
  let milliseconds: Int64

  init(parsing text: String) throws(SettingError) {
    let span = try TimeSpan(parsing: text)
    guard span.milliseconds >= 1000 else { throw SettingError("use a time of at least 1s") }
    milliseconds = span.milliseconds
  }
}
