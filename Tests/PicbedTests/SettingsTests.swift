import Events
import Logging
import Testing

@testable import picbed

struct SettingsTests {
  @Test func wordsAreTakenInAnyCase() throws {
    #expect(try Durability(parsing: "everysec") == .everysec)
    #expect(try Durability(parsing: "ALWAYS") == .always)
    #expect(try LogFormat(parsing: "json") == .json)
    #expect(try Logger.Level(parsing: "Debug") == .debug)
  }

  @Test func errorsNameTheWordsThatAreRight() {
    #expect(throws: SettingError("use always or everysec")) { try Durability(parsing: "never") }
    #expect(
      throws: SettingError("use trace, debug, info, notice, warning, error or critical")
    ) { try Logger.Level(parsing: "loud") }
  }

  @Test func threads() throws {
    #expect(try ThreadCount(parsing: "1").count == 1)
    #expect(try ThreadCount(parsing: "256").count == 256)
    for text in ["0", "257", "-1", "two", ""] {
      #expect(throws: SettingError("use a number from 1 to 256")) { try ThreadCount(parsing: text) }
    }
  }

  @Test func switches() throws {
    for text in ["1", "true", "YES", "on"] { #expect(try Switch(parsing: text).isOn) }
    for text in ["0", "false", "No", "off"] { #expect(try !Switch(parsing: text).isOn) }
    for text in ["", "2", "y", "enabled"] {
      #expect(throws: SettingError.self) { try Switch(parsing: text) }
    }
  }

  @Test func pathsAreNotEmptyAndHoldNoNUL() throws {
    #expect(try FilePath(parsing: "a b").text == "a b")
    #expect(throws: SettingError.self) { try FilePath(parsing: "") }
    #expect(throws: SettingError.self) { try FilePath(parsing: "a\0b") }
  }

  @Test(arguments: [
    ("127.0.0.1:1", true), ("127.1.2.3:1", true), ("localhost:1", true), ("[::1]:1", true),
    ("[::ffff:127.0.0.1]:1", true), ("0.0.0.0:1", false), ("*:1", false), ("[::]:1", false),
    ("192.168.1.1:1", false), ("[2001:db8::1]:1", false),
  ])
  func loopback(_ text: String, _ isLoopback: Bool) throws {
    #expect(try SocketAddress(parsing: text).isLoopback == isLoopback)
  }
}
