import Events
import JSON
import Logging

/// One line of the log, with its line feed. The request log (HTTP's `RequestLog`) writes lines of
/// the same shape: the time first, then what kind of line it is.
///
///     2026-11-23T21:40:01.123Z info    picbed: listening address=127.0.0.1:8080
///     {"time":"2026-11-23T21:40:01.123Z","kind":"log","level":"info","source":"picbed",
///      "message":"listening","metadata":{"address":"127.0.0.1:8080"}}         (in one line)
struct LogLine {
  /// Milliseconds since the epoch.
  var time: Int64
  var level: Logger.Level
  /// The logger's label.
  var source: String
  var message: String
  /// In the order in which it is shown.
  var metadata: [(key: String, value: String)] = []

  func bytes(_ format: LogFormat) -> [UInt8] {
    switch format {
    case .text: text
    case .json: json
    }
  }

  private var text: [UInt8] {
    var bytes: [UInt8] = []
    Timestamp.appendUTC(time, to: &bytes)
    bytes += " \(level.rawValue)".utf8
    // As wide as `request` and `warning`, so that what follows stands in one column.
    for _ in level.rawValue.utf8.count..<max(7, level.rawValue.utf8.count) { bytes.append(0x20) }
    bytes += " \(source): ".utf8
    LogText.appendEscaped(message, to: &bytes)
    for (key, value) in metadata {
      bytes.append(0x20)
      LogText.appendEscaped(key, to: &bytes)
      bytes.append(UInt8(ascii: "="))
      LogText.appendValue(value, to: &bytes)
    }
    bytes.append(0x0A)
    return bytes
  }

  private var json: [UInt8] {
    var stamp: [UInt8] = []
    Timestamp.appendUTC(time, to: &stamp)
    var json = JSONWriter(capacity: 256)
    json.openObject()
    json.field("time", String(decoding: stamp, as: UTF8.self))
    json.field("kind", "log")
    json.field("level", level.rawValue)
    json.field("source", source)
    json.field("message", message)
    if !metadata.isEmpty {
      // An object of its own: its keys are free, and must not stand twice beside those above.
      json.name("metadata")
      json.openObject()
      for (key, value) in metadata {
        json.string(key)
        json.raw(":")
        json.string(value)
      }
      json.closeObject()
    }
    json.closeObject()
    return json.bytes + [0x0A]
  }
}
