// The setting types of the limits.

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

/// How long a client may take for something: a second at least, since that is how often picbed looks.
struct Patience: SettingValue, Equatable {
  let milliseconds: Int64

  init(parsing text: String) throws(SettingError) {
    let span = try TimeSpan(parsing: text)
    guard span.milliseconds >= 1000 else { throw SettingError("use a time of at least 1s") }
    milliseconds = span.milliseconds
  }
}
