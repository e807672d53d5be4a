import Testing

@testable import HTTP

/// The head of one request as literal bytes, and what the parser makes of it.
@Suite struct RequestHeadParserTests {
  /// Decodes one head given whole.
  private func head(_ text: String) throws(ProtocolError) -> RequestHead {
    var decoder = RequestDecoder(limits: HTTPLimits())
    var offset = 0
    let bytes = Array(text.utf8)
    guard try decoder.next(bytes.span.bytes, at: &offset) == .head else {
      throw ProtocolError(.requestTimeout, "incomplete")
    }
    return decoder.head
  }

  private func status(_ text: String) -> Status? {
    do throws(ProtocolError) {
      _ = try head(text)
      return nil
    } catch {
      return error.status
    }
  }

  @Test func readsARequestLineAndFields() throws {
    let head = try head(
      "POST /api/myfiles?cmd=normal HTTP/1.1\r\nHost: img.example.com:8080\r\n"
        + "Content-Type:application/json\r\nContent-Length: 12\r\nX-Other: \t kept out \r\n\r\n")
    #expect(head.method == .post)
    #expect(head.pathText == "/api/myfiles")
    #expect(String(decoding: head.queryBytes, as: UTF8.self) == "cmd=normal")
    #expect(head.host == "img.example.com:8080")
    #expect(head.field(.contentType) == "application/json")
    #expect(head.framing == .length(12))
    #expect(head.keepsAlive)
    #expect(!head.has(.range))
  }

