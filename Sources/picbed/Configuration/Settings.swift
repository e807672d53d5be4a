import API
import Events
import Logging

// The small setting types; those with a syntax of their own have files of their own.

/// When an acknowledged change of the managed Redis is on the disk.
enum Durability: String, CaseIterable, SettingValue {
  /// Before the answer: a power cut loses nothing.
  case always
  /// Within a second.
  case everysec
}

/// How the lines of the log look.
enum LogFormat: String, CaseIterable, SettingValue {
  case text
  case json
}

extension Logger.Level: SettingValue {}

extension Registration: SettingValue {}

/// The number of serving loops.
struct ThreadCount: SettingValue, Equatable {
  static let max: Int64 = 256

  let count: Int

  init(parsing text: String) throws(SettingError) {
    guard let number = text.decimalValue, (1...Self.max).contains(number) else {
      throw SettingError("use a number from 1 to \(Self.max)")
    }
    count = Int(number)
  }
}

/// A path in the file system, as written.
struct FilePath: SettingValue, Equatable {
  let text: String

  init(parsing text: String) throws(SettingError) {
    // A NUL would end the path early in every system call.
    guard !text.isEmpty, !text.utf8.contains(0) else { throw SettingError("use a path") }
    self.text = text
  }
}

/// Yes or no, in a variable.
struct Switch: SettingValue, Equatable {
  let isOn: Bool

  init(parsing text: String) throws(SettingError) {
    switch text.lowercased() {
    case "1", "true", "yes", "on": isOn = true
    case "0", "false", "no", "off": isOn = false
    default: throw SettingError("use 1, true, yes or on, or 0, false, no or off")
    }
  }
}

extension SocketAddress: SettingValue {
  init(parsing text: String) throws(SettingError) {
    guard let address = SocketAddress(text) else {
      throw SettingError(
        "use an IP address and a port: 127.0.0.1:8080, [::1]:8080, or *:8080 for every address")
    }
    self = address
  }

  /// Reachable from this machine only (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3).
  var isLoopback: Bool {
    host.hasPrefix("127.") || host == "::1" || host.hasPrefix("::ffff:127.")
  }
}
