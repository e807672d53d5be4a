/// Which requests get a line in the log: `all`, `off`, or `1/N` for one of every N on each loop.
struct LogSampling: SettingValue, Equatable {
  static let everyMax: Int64 = 1_000_000_000

  /// One line for every so many requests; nil for none.
  let every: Int?

  init(parsing text: String) throws(SettingError) {
    switch text.lowercased() {
    case "all": every = 1
    case "off": every = nil
    default:
      guard text.hasPrefix("1/"), let number = text.dropFirst(2).decimalValue,
        (1...Self.everyMax).contains(number)
      else { throw SettingError("use all, off, or 1/N for one request of every N") }
      every = Int(number)
    }
  }
}
