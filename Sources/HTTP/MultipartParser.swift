/// Reads the body of an upload, in pieces cut anywhere, and says what is in it: fields, and one
/// file.
///
/// Two forms are read, and need not be told apart by the caller:
/// - Standard `multipart/form-data` (RFC 7578), the boundary named by the request's Content-Type.
/// - The form that the API's document prints: the first line of the body is the delimiter, whatever
///   Content-Type says, and the file's Content-Disposition carries `user`, `md5`, `size` and
///   `token` beside `filename`. Such a body is built by hand: its lines may end with LF alone, the
///   last line may lack its `--`, its line end, or both.
///
/// The body, with `--` and the boundary as the delimiter:
///
///     [preamble] delimiter CRLF
///     head CRLF CRLF contents CRLF delimiter CRLF
///     …
///     head CRLF CRLF contents CRLF delimiter "--" [epilogue]
///
/// Pure state: bytes in, events out. One owner. Its memory is bounded by the limits below; a file's
/// bytes pass through as slices of the input.
package struct UploadBodyParser: Sendable {
  /// The most bytes of a part's head.
  package static let partHeadBytesMax = 8192
  /// The most bytes of a field's value. What is longer is a file that lacks its `filename`.
  package static let fieldBytesMax = 4096
  package static let partsMax = 32
  /// The most bytes before the first delimiter; they are ignored (RFC 2046 §5.1.1).
  package static let preambleBytesMax = 4096
  /// The most bytes of a delimiter line, its leading `--` included. RFC 2046 stops at 72.
  package static let delimiterBytesMax = 200

  package enum Event: Sendable, Equatable {
    /// A part without a file name, or a parameter that stands beside the file name.
    case field(name: String, value: String)
    /// Comes once. `contentType` is what the client says of the file: a claim, not a fact.
    case fileStart(DispositionParameters, contentType: String?)
    /// The file's next bytes: a slice of what `consume` was given, which it keeps alive.
    case fileData(ArraySlice<UInt8>)
    case fileEnd
  }

  private enum State {
    /// Before the first delimiter: not known yet, or known and looked for.
    case firstLine(DelimiterLineReader)
    case preamble(byteCount: Int)
    /// Behind a delimiter, before its line end.
    case padding
    case head
    case field(name: String, value: [UInt8])
    case file
    case emptyInput
    /// Behind the closing delimiter.
    case epilogue
    case failed(UploadBodyError)
  }

  private var state: State
  private var scanner: DelimiterScanner
  private var headReader = PartHeadReader()
  private var partCount = 0
  private var hasFile = false
  /// Whether the body may end in a bare delimiter: so in the document's form only. In standard
  /// multipart that means that parts are missing, perhaps the `md5` that would have found a file
  /// out.
  private var mayLackClosing: Bool

  /// `contentType` is the request's Content-Type. Where it does not name `multipart/form-data` with
  /// a usable boundary, the body's first line is taken for the delimiter. The boundary is read
  /// leniently: any printable text up to `delimiterBytesMax`, beyond RFC 2046's characters.
  package init(contentType: String?) {
    if let boundary = contentType.flatMap(Self.boundary) {
      scanner = DelimiterScanner(delimiter: Array("--".utf8) + boundary)
      // The preamble is thrown away, so it does not matter which line ends it has: LF finds both.
      scanner.begin(.lf)
      state = .preamble(byteCount: 0)
      mayLackClosing = false
    } else {
      // Until the line is read; nothing scans before.
      scanner = DelimiterScanner(delimiter: [])
      state = .firstLine(DelimiterLineReader())
      mayLackClosing = true
    }
  }

  /// Takes the next bytes of the body, and appends what they complete to `events`. After an error
  /// every further call throws it again; what was appended before it stands.
  package mutating func consume(
    _ bytes: ArraySlice<UInt8>, into events: inout [Event]
  ) throws(UploadBodyError) {
    var rest = bytes
    do throws(UploadBodyError) {
      while !rest.isEmpty { try step(&rest, &events) }
    } catch {
      state = .failed(error)
      throw error
    }
  }

  /// The body has ended. Appends what only the end could tell: the `fileEnd`, or the last field,
  /// before a bare delimiter. Throws `truncated` where the closing delimiter is missing, `noFile`
  /// where no part had a file name.
  package mutating func finish(into events: inout [Event]) throws(UploadBodyError) {
    do throws(UploadBodyError) {
      try close(&events)
      guard hasFile else { throw .noFile }
      state = .epilogue
    } catch {
      state = .failed(error)
      throw error
    }
  }

  private mutating func step(
    _ rest: inout ArraySlice<UInt8>, _ events: inout [Event]
  ) throws(UploadBodyError) {
    switch state {
    case .firstLine(var reader):
      let delimiter = try reader.read(&rest)
      state = delimiter == nil ? .firstLine(reader) : .head
      if let delimiter { scanner = DelimiterScanner(delimiter: delimiter) }
    case .preamble(let byteCount): try skipPreamble(byteCount, &rest)
    case .padding: try skipPadding(&rest)
    case .head:
      if let head = try headReader.read(&rest) { try beginPart(head, &events) }
    case .field(let name, let value): try readField(name, value, &rest, &events)
    case .file: readFile(&rest, &events)
    case .emptyInput: try skipEmptyInput(&rest)
    case .epilogue: rest = []
    case .failed(let error): throw error
    }
  }
}

