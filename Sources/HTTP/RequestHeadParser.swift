/// Finds and parses one request head in received bytes. Strict where leniency lets two parsers
/// disagree about where a message ends (RFC 9112 §11.2): the rule stands beside each refusal.
struct RequestHeadParser {
  private let limits: HTTPLimits
  /// Bytes already searched for the head's end, so that a head that comes byte by byte costs linear
  /// time.
  private var searched = 0
  /// Bytes of empty lines before the head.
  private var skipped = 0

  init(limits: HTTPLimits) { self.limits = limits }

  /// Parses a head that starts at `offset`. Returns false while it is incomplete (nothing consumed
  /// but leading empty lines); on true `offset` is behind it.
  mutating func parse(
    _ input: RawSpan, at offset: inout Int, into head: inout RequestHead
  ) throws(ProtocolError) -> Bool {
    // An empty line or two before the request line is ignored (§2.2).
    while searched == 0, offset < input.byteCount,
      input[byte: offset] == 0x0A
        || (input[byte: offset] == 0x0D && offset + 1 < input.byteCount
          && input[byte: offset + 1] == 0x0A)
    {
      let count = input[byte: offset] == 0x0A ? 1 : 2
      offset += count
      skipped += count
      // They do not stand for a client that has nothing to say.
      guard skipped <= limits.emptyLineBytesMax else {
        throw .bad("empty lines in place of a request")
      }
    }
    try checkFirstByte(input, offset)
    guard let end = try findEnd(input, from: offset) else { return false }
    (searched, skipped) = (0, 0)
    head.bytes.removeAll(keepingCapacity: true)
    input.withUnsafeBytes { head.bytes.append(contentsOf: $0[offset..<end]) }
    offset = end
    try parseHead(&head)
    return true
  }

  /// What cannot be a request is refused at once, not when it happens to hold an empty line.
  private func checkFirstByte(_ input: RawSpan, _ offset: Int) throws(ProtocolError) {
    guard offset < input.byteCount, !input[byte: offset].isTokenByte else { return }
    switch input[byte: offset] {
    case 0x0D where offset + 1 == input.byteCount: return
    case 0x16: throw .bad("this port speaks plain HTTP, not TLS: the URL must begin with http://")
    default: throw .bad("this is no HTTP request")
    }
  }

  /// The offset behind the empty line that ends the head.
  private mutating func findEnd(_ input: RawSpan, from start: Int) throws(ProtocolError) -> Int? {
    var at = start + searched
    while let feed = input.firstIndex(of: 0x0A, from: at) {
      at = feed + 1
      let next = feed + 1
      if next < input.byteCount, input[byte: next] == 0x0A {
        return try checked(input, start, next + 1)
      }
      if next + 1 < input.byteCount, input[byte: next] == 0x0D, input[byte: next + 1] == 0x0A {
        return try checked(input, start, next + 2)
      }
    }
    _ = try checked(input, start, input.byteCount)
    // The last bytes may be the beginning of the end.
    searched = max(0, input.byteCount - start - 3)
    return nil
  }

  private func checked(
    _ input: RawSpan, _ start: Int, _ end: Int
  ) throws(ProtocolError) -> Int {
    guard end - start > limits.requestLineBytesMax else { return end }
    if (input.firstIndex(of: 0x0A, from: start) ?? end) - start > limits.requestLineBytesMax {
      throw ProtocolError(
        .uriTooLong, "the request line is longer than \(limits.requestLineBytesMax) bytes")
    }
    if end - start > limits.headBytesMax {
      throw ProtocolError(
        .headerFieldsTooLarge, "the request head is longer than \(limits.headBytesMax) bytes")
    }
    return end
  }

  // MARK: lines

  private func parseHead(_ head: inout RequestHead) throws(ProtocolError) {
    head.fields = FieldTable()
    head.framing = .none
    head.expectsContinue = false
    head.hostRange = 0..<0
    var notes = FieldNotes()
    let bytes = head.bytes
    let span = bytes.span.bytes
    var at = 0
    var lines = 0
    while let line = try nextLine(span, &at), !line.isEmpty {
      if lines == 0 {
        try parseRequestLine(span, line, &head, &notes)
      } else {
        guard lines <= limits.fieldCountMax else {
          throw ProtocolError(
            .headerFieldsTooLarge, "more than \(limits.fieldCountMax) header fields")
        }
        try parseField(span, line, &head, &notes)
      }
      lines += 1
    }
    try notes.settle(&head)
  }

