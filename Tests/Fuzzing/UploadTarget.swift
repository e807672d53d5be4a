@testable import HTTP

/// What the parser makes of an upload's body.
private struct Upload: Equatable {
  var events: [UploadBodyParser.Event] = []
  var error: UploadBodyError?

  init(_ pieces: [[UInt8]], contentType: String?) {
    var parser = UploadBodyParser(contentType: contentType)
    do throws(UploadBodyError) {
      for piece in pieces {
        var arrived: [UploadBodyParser.Event] = []
        defer { append(arrived) }
        try parser.consume(piece[...], into: &arrived)
      }
      var last: [UploadBodyParser.Event] = []
      defer { append(last) }
      try parser.finish(into: &last)
    } catch {
      self.error = error
    }
  }

  private mutating func append(_ arrived: [UploadBodyParser.Event]) {
    for event in arrived {
      if case .fileData(let more) = event, case .fileData(let before) = events.last {
        events[events.count - 1] = .fileData(before + more)
      } else {
        events.append(event)
      }
    }
  }
}

/// Both forms of an upload, cut anywhere, are the same upload. The first line of the input is the Content-Type.
func fuzzMultipart(_ bytes: [UInt8]) {
  guard let (whole, _) = cut(bytes) else { return }
  let line = whole.firstIndex(of: 0x0A) ?? 0
  let type = String(decoding: whole[..<line], as: UTF8.self)
  let body = Array(whole[min(line + 1, whole.count)...])
  guard let (_, pieces) = cut([bytes[0]] + body) else { return }
  for contentType in [type, nil] {
    let (one, other) = (
      Upload([body], contentType: contentType), Upload(pieces, contentType: contentType)
    )
    guard one == other else { fatalError("whole: \(one) in pieces: \(other)") }
    let length = one.events.reduce(0) {
      if case .fileData(let bytes) = $1 { $0 + bytes.count } else { $0 }
    }
    guard length <= body.count else { fatalError("a file longer than its body") }
  }
}
