import Events
import Logging

/// swift-log's way to the sink: formats an event on the caller's thread and leaves the line there.
struct SinkLogHandler: LogHandler {
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  private let label: String
  private let format: LogFormat
  private let sink: LogSink

  init(label: String, level: Logger.Level, format: LogFormat, sink: LogSink) {
    self.label = label
    self.logLevel = level
    self.format = format
    self.sink = sink
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var all = metadata
    // The event's own values win over the provider's, and those over the logger's.
    if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
    if let own = event.metadata { all.merge(own) { $1 } }
    if let error = event.error, all["error"] == nil { all["error"] = "\(error)" }
    let line = LogLine(
      time: Clock.wallMilliseconds, level: event.level, source: label,
      message: event.message.description,
      metadata: all.map { ($0.key, $0.value.description) }.sorted { $0.key < $1.key })
    sink.write(line.bytes(format))
  }
}

extension Logger {
  /// A logger of this program: `label` is the part that speaks.
  init(label: String, level: Logger.Level, format: LogFormat, sink: LogSink) {
    self.init(label: label) { label in
      SinkLogHandler(label: label, level: level, format: format, sink: sink)
    }
  }
}
