@testable import HTTP

/// What a decoder makes of the requests of one connection.
private struct Decoding: Equatable {
  var events: [String] = []
  var body: [UInt8] = []
  var status: Status?

  init(_ pieces: [[UInt8]]) {
    var decoder = RequestDecoder(limits: HTTPLimits())
    var pending: [UInt8] = []
    do throws(ProtocolError) {
      for piece in pieces {
        pending += piece
        var offset = 0
        try read(&decoder, pending, &offset)
        guard offset <= pending.count else { fatalError("read behind the input's end") }
        pending.removeFirst(offset)
      }
    } catch {
      status = error.status
    }
  }

  private mutating func read(
    _ decoder: inout RequestDecoder, _ input: [UInt8], _ offset: inout Int
  ) throws(ProtocolError) {
    while true {
      switch try decoder.next(input.span.bytes, at: &offset) {
      case .needMore: return
      case .head: events.append(describe(decoder.head))
      case .body(let range):
        guard !range.isEmpty, range.upperBound == offset else { fatalError("body \(range)") }
        body += input[range]
      case .end: events.append("end after \(body.count)")
      }
    }
  }

  /// Everything that the rest of the server reads of a head.
  private func describe(_ head: RequestHead) -> String {
    let fields = KnownField.allCases.map { head.field($0) ?? "-" }
    guard head.isHTTP10 || !head.bytes.isEmpty, !(head.isHTTP10 && head.framing == .chunked) else {
      fatalError("a head that cannot be: \(head)")
    }
    // What goes into URLs and the log must be safe there.
    guard head.host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"\"<>\\/".utf8.contains($0) }),
      head.bytes[head.pathRange].allSatisfy({ $0 > 0x20 && $0 != 0x7F })
    else { fatalError("an unsafe host or path: \(head)") }
    return "\(head.method) \(head.pathText) ? \(head.queryBytes.count) \(head.host) "
      + "\(head.framing) \(head.keepsAlive) \(head.expectsContinue) \(head.isHTTP10) \(fields)"
  }
}

private let router = Router([
  Route(.get, .prefix("/group1/")) { _ in Response(.ok) },
  Route(.post, .exact("/api/myfiles"), command: "normal") { _ in Response(.ok) },
  Route(.get, .any) { _ in Response(.ok) },
])

/// Requests cut anywhere are the same requests; and a head that was taken can be routed, redirected and logged.
func fuzzHead(_ bytes: [UInt8]) {
  guard let (whole, pieces) = cut(bytes) else { return }
  let (one, other) = (Decoding([whole]), Decoding(pieces))
  guard one == other else { fatalError("whole: \(one) in pieces: \(other)") }
  var decoder = RequestDecoder(limits: HTTPLimits())
  var offset = 0
  guard case .head? = try? decoder.next(whole.span.bytes, at: &offset) else { return }
  _ = router.resolve(decoder.head)
  let redirect = TLSRedirect.answer(decoder.head, origin: nil, port: 8443)
  guard !redirect.fields.contains(0) else { fatalError("a NUL in a header field") }
  let lines = redirect.fields.split(separator: 0x0D, omittingEmptySubsequences: false)
  guard lines.dropFirst().allSatisfy({ $0.first == 0x0A }), lines.count <= 5 else {
    fatalError("the target broke out of its header field")
  }
}

/// A chunked body cut anywhere is the same body.
func fuzzChunked(_ bytes: [UInt8]) {
  let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
  guard let (whole, pieces) = cut(bytes) else { return }
  let (one, other) = (Decoding([Array(head.utf8) + whole]), Decoding([Array(head.utf8)] + pieces))
  guard one == other else { fatalError("whole: \(one) in pieces: \(other)") }
}

/// A range lies inside what it is a range of.
func fuzzRange(_ bytes: [UInt8]) {
  for size: Int64 in [0, 1, 1234, .max] {
    let range = ByteRange(bytes.span.bytes, size: size)
    if case .partial(let part) = range {
      guard !part.isEmpty, part.lowerBound >= 0, part.upperBound <= size else {
        fatalError("\(part) of \(size)")
      }
    }
    var field: [UInt8] = []
    range.appendContentRange(size: size, to: &field)
    var conditions = Preconditions(
      entityTag: Array("\"x\"".utf8), modifiedSeconds: 7, nowSeconds: 9)
    for condition in [
      Preconditions.Field.ifMatch, .ifNoneMatch, .ifRange, .ifModifiedSince, .ifUnmodifiedSince,
    ] {
      conditions.apply(condition, bytes.span.bytes)
    }
    _ = (conditions.outcome, conditions.allowsRange)
  }
}

/// A cookie's value stands in its field.
func fuzzCookies(_ bytes: [UInt8]) {
  for name in ["token", "userName", "a", ""] {
    guard let value = Cookies.value(of: name, in: bytes.span.bytes) else { continue }
    guard value.utf8.count <= bytes.count else { fatalError("a value longer than its field") }
  }
}
