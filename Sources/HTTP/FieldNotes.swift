/// What the field lines of one head said, gathered line by line and settled at its end: the fields that frame
/// the message and those that name the host get checked as a whole (RFC 9112 §3.2, §6).
struct FieldNotes {
  var authority: Range<Int>?
  private var host: Range<Int>?
  private var contentLength: Int64?
  private var codings = 0
  private var isChunkedLast = false
  private var hasUnknownCoding = false
  private var closes = false
  private var keepsAlive = false
  private var expectsOther = false

  mutating func take(
    _ span: RawSpan, name: Range<Int>, value: Range<Int>, _ head: inout RequestHead
  ) throws(ProtocolError) {
    let field = span.slice(name)
    switch field.byteCount {
    case 4 where field.equalsIgnoringCase("host"):
      guard host == nil else { throw .bad("the Host field was sent twice") }
      host = value
    case 14 where field.equalsIgnoringCase("content-length"):
      try takeContentLength(span.slice(value))
    case 17 where field.equalsIgnoringCase("transfer-encoding"):
      takeCodings(span, value)
    case 10 where field.equalsIgnoringCase("connection"):
      takeConnection(span, value)
    case 6 where field.equalsIgnoringCase("expect"):
      if span.slice(value).equalsIgnoringCase("100-continue") {
        head.expectsContinue = true
      } else {
        expectsOther = true
      }
    default:
      for known in KnownField.allCases where field.equalsIgnoringCase(known.name) {
        if head.fields[known] == nil || known.isLastOfMany {
          head.fields[known] = value
        } else if known.isSingle {
          throw .bad("the \(known.name) field was sent twice")
        }
        return
      }
    }
  }

  /// Digits only, no overflow, repeats must agree (RFC 9110 §8.6).
  private mutating func takeContentLength(_ value: RawSpan) throws(ProtocolError) {
    guard value.byteCount > 0, value.byteCount <= 18 else {
      throw .bad("Content-Length is not a number of bytes")
    }
    var length: Int64 = 0
    for offset in 0..<value.byteCount {
      guard value[byte: offset].isDigit else {
        throw .bad("Content-Length is not a number of bytes")
      }
      length = length * 10 + Int64(value[byte: offset] - 0x30)
    }
    if let contentLength, contentLength != length {
      throw .bad("Content-Length was sent twice with different values")
    }
    contentLength = length
  }

  private mutating func takeCodings(_ span: RawSpan, _ value: Range<Int>) {
    let before = codings
    forEachMember(span, value) { coding in
      codings += 1
      isChunkedLast = coding.equalsIgnoringCase("chunked")
      if !isChunkedLast { hasUnknownCoding = true }
    }
    // An empty field still says that the sender meant to frame by it.
    if codings == before {
      hasUnknownCoding = true
      codings += 1
    }
  }

  /// A case-insensitive list, perhaps over several lines (RFC 9110 §7.6.1).
  private mutating func takeConnection(_ span: RawSpan, _ value: Range<Int>) {
    forEachMember(span, value) { option in
      if option.equalsIgnoringCase("close") { closes = true }
      if option.equalsIgnoringCase("keep-alive") { keepsAlive = true }
    }
  }

  /// The elements of a comma-separated list, empty ones left out (RFC 9110 §5.6.1).
  private func forEachMember(_ span: RawSpan, _ value: Range<Int>, _ body: (RawSpan) -> Void) {
    var start = value.lowerBound
    while start <= value.upperBound {
      var end = start
      while end < value.upperBound, span[byte: end] != 0x2C { end += 1 }
      let member = span.trimmed(start..<end)
      if !member.isEmpty { body(span.slice(member)) }
      start = end + 1
    }
  }

  /// Checks what only the whole head can tell, and puts the result into `head`.
  func settle(_ head: inout RequestHead) throws(ProtocolError) {
    if let host {
      guard HostField.isValid(head.bytes.span.bytes.slice(host)) else {
        throw .bad("the Host field is not a host name or address")
      }
      head.hostRange = authority ?? host
    } else {
      // Required of every HTTP/1.1 request (RFC 9112 §3.2), also beside an absolute target.
      guard head.isHTTP10 else { throw .bad("the Host field is missing") }
      head.hostRange = authority ?? 0..<0
    }
    if codings > 0 {
      // Both, or on HTTP/1.0: an attempt at smuggling, or a proxy that garbles (RFC 9112 §6.1).
      guard contentLength == nil else {
        throw .bad("Transfer-Encoding and Content-Length together")
      }
      guard !head.isHTTP10 else { throw .bad("Transfer-Encoding in an HTTP/1.0 request") }
      guard !hasUnknownCoding else {
        throw ProtocolError(.notImplemented, "the only transfer coding served here is chunked")
      }
      guard isChunkedLast, codings == 1 else { throw .bad("chunked was applied twice") }
      head.framing = .chunked
    } else if let contentLength, contentLength > 0 {
      head.framing = .length(contentLength)
    }
    if head.isHTTP10 { head.expectsContinue = false }
    if expectsOther, !head.isHTTP10 {
      throw ProtocolError(.expectationFailed, "the only expectation met here is 100-continue")
    }
    head.keepsAlive = !closes && (!head.isHTTP10 || keepsAlive)
  }
}
