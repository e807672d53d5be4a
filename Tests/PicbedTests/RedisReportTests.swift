import Testing

@testable import picbed

struct RedisReportTests {
  private func info(
    version: String, policy: String = "noeviction", appendOnly: String = "1"
  ) -> RedisReport {
    RedisReport(
      info: """
        # Server\r\nredis_version:\(version)\r\nredis_git_sha1:00000000\r\n\
        executable:/usr/bin/a:b\r\n\r\n\
        # Memory\r\nmaxmemory_policy:\(policy)\r\n\r\n# Persistence\r\naof_enabled:\(appendOnly)\r\n
        """)
  }

  @Test(arguments: ["7.0.0", "7.0.15", "7.4.1", "8.2.0", "10.0.0"])
  func acceptsWhatKnowsScriptFlags(_ version: String) {
    let report = info(version: version)
    #expect(report.version == version)
    #expect(report.refusal == nil)
    #expect(report.warnings.isEmpty)
  }

  @Test(arguments: ["6.2.14", "5.0.7", "255", "x.y"])
  func refusesOlder(_ version: String) {
    let isOlder = version != "255"
    #expect(
      info(version: version).refusal
        == (isOlder ? "it is version \(version), and picbed needs 7.0 or later" : nil))
  }

  @Test func refusesASilentOne() {
    #expect(RedisReport(info: "").refusal == "it does not tell its version")
  }

  @Test func warnsOfWhatLosesData() {
    #expect(info(version: "7.0.0", appendOnly: "0").warnings.count == 1)
    #expect(info(version: "7.0.0", policy: "allkeys-lru").warnings.count == 1)
    #expect(info(version: "7.0.0", policy: "volatile-ttl", appendOnly: "0").warnings.count == 2)
  }
}
