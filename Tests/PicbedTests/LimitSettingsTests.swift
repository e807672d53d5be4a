import Domain
import Events
import Testing

@testable import picbed

struct LimitSettingsTests {
  @Test func rates() throws {
    #expect(
      try RateSetting(parsing: "100/s").limit == RateLimit(count: 100, periodMilliseconds: 1_000))
    #expect(
      try RateSetting(parsing: "6/M").limit == RateLimit(count: 6, periodMilliseconds: 60_000))
    #expect(try RateSetting(parsing: "0").limit == nil)
    for text in ["", "5", "/s", "0/s", "5/d", "5/s/s", "-1/s", "9999999/s"] {
      #expect(throws: SettingError.self) { try RateSetting(parsing: text) }
    }
  }

  @Test func counts() throws {
    #expect(try CountLimit(parsing: "0").count == nil)
    #expect(try CountLimit(parsing: "7").count == 7)
    #expect(try PositiveCount(parsing: "7").count == 7)
    #expect(throws: SettingError.self) { try PositiveCount(parsing: "0") }
    #expect(throws: SettingError.self) { try CountLimit(parsing: "1000001") }
  }

  @Test func times() throws {
    #expect(try Patience(parsing: "2s").milliseconds == 2_000)
    #expect(throws: SettingError.self) { try Patience(parsing: "999ms") }
  }

  @Test func networks() throws {
    #expect(
      try NetworkList(parsing: "127.0.0.1, 10.0.0.0/8").networks
        == [IPNetwork("127.0.0.1")!, IPNetwork("10.0.0.0/8")!])
    #expect(throws: SettingError.self) { try NetworkList(parsing: "10.0.0.0/8,proxy") }
  }

  @Test func everyLimitHasAnOptionAndADefault() throws {
    var environment = Environment([:])
    let standard = Limits(try LimitOptions.parse([]), &environment)
    #expect(standard.connectionsPerAddressMax == nil && standard.userRate == nil)
    #expect(standard.addressRate == nil && standard.quotaBytesMax == 0)
    let limits = Limits(
      try LimitOptions.parse([
        "--max-connections", "9", "--max-connections-per-address", "8", "--head-timeout", "1s",
        "--idle-timeout", "2s", "--body-timeout", "3s", "--write-timeout", "4s", "--min-rate", "1k",
        "--max-in-flight", "1M", "--max-pipelined", "7", "--max-uploads-per-user", "6",
        "--quota-bytes", "5G", "--quota-files", "4", "--rate-per-user", "3/s",
        "--rate-per-address", "2/m", "--trusted-proxies", "::1",
      ]), &environment)
    let http = limits.http(loops: 2)
    #expect(limits.connectionsMax == 9 && limits.connectionsPerAddressMax == 8)
    #expect(http.headTimeoutMilliseconds == 1_000 && http.idleTimeoutMilliseconds == 2_000)
    #expect(http.bodyTimeoutMilliseconds == 3_000 && http.writeTimeoutMilliseconds == 4_000)
    #expect(http.bytesPerSecondMin == 1_024 && http.bytesInFlightMax == 1 << 19)
    #expect(http.pipelinedRequestsMax == 7 && limits.uploadsPerUserMax == 6)
    #expect(limits.quotaBytesMax == 5 << 30 && limits.quotaFilesMax == 4)
    #expect(limits.userRate?.count == 3 && limits.addressRate?.periodMilliseconds == 60_000)
    #expect(limits.trustedProxies == [IPNetwork("::1")!])
  }
}
