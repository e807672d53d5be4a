import Testing

@testable import picbed

struct TimeSpanTests {
  @Test(arguments: [
    ("0", 0), ("0s", 0), ("500ms", 500), ("30s", 30_000), ("10m", 600_000), ("2h", 7_200_000),
    ("1d", 86_400_000), ("1D", 86_400_000), ("3650d", 315_360_000_000),
  ])
  func accepts(_ text: String, _ milliseconds: Int64) throws {
    #expect(try TimeSpan(parsing: text).milliseconds == milliseconds)
  }

  /// A bare number is refused: whoever writes 60 may mean seconds or milliseconds.
  @Test(arguments: ["", "60", "s", "-1s", "1.5h", "1h30m", "1 s", "1w", "1month"])
  func refuses(_ text: String) {
    #expect(throws: SettingError("use a whole number with a unit: 500ms, 30s, 10m, 2h or 1d")) {
      try TimeSpan(parsing: text)
    }
  }

  @Test(arguments: ["3651d", "999999999999999999d"])
  func refusesMoreThanTenYears(_ text: String) {
    #expect(throws: SettingError("use a time of at most 3650d")) { try TimeSpan(parsing: text) }
  }
}
