import Snapshots

/// Which snapshots are kept, as people write it: `24+7d` for the last 24 and one a day for 7 days,
/// `24` for the last 24 alone.
struct KeptSnapshots: SettingValue {
  static let help = """
    Which snapshots are kept: 24+7d for the last 24 and the last of each of 7 days, 24 for the last \
    24 only.
    """
  private static let countMax: Int64 = 100_000

  let retention: Retention

  init(parsing text: String) throws(SettingError) {
    let parts = text.split(separator: "+", omittingEmptySubsequences: false)
    guard let last = parts[0].decimalValue, (1...Self.countMax).contains(last), parts.count <= 2
    else { throw Self.wrong }
    var days: Int64 = 0
    if parts.count == 2 {
      let (number, unit) = parts[1].numberAndUnit
      guard unit.lowercased() == "d", let count = number.decimalValue, count <= Self.countMax else {
        throw Self.wrong
      }
      days = count
    }
    retention = Retention(last: Int(last), days: Int(days))
  }

  private static var wrong: SettingError {
    SettingError("use a number from 1, and perhaps a number of days: 24 or 24+7d")
  }
}
