import Foundation
import Testing

@testable import HTTP

@Suite struct HTTPDateTests {
  /// 2026-01-01 00:00:00: where the two-digit years of RFC 850 are seen from.
  private let now: Int64 = 1_767_225_600

  private func parse(_ text: String) -> Int64? {
    HTTPDate.parse(text.utf8.span.bytes, nowSeconds: now)
  }

  @Test(
    arguments: [
      (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
      (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
      (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
      (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"),
      (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
      (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
      (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
    ] as [(Int64, String)])
  func writesAndReadsTheFixedForm(seconds: Int64, text: String) {
    #expect(String(decoding: HTTPDate.format(seconds), as: UTF8.self) == text)
    #expect(HTTPDate.format(seconds).count == HTTPDate.byteCount)
    #expect(parse(text) == seconds)
  }

  @Test func writesTheNearestDateForTimesThatHaveNone() {
    #expect(HTTPDate.format(-1) == HTTPDate.format(0))
    #expect(HTTPDate.format(.min) == HTTPDate.format(0))
    #expect(HTTPDate.format(.max) == HTTPDate.format(253_402_300_799))
  }

  @Test func agreesWithTheSystemsCalendar() {
    // Odd steps, so that months and times of day wander.
    for seconds in stride(from: Int64(0), through: 253_402_300_799, by: 97 * 86_400 + 12_345) {
      var time = time_t(seconds)
      var parts = tm()
      gmtime_r(&time, &parts)
      var text = [CChar](repeating: 0, count: 64)
      let count = strftime(&text, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
      let expected = text[..<count].map { UInt8(bitPattern: $0) }
      let written = HTTPDate.format(seconds)
      guard written == expected, HTTPDate.parse(written.span.bytes, nowSeconds: now) == seconds
      else {
        Issue.record("\(seconds): \(String(decoding: written, as: UTF8.self))")
        return
      }
    }
  }

  @Test func everyDayRoundTrips() {
    var previous = CivilDate(days: 0)
    for days in 1...150_000 {
      let date = CivilDate(days: days)
      let isNext =
        (date.year, date.month, date.day) == (previous.year, previous.month, previous.day + 1)
        || (date.day == 1
          && !CivilDate(year: previous.year, month: previous.month, day: previous.day + 1).isValid)
      guard date.isValid, date.days == days, isNext else {
        Issue.record("day \(days): \(date) after \(previous)")
        return
      }
      previous = date
    }
  }

  @Test(
    arguments: [
      ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
      ("Sun Nov  6 08:49:37 1994", 784_111_777),
      ("Wed Nov 16 08:49:37 1994", 784_975_777),
      // A leap second counts as the next minute's first.
      ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800),
      // At most 50 years ahead, else the past.
      ("Wednesday, 01-Jan-75 00:00:00 GMT", 3_313_526_400),
      ("Saturday, 01-Jan-77 00:00:00 GMT", 220_924_800),
    ] as [(String, Int64)])
  func readsTheOtherForms(text: String, seconds: Int64) {
    #expect(parse(text) == seconds)
  }

  @Test func aTwoDigitYearMayLieInTheNextCentury() {
    let seenFrom2090: Int64 = 3_786_912_000
    let text = "Wednesday, 01-Jan-10 00:00:00 GMT"
    let parsed = HTTPDate.parse(text.utf8.span.bytes, nowSeconds: seenFrom2090)
    #expect(parsed == parse("Wed, 01 Jan 2110 00:00:00 GMT"))
    #expect(parsed != nil)
  }

  @Test(arguments: [
    "", "0", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
    "sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
    "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 8:49:37 GMT",
    "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
    "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 31 Nov 1994 08:49:37 GMT",
    "Sun, 00 Nov 1994 08:49:37 GMT", "Wed, 29 Feb 2100 00:00:00 GMT",
    "Sun, 06 Nov 1969 08:49:37 GMT", "Mon, 01 Jan 0001 00:00:00 GMT",
    "Sun, 06 Nov -994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT ",
    "Sun Nov 6 08:49:37 1994", "Sun Nov 06 08:49:37 94", "Sun Nov  6 08:49:37 +994",
    "Sun, 06-Nov-94 08:49:37 GMT", "Sunday, 06-Nov-1994 08:49:37 GMT",
    "Sunday, 31-Feb-94 08:49:37 GMT", "1994-11-06T08:49:37Z",
  ])
  func refuses(text: String) {
    #expect(parse(text) == nil)
  }
}
