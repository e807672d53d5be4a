/// HTTP's time stamps (RFC 9110 §5.6.7), by arithmetic alone: no locale, no time zone data, no
/// allocation but the caller's buffer. Times are whole seconds since the epoch, UTC. Pure; any
/// thread.
package enum HTTPDate {
  /// The seconds that a four-digit year from 1970 on can write: up to the end of 9999.
  package static let range: ClosedRange<Int64> = 0...253_402_300_799

  /// The bytes of an IMF-fixdate, `Sun, 06 Nov 1994 08:49:37 GMT`.
  package static let byteCount = 29

  /// Appends the IMF-fixdate of `seconds`. A time outside `range` (a file with a broken time stamp)
  /// is written as the nearest one inside: a date that is off is better than an answer without one.
  package static func append(_ seconds: Int64, to bytes: inout [UInt8]) {
    let clamped = min(max(seconds, range.lowerBound), range.upperBound)
    let (days, secondOfDay) = clamped.quotientAndRemainder(dividingBy: 86_400)
    let date = CivilDate(days: Int(days))
    let second = Int(secondOfDay)
    // The epoch was a Thursday.
    bytes.append(weekdays[(Int(days) + 4) % 7])
    bytes.append(", ")
    append(date.day, digits: 2, to: &bytes)
    bytes.append(" ")
    bytes.append(months[date.month - 1])
    bytes.append(" ")
    append(date.year, digits: 4, to: &bytes)
    bytes.append(" ")
    append(second / 3600, digits: 2, to: &bytes)
    bytes.append(":")
    append(second / 60 % 60, digits: 2, to: &bytes)
    bytes.append(":")
    append(second % 60, digits: 2, to: &bytes)
    bytes.append(" GMT")
  }

  /// The IMF-fixdate of `seconds`, as `append` writes it.
  package static func format(_ seconds: Int64) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount)
    append(seconds, to: &bytes)
    return bytes
  }

  private static func append(_ value: Int, digits: Int, to bytes: inout [UInt8]) {
    var unit = digits == 4 ? 1000 : 10
    while unit > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(value / unit % 10))
      unit /= 10
    }
  }

  static let weekdays: [StaticString] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

  static let longWeekdays: [StaticString] = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]

  static let months: [StaticString] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}

/// A day of the Gregorian calendar. A year counts from March here, so that the leap day is its last
/// and the months before it fall into one five-month pattern (31 30 31 30 31, 153 days).
struct CivilDate: Equatable {
  var year: Int
  var month: Int
  var day: Int

  init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The day that lies `days` (≥ 0) after 1970-01-01.
  init(days: Int) {
    let sinceMarch0 = days + Self.daysToEpoch
    let era = sinceMarch0 / Self.daysInEra
    let dayOfEra = sinceMarch0 % Self.daysInEra
    // Take the leap days out of the count, then divide by plain years.
    let leapDays = dayOfEra / 1460 - dayOfEra / 36_524 + dayOfEra / 146_096
    let yearOfEra = (dayOfEra - leapDays) / 365
    let dayOfYear = dayOfEra - (yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (dayOfYear * 5 + 2) / 153
    day = dayOfYear - (monthFromMarch * 153 + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
  }

  /// Days from 1970-01-01 to this one. The date must exist: see `isValid`.
  var days: Int {
    let marchYear = month <= 2 ? year - 1 : year
    let monthFromMarch = month > 2 ? month - 3 : month + 9
    let dayOfYear = (monthFromMarch * 153 + 2) / 5 + day - 1
    return marchYear * 365 + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear
      - Self.daysToEpoch
  }

  /// Whether the month has such a day. Leap years by the Gregorian rule.
  var isValid: Bool {
    guard (1...12).contains(month), day >= 1 else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let last =
      switch month {
      case 2: isLeap ? 29 : 28
      case 4, 6, 9, 11: 30
      default: 31
      }
    return day <= last
  }

  /// From 1 March of the year 0 to 1970-01-01.
  private static let daysToEpoch = 719_468
  /// 400 years, after which the calendar repeats.
  private static let daysInEra = 146_097
}
