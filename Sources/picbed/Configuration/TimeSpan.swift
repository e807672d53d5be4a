/// A length of time as people write it: `500ms`, `30s`, `10m`, `2h`, `1d`; `0` needs no unit. At
/// most ten years, so that sums of it with a clock never overflow.
struct TimeSpan: SettingValue, Equatable {
  static let millisecondsMax: Int64 = 3650 * 86_400_000

  let milliseconds: Int64

  init(parsing text: String) throws(SettingError) {
    let (number, unit) = text.numberAndUnit
    guard let count = number.decimalValue, let factor = Self.factors[unit.lowercased()],
      !unit.isEmpty || count == 0
    else { throw SettingError("use a whole number with a unit: 500ms, 30s, 10m, 2h or 1d") }
    let (milliseconds, overflow) = count.multipliedReportingOverflow(by: factor)
    guard !overflow, milliseconds <= Self.millisecondsMax else {
      throw SettingError("use a time of at most 3650d")
    }
    self.milliseconds = milliseconds
  }

  private static let factors: [String: Int64] = [
    "": 1, "ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000,
  ]
}
