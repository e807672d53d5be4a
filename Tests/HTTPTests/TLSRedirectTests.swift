import Testing

@testable import HTTP

@Suite struct TLSRedirectTests {
  private func location(
    _ head: String, origin: String? = nil, port: Int = 443
  ) throws -> String? {
    var parsed = RequestHead()
    var offset = 0
    var parser = RequestHeadParser(limits: HTTPLimits())
    let bytes = Array(head.utf8)
    #expect(try parser.parse(bytes.span.bytes, at: &offset, into: &parsed))
    let answer = TLSRedirect.answer(parsed, origin: origin, port: port)
    let fields = String(decoding: answer.fields, as: UTF8.self)
    return fields.split(separator: "\r\n").first { $0.hasPrefix("Location: ") }
      .map { String($0.dropFirst(10)) }
  }

  @Test func theSameURLUnderHTTPS() throws {
    #expect(
      try location("GET /a?b=c HTTP/1.1\r\nHost: x.test\r\n\r\n") == "https://x.test/a?b=c")
    #expect(
      try location("GET /api/m&cmd=1 HTTP/1.1\r\nHost: x.test:80\r\n\r\n", port: 8443)
        == "https://x.test:8443/api/m&cmd=1")
    #expect(
      try location("GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", port: 444) == "https://[::1]:444/")
    #expect(
      try location("GET http://y.test:80/a HTTP/1.1\r\nHost: x.test\r\n\r\n") == "https://y.test/a")
    #expect(
      try location("GET http://y.test?a HTTP/1.1\r\nHost: x.test\r\n\r\n") == "https://y.test/?a")
    #expect(
      try location(
        "GET /a HTTP/1.1\r\nHost: evil.test\r\n\r\n", origin: "https://img.test")
        == "https://img.test/a"
    )
  }

  @Test func whatNoURLMayHoldIsEncoded() throws {
    #expect(
      try location("GET /\"<>\\^`{|}ä%2F HTTP/1.1\r\nHost: x.test\r\n\r\n")
        == "https://x.test/%22%3C%3E%5C%5E%60%7B%7C%7D%C3%A4%2F")
  }

  @Test func withoutAHostOrAPathThereIsNowhereToGo() throws {
    #expect(try location("GET /a HTTP/1.0\r\n\r\n") == nil)
    #expect(try location("OPTIONS * HTTP/1.1\r\nHost: x.test\r\n\r\n") == nil)
  }
}
