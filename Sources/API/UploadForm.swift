import HTTP

/// The parts of an upload's body: the fields as they come, and the file.
struct UploadForm {
  enum Event {
    case fileStart(filename: String)
    case fileData(ArraySlice<UInt8>)
  }

  private var parser: UploadBodyParser
  private(set) var user: String?
  private(set) var token: String?
  private(set) var md5: String?
  private(set) var size: String?

  init(contentType: String?) { parser = UploadBodyParser(contentType: contentType) }

  /// Reads the next bytes; answers what they hold of the file.
  mutating func take(_ bytes: ArraySlice<UInt8>) throws(UploadBodyError) -> [Event] {
    var events: [UploadBodyParser.Event] = []
    try parser.consume(bytes, into: &events)
    return events.compactMap { note($0) }
  }

  mutating func finish() throws(UploadBodyError) {
    var events: [UploadBodyParser.Event] = []
    try parser.finish(into: &events)
    for event in events { _ = note(event) }
  }

  private mutating func note(_ event: UploadBodyParser.Event) -> Event? {
    switch event {
    case .field(let name, let value):
      switch name {
      case "user": user = value
      case "token": token = value
      case "md5": md5 = value
      case "size": size = value
      default: break
      }
      return nil
    case .fileStart(let parameters, _): return .fileStart(filename: parameters.filename ?? "")
    case .fileData(let slice): return .fileData(slice)
    case .fileEnd: return nil
    }
  }
}
