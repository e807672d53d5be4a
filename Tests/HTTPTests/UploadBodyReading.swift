import Testing

@testable import HTTP

/// What a parser makes of a whole body: the file's bytes put together, and the error that ended it.
struct UploadReading: Equatable, CustomStringConvertible {
  /// Every event in its order; neighbouring `fileData` joined into one.
  var events: [UploadBodyParser.Event] = []
  var error: UploadBodyError?

  /// Reads `body` in pieces of these sizes, the last one again and again.
  init(_ body: [UInt8], contentType: String?, pieces: [Int] = [.max]) {
    var parser = UploadBodyParser(contentType: contentType)
    var pieces = pieces[...]
    var rest = body[...]
    do throws(UploadBodyError) {
      while !rest.isEmpty {
        let size = pieces.count > 1 ? pieces.removeFirst() : pieces[pieces.startIndex]
        var arrived: [UploadBodyParser.Event] = []
        defer { append(arrived) }
        // A copy: the parser must not rely on what stands behind its slice.
        try parser.consume(Array(rest.prefix(size))[...], into: &arrived)
        rest = rest.dropFirst(size)
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

  /// Fields as `name=value`, in their order.
  var fields: [String] {
    events.compactMap {
      if case .field(let name, let value) = $0 { "\(name)=\(value)" } else { nil }
    }
  }

  var file: DispositionParameters? {
    for case .fileStart(let parameters, _) in events { return parameters }
    return nil
  }

  var partContentType: String? {
    for case .fileStart(_, let contentType) in events { return contentType }
    return nil
  }

  var contents: [UInt8]? {
    guard file != nil else { return nil }
    for case .fileData(let bytes) in events { return Array(bytes) }
    return []
  }

  var contentsText: String? { contents.map { String(decoding: $0, as: UTF8.self) } }

  /// The kinds of events: `f` field, `<` start, `d` data, `>` end.
  var order: String {
    String(
      events.map { event -> Character in
        switch event {
        case .field: "f"
        case .fileStart: "<"
        case .fileData: "d"
        case .fileEnd: ">"
        }
      })
  }

  var description: String {
    "\(order) \(fields) \(contentsText ?? "-") \(error.map(String.init) ?? "")"
  }
}

/// Reads `body` whole, then cut in two at every point, and byte by byte: all must come out alike.
func readEveryWay(
  _ body: [UInt8], contentType: String?, sourceLocation: SourceLocation = #_sourceLocation
) -> UploadReading {
  let whole = UploadReading(body, contentType: contentType)
  var ways = [[1], [2], [3], [7], [64]]
  ways += (1..<max(2, body.count)).map { [$0, .max] }
  for pieces in ways {
    let cut = UploadReading(body, contentType: contentType, pieces: pieces)
    if cut != whole {
      Issue.record(
        "in pieces of \(pieces): \(cut), whole: \(whole)", sourceLocation: sourceLocation)
      break
    }
  }
  return whole
}

func readEveryWay(
  _ body: String, contentType: String?, sourceLocation: SourceLocation = #_sourceLocation
) -> UploadReading {
  readEveryWay(Array(body.utf8), contentType: contentType, sourceLocation: sourceLocation)
}

extension String {
  /// With CR LF for every LF.
  var withCRLF: String {
    split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
  }
}