  @Test func anAmpersandStartsTheQueryBelowAPIOnly() throws {
    let call = try head("POST /api/myfiles&cmd=normal&x=1 HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(call.pathText == "/api/myfiles")
    #expect(String(decoding: call.queryBytes, as: UTF8.self) == "cmd=normal&x=1")
    let both = try head("POST /api/a&b?cmd=normal HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(both.pathText == "/api/a&b")
    let other = try head("GET /group1/a&b HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(other.pathText == "/group1/a&b")
  }

  @Test func absoluteFormOverridesHost() throws {
    let head = try head("GET http://a.example/x?y HTTP/1.1\r\nHost: b.example\r\n\r\n")
    #expect(head.host == "a.example")
    #expect(head.pathText == "/x")
    let bare = try self.head("GET http://a.example HTTP/1.1\r\nHost: b.example\r\n\r\n")
    #expect(bare.host == "a.example" && bare.pathText == "/" && bare.queryBytes.isEmpty)
    let query = try self.head("GET HTTPS://a.example:80?x=/ HTTP/1.1\r\nHost: b.example\r\n\r\n")
    #expect(query.host == "a.example:80" && query.pathText == "/")
    #expect(String(decoding: query.queryBytes, as: UTF8.self) == "x=/")
    #expect(status("GET http://u@a.example/ HTTP/1.1\r\nHost: h\r\n\r\n") == .badRequest)
    #expect(status("GET ftp://a.example/ HTTP/1.1\r\nHost: h\r\n\r\n") == .badRequest)
    #expect(status("GET http:// HTTP/1.1\r\nHost: h\r\n\r\n") == .badRequest)
    #expect(status("GET http://a.example/ HTTP/1.1\r\n\r\n") == .badRequest)
    #expect(status("GET http:///x HTTP/1.1\r\nHost: h\r\n\r\n") == .badRequest)
    #expect(status("GET x HTTP/1.1\r\nHost: h\r\n\r\n") == .badRequest)
    #expect(status("GET * HTTP/1.1\r\nHost: h\r\n\r\n") == .badRequest)
    #expect(status("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n") == nil)
    #expect(status("CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n") == .notImplemented)
  }

  @Test(arguments: [
    "GET / HTTP/1.1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\"b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a:port\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: :80\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a%41\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nHost\t: a\r\n\r\n",
    "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n\tX: folded\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX: a\u{7F}b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX: a\u{B}b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n\r\r\n\r\n",
    "GET / HTTP/1.1\rHost: a\r\n\r\n",
    "GET /\u{0} HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
    " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1 1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1e1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: \u{661}\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
    "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n X: folded\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX\0: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n: no name\r\n\r\n",
    "GET /a\u{1}b HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
    "GET /\r\nHost: a\r\n\r\n",
    "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / http/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x10\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551617\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n",
    "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic a\r\nAuthorization: Basic b\r\n\r\n",
    "\u{16}\u{3}\u{1}\0\u{1}x\r\n\r\n",
  ])
  func refusesWithBadRequest(_ text: String) {
    #expect(status(text) == .badRequest)
  }

  @Test func refusesWithTheStatusOfTheCase() {
    #expect(status("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == .versionNotSupported)
    #expect(
      status("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")
        == .notImplemented)
    #expect(
      status("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n")
        == .notImplemented)
    #expect(
      status("POST / HTTP/1.1\r\nHost: a\r\nExpect: a-miracle\r\n\r\n") == .expectationFailed)
    for codings in [
      "", ",", "chunked;q=1", "\"chunked\"", "chunked, x", "x\r\nTransfer-Encoding: chunked",
      "chunked\r\nTransfer-Encoding: ",
    ] {
      #expect(
        status("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \(codings)\r\n\r\n")
          == .notImplemented, "\(codings)")
    }
    #expect(
      status("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue, x\r\n\r\n")
        == .expectationFailed)
    #expect(status("GET / HTTP/3.0\r\nHost: a\r\n\r\n") == .versionNotSupported)
    let long = String(repeating: "a", count: 9000)
    #expect(status("GET /\(long) HTTP/1.1\r\nHost: a\r\n\r\n") == .uriTooLong)
    #expect(status("GET /\(long)") == .uriTooLong)
    #expect(status("GET /\(long)\(long) HTTP/1.1\r\nHost: a\r\n\r\n") == .uriTooLong)
    #expect(status("GET /\(long)\(long) HTTP/1.1\r\nHost: a\r\n") == .uriTooLong)
    let field = "X: \(String(repeating: "b", count: 17_000))"
    #expect(status("GET / HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n") == .headerFieldsTooLarge)
    #expect(status("GET / HTTP/1.1\r\nHost: a\r\n\(field)") == .headerFieldsTooLarge)
    let many = String(repeating: "X: y\r\n", count: 101)
    #expect(status("GET / HTTP/1.1\r\nHost: a\r\n\(many)\r\n") == .headerFieldsTooLarge)
  }

  @Test func repeatsOfOneContentLengthAgree() throws {
    let head = try head(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 05\r\n\r\n")
    #expect(head.framing == .length(5))
  }

  @Test func connectionIsACaseInsensitiveList() throws {
    let closes = try head(
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: te\r\nCONNECTION: foo ,Close\r\n\r\n")
    #expect(!closes.keepsAlive)
    #expect(try !head("GET / HTTP/1.0\r\n\r\n").keepsAlive)
    #expect(try head("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keepsAlive)
    #expect(try head("GET / HTTP/1.7\r\nHost: a\r\n\r\n").keepsAlive)
  }

  @Test func expectIsNotForHTTP10() throws {
    let modern = try head(
      "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n")
    #expect(modern.expectsContinue)
    let old = try head(
      "POST / HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")
    #expect(!old.expectsContinue)
  }

  @Test func loneLineFeedsAndLeadingEmptyLinesAreTaken() throws {
    #expect(try head("\r\n\nGET /x HTTP/1.1\nHost: a\n\n").pathText == "/x")
  }

  /// The answer must not wait for an empty line that a TLS hello or noise may never hold.
  @Test(arguments: ["\u{16}\u{3}\u{1}", "\0", "\u{80}", "<x>", "\r\n\u{16}", "\rG"])
  func whatIsNoRequestIsRefusedAtItsFirstByte(_ text: String) {
    #expect(status(text) == .badRequest)
  }

  @Test func emptyLinesAreNoRequestForEver() {
    #expect(status(String(repeating: "\r\n", count: 4)) == .requestTimeout)
    #expect(status(String(repeating: "\r\n", count: 5)) == .badRequest)
    var decoder = RequestDecoder(limits: HTTPLimits())
    let line: [UInt8] = [0x0D, 0x0A]
    #expect(throws: ProtocolError.self) {
      for _ in 0..<5 {
        var offset = 0
        _ = try decoder.next(line.span.bytes, at: &offset)
      }
    }
  }

  @Test func oneHeadFromBytesOneByOne() throws {
    let bytes = Array("GET /a HTTP/1.1\r\nHost: a\r\nCookie: x=y\r\n\r\n".utf8)
    var decoder = RequestDecoder(limits: HTTPLimits())
    for count in 1...bytes.count {
      var offset = 0
      let part = Array(bytes[..<count])
      let event = try decoder.next(part.span.bytes, at: &offset)
      #expect(event == (count == bytes.count ? .head : .needMore))
    }
    #expect(decoder.head.field(.cookie) == "x=y")
  }
}
