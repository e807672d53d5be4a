import Testing

@testable import picbed

struct LogSamplingTests {
  @Test(
    arguments: [("all", 1), ("ALL", 1), ("off", nil), ("1/1", 1), ("1/100", 100)]
      as [(String, Int?)])
  func accepts(_ text: String, _ every: Int?) throws {
    #expect(try LogSampling(parsing: text).every == every)
  }

  @Test(arguments: ["", "none", "1/0", "1/-5", "2/3", "1/", "1/x", "1/1000000001", "100"])
  func refuses(_ text: String) {
    #expect(throws: SettingError.self) { try LogSampling(parsing: text) }
  }
}
