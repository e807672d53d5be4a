import Logging
import Testing

@testable import picbed

struct LogLineTests {
  /// 2026-11-23T21:40:01.123Z
  private let time: Int64 = 1_795_470_001_123

  private func line(
    _ format: LogFormat, _ level: Logger.Level, _ message: String,
    _ metadata: [(String, String)] = []
  ) -> String {
    let line = LogLine(
      time: time, level: level, source: "picbed", message: message,
      metadata: metadata.map { (key: $0.0, value: $0.1) })
    return String(decoding: line.bytes(format), as: UTF8.self)
  }

  @Test func text() {
    #expect(line(.text, .info, "serving") == "2026-11-23T21:40:01.123Z info    picbed: serving\n")
    #expect(
      line(.text, .warning, "slow\nreader", [("a", "1"), ("b", "x y")])
        == "2026-11-23T21:40:01.123Z warning picbed: slow\\nreader a=1 b=\"x y\"\n")
    #expect(line(.text, .critical, "!") == "2026-11-23T21:40:01.123Z critical picbed: !\n")
  }

  @Test func json() {
    #expect(
      line(.json, .info, "ser\"ving")
        == """
        {"time":"2026-11-23T21:40:01.123Z","kind":"log","level":"info",\
        "source":"picbed","message":"ser\\"ving"}\n
        """)
    #expect(
      line(.json, .error, "x", [("message", "1"), ("b", "2")])
        == """
        {"time":"2026-11-23T21:40:01.123Z","kind":"log","level":"error",\
        "source":"picbed","message":"x",\
        "metadata":{"message":"1","b":"2"}}\n
        """)
  }
}
