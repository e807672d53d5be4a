extension HTTPDate {
  /// The seconds since the epoch that `text` names, in any of the three forms that a recipient must
  /// read (RFC 9110 §5.6.7), or nil where it is none of them:
  ///
  ///     Sun, 06 Nov 1994 08:49:37 GMT     IMF-fixdate
  ///     Sunday, 06-Nov-94 08:49:37 GMT    RFC 850, obsolete
  ///     Sun Nov  6 08:49:37 1994          asctime, obsolete
  ///
  /// Letter case and spacing must be exact, as the RFC says; a weekday must be one, but whether it
  /// fits the date is not checked. `nowSeconds` places the two-digit year of the second form: at
  /// most 50 years ahead.
  package static func parse(_ text: RawSpan, nowSeconds: Int64) -> Int64? {
    var scan = DateScan()
    let seconds: Int64? =
      if text.byteCount == byteCount {
        scan.fixdate(text)
      } else if text.byteCount == 24 {
        scan.asctime(text)
      } else {
        scan.rfc850(text, nowSeconds: nowSeconds)
      }
    guard let seconds, range.contains(seconds) else { return nil }
    return seconds
  }
}

/// A position in a time stamp; each step reads one piece at it and moves on, or answers nil.
private struct DateScan {
  private var at = 0

  mutating func fixdate(_ text: RawSpan) -> Int64? {
    guard word(of: HTTPDate.weekdays, text) != nil, literal(", ", text),
      let day = number(digits: 2, text), literal(" ", text),
      let month = word(of: HTTPDate.months, text), literal(" ", text),
      let year = number(digits: 4, text), literal(" ", text),
      let second = timeOfDay(text), literal(" GMT", text), at == text.byteCount
    else { return nil }
    return Self.seconds(CivilDate(year: year, month: month + 1, day: day), second)
  }

  mutating func asctime(_ text: RawSpan) -> Int64? {
    guard word(of: HTTPDate.weekdays, text) != nil, literal(" ", text),
      let month = word(of: HTTPDate.months, text), literal(" ", text),
      let day = literal(" ", text) ? number(digits: 1, text) : number(digits: 2, text),
      literal(" ", text), let second = timeOfDay(text), literal(" ", text),
      let year = number(digits: 4, text), at == text.byteCount
    else { return nil }
    return Self.seconds(CivilDate(year: year, month: month + 1, day: day), second)
  }

  mutating func rfc850(_ text: RawSpan, nowSeconds: Int64) -> Int64? {
    guard word(of: HTTPDate.longWeekdays, text) != nil, literal(", ", text),
      let day = number(digits: 2, text), literal("-", text),
      let month = word(of: HTTPDate.months, text), literal("-", text),
      let shortYear = number(digits: 2, text), literal(" ", text),
      let second = timeOfDay(text), literal(" GMT", text), at == text.byteCount
    else { return nil }
    // The century that puts the year into (now - 50, now + 50]: "more than 50 years in the future"
    // means the past (RFC 9110 §5.6.7).
    let now = min(max(nowSeconds, HTTPDate.range.lowerBound), HTTPDate.range.upperBound)
    let thisYear = CivilDate(days: Int(now / 86_400)).year
    var year = thisYear - thisYear % 100 + shortYear
    if year > thisYear + 50 { year -= 100 }
    if year <= thisYear - 50 { year += 100 }
    return Self.seconds(CivilDate(year: year, month: month + 1, day: day), second)
  }

  /// `HH:MM:SS` as seconds of the day. 60 is a leap second: it counts as the next minute's first.
  private mutating func timeOfDay(_ text: RawSpan) -> Int? {
    guard let hour = number(digits: 2, text), hour < 24, literal(":", text),
      let minute = number(digits: 2, text), minute < 60, literal(":", text),
      let second = number(digits: 2, text), second <= 60
    else { return nil }
    return hour * 3600 + minute * 60 + second
  }

  private static func seconds(_ date: CivilDate, _ secondOfDay: Int) -> Int64? {
    date.isValid ? Int64(date.days) * 86_400 + Int64(secondOfDay) : nil
  }

  private mutating func number(digits: Int, _ text: RawSpan) -> Int? {
    guard at + digits <= text.byteCount else { return nil }
    var value = 0
    for index in at..<at + digits {
      guard text[byte: index].isDigit else { return nil }
      value = value * 10 + Int(text[byte: index] - UInt8(ascii: "0"))
    }
    at += digits
    return value
  }

  private mutating func literal(_ expected: StaticString, _ text: RawSpan) -> Bool {
    let length = expected.utf8CodeUnitCount
    guard at + length <= text.byteCount, text.slice(at..<at + length).equals(expected) else {
      return false
    }
    at += length
    return true
  }

  /// The index of the one of `words` that stands here.
  private mutating func word(of words: [StaticString], _ text: RawSpan) -> Int? {
    for (index, word) in words.enumerated() where literal(word, text) { return index }
    return nil
  }
}