// MARK: - Between the parts

extension UploadBodyParser {
  private mutating func skipPreamble(
    _ byteCount: Int, _ rest: inout ArraySlice<UInt8>
  ) throws(UploadBodyError) {
    let findings = scanner.scan(&rest)
    // Only what the scanner held back at the body's very start comes out without a line end before
    // it: the first line is a delimiter, but another one.
    guard !findings.released.starts(with: "--".utf8) else {
      throw .malformed("it does not begin with the boundary that Content-Type names")
    }
    let byteCount = byteCount + findings.released.count + findings.contents.count
    guard byteCount <= Self.preambleBytesMax else { throw .headTooLarge }
    state = .preamble(byteCount: byteCount)
    if let ending = findings.ending { endPart(ending) }
  }

  private mutating func skipPadding(_ rest: inout ArraySlice<UInt8>) throws(UploadBodyError) {
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\n") {
        state = .head
        return
      }
      guard byte.isBlank || byte == UInt8(ascii: "\r") else {
        throw .malformed("text follows a delimiter on its line")
      }
    }
  }

  private mutating func endPart(_ ending: DelimiterScanner.Ending) {
    switch ending {
    case .line: state = .head
    case .padding: state = .padding
    case .closing: state = .epilogue
    }
  }

  private mutating func close(_ events: inout [Event]) throws(UploadBodyError) {
    switch state {
    case .epilogue: return
    case .failed(let error): throw error
    case .firstLine: throw .noBoundary
    case .file where mayLackClosing && scanner.endsInDelimiter: events.append(.fileEnd)
    case .field(let name, let value) where mayLackClosing && scanner.endsInDelimiter:
      events.append(try Self.field(name, value))
    case .padding where mayLackClosing && hasFile: return
    case .head where mayLackClosing && hasFile && headReader.isBlank: return
    default: throw .truncated
    }
  }
}

// MARK: - The parts

extension UploadBodyParser {
  private mutating func beginPart(
    _ head: PartHeadReader.Head, _ events: inout [Event]
  ) throws(UploadBodyError) {
    if head.lines.isEmpty, hasFile, mayLackClosing {
      // An empty line behind the last delimiter, which lacked its `--`.
      state = .epilogue
      return
    }
    partCount += 1
    guard partCount <= Self.partsMax else { throw .tooManyParts }
    let part = try PartHead(parsing: head.lines)
    scanner.begin(head.lineEnd)
    switch (part.disposition.filename, part.disposition.name) {
    case ("", _): state = .emptyInput
    case (.some, _): try beginFile(part, &events)
    case (nil, let name?): state = .field(name: name, value: [])
    case (nil, nil): throw .malformed("a part has neither a name nor a filename")
    }
  }

  private mutating func beginFile(
    _ part: PartHead, _ events: inout [Event]
  ) throws(UploadBodyError) {
    guard !hasFile else { throw .secondFile }
    hasFile = true
    for parameter in part.disposition.others {
      guard parameter.value.utf8.count <= Self.fieldBytesMax else {
        throw .fieldTooLarge(parameter.name)
      }
      events.append(.field(name: parameter.name, value: parameter.value))
      mayLackClosing = true
    }
    events.append(.fileStart(part.disposition, contentType: part.contentType))
    state = .file
  }

  private mutating func readFile(_ rest: inout ArraySlice<UInt8>, _ events: inout [Event]) {
    let findings = scanner.scan(&rest)
    if !findings.released.isEmpty { events.append(.fileData(findings.released)) }
    if !findings.contents.isEmpty { events.append(.fileData(findings.contents)) }
    if let ending = findings.ending {
      events.append(.fileEnd)
      endPart(ending)
    }
  }

  private mutating func readField(
    _ name: String, _ collected: [UInt8], _ rest: inout ArraySlice<UInt8>, _ events: inout [Event]
  ) throws(UploadBodyError) {
    let findings = scanner.scan(&rest)
    let value = collected + findings.released + findings.contents
    guard value.count <= Self.fieldBytesMax else { throw .fieldTooLarge(name) }
    state = .field(name: name, value: value)
    if let ending = findings.ending {
      events.append(try Self.field(name, value))
      endPart(ending)
    }
  }

  private static func field(_ name: String, _ value: [UInt8]) throws(UploadBodyError) -> Event {
    guard let value = String(validating: value, as: UTF8.self) else { throw .invalidText }
    return .field(name: name, value: value)
  }

  /// A file input that was left empty in a browser's form: a part with the file name "" and no
  /// bytes.
  private mutating func skipEmptyInput(
    _ rest: inout ArraySlice<UInt8>
  ) throws(UploadBodyError) {
    let findings = scanner.scan(&rest)
    guard findings.released.isEmpty, findings.contents.isEmpty else {
      throw .malformed("a file has an empty filename")
    }
    if let ending = findings.ending { endPart(ending) }
  }
}