  private func nextLine(_ span: RawSpan, _ at: inout Int) throws(ProtocolError) -> Range<Int>? {
    guard let feed = span.firstIndex(of: 0x0A, from: at) else { return nil }
    let start = at
    at = feed + 1
    // A lone LF may end a line; a lone CR never does (§2.2).
    let end = feed > start && span[byte: feed - 1] == 0x0D ? feed - 1 : feed
    return start..<end
  }

  private func parseRequestLine(
    _ span: RawSpan, _ line: Range<Int>, _ head: inout RequestHead, _ notes: inout FieldNotes
  ) throws(ProtocolError) {
    guard line.count <= limits.requestLineBytesMax else {
      throw ProtocolError(
        .uriTooLong, "the request line is longer than \(limits.requestLineBytesMax) bytes")
    }
    // "PRI * HTTP/2.0", the preface of HTTP/2, is a request line of a version that is not spoken
    // here.
    guard let space = span.firstIndex(of: 0x20, from: line.lowerBound), space < line.upperBound,
      let second = span.firstIndex(of: 0x20, from: space + 1), second < line.upperBound
    else { throw .bad("the request line is not 'METHOD target HTTP/1.1'") }
    for offset in line.lowerBound..<space where !span[byte: offset].isTokenByte {
      throw .bad("the method is not a token")
    }
    guard space > line.lowerBound else { throw .bad("the method is missing") }
    head.method = Method(span.slice(line.lowerBound..<space))
    head.targetRange = space + 1..<second
    try parseVersion(span.slice(second + 1..<line.upperBound), &head)
    // Only visible ASCII, and UTF-8 as real clients send it unescaped.
    for offset in head.targetRange {
      let byte = span[byte: offset]
      if byte <= 0x20 || byte == 0x7F { throw .bad("the request target holds a control character") }
    }
    try RequestTarget.parse(span, &head, &notes)
  }

  private func parseVersion(_ version: RawSpan, _ head: inout RequestHead) throws(ProtocolError) {
    if version.equals("HTTP/1.1") {
      head.isHTTP10 = false
    } else if version.equals("HTTP/1.0") {
      head.isHTTP10 = true
    } else {
      let isHTTP =
        version.byteCount == 8 && version.slice(0..<5).equals("HTTP/")
        && version[byte: 5].isDigit && version[byte: 6] == 0x2E && version[byte: 7].isDigit
      guard isHTTP else { throw .bad("the request line does not end with HTTP/1.1") }
      // A later 1.x speaks 1.1 too (RFC 9110 §2.5).
      guard version[byte: 5] == 0x31 else {
        throw ProtocolError(.versionNotSupported, "this server speaks HTTP/1.1 and HTTP/1.0")
      }
      head.isHTTP10 = false
    }
    head.keepsAlive = !head.isHTTP10
  }

  private func parseField(
    _ span: RawSpan, _ line: Range<Int>, _ head: inout RequestHead, _ notes: inout FieldNotes
  ) throws(ProtocolError) {
    if span[byte: line.lowerBound].isBlank { throw .bad("a header field is folded over two lines") }
    var colon = line.lowerBound
    while colon < line.upperBound, span[byte: colon] != 0x3A {
      // White space before the colon is refused like any other byte that no name holds (§5.1).
      guard span[byte: colon].isTokenByte else {
        throw .bad("a header field's name is not a token")
      }
      colon += 1
    }
    guard colon < line.upperBound, colon > line.lowerBound else {
      throw .bad("a header field has no name or no colon")
    }
    let value = span.trimmed(colon + 1..<line.upperBound)
    for offset in value {
      let byte = span[byte: offset]
      if byte < 0x20 && byte != 0x09 || byte == 0x7F {
        throw .bad("a header field's value holds a control character")
      }
    }
    try notes.take(span, name: line.lowerBound..<colon, value: value, &head)
  }
}
