import Testing

@testable import HTTP

@Suite struct RouterTests {
  private let router = Router([
    Route(.post, .exact("/api/myfiles"), command: "count") { _ in Response(.ok) },
    Route(.post, .exact("/api/myfiles"), command: "normal") { _ in Response(.ok) },
    Route([.get, .post], .exact("/api/sharefiles"), command: "count") { _ in Response(.ok) },
    Route(.put, .prefix("/api/upload/")) { _ in Response(.ok) },
    Route(.get, .exact("/healthz")) { _ in Response(.ok) },
  ])

  private func resolve(_ line: String) throws -> String {
    var decoder = RequestDecoder(limits: HTTPLimits())
    var offset = 0
    let bytes = Array("\(line) HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
    _ = try decoder.next(bytes.span.bytes, at: &offset)
    switch router.resolve(decoder.head) {
    case .route(let route): return route.command.map { "\($0)" } ?? "route"
    case .notFound: return "404"
    case .wrongMethod(let allowed): return "405 \(allowed.allow)"
    case .options(let allowed): return "204 \(allowed.allow)"
    }
  }

  @Test func findsByPathCommandAndMethodInThisOrder() throws {
    #expect(try resolve("POST /api/myfiles?cmd=normal") == "normal")
    #expect(try resolve("POST /api/myfiles&cmd=count") == "count")
    #expect(try resolve("POST /api/myfiles?x=1&cmd=count&cmd=normal") == "count")
    #expect(try resolve("GET /api/myfiles?cmd=count") == "405 POST, OPTIONS")
    #expect(try resolve("GET /api/myfiles?cmd=other") == "404")
    #expect(try resolve("POST /api/myfiles") == "404")
    #expect(try resolve("POST /api/nothing") == "404")
    #expect(try resolve("DELETE /api/sharefiles?cmd=count") == "405 GET, HEAD, POST, OPTIONS")
    #expect(try resolve("HEAD /healthz") == "route")
    #expect(try resolve("POST /healthz") == "405 GET, HEAD, OPTIONS")
  }

  @Test func optionsSaysWhatAPathAnswersTo() throws {
    #expect(try resolve("OPTIONS /api/sharefiles?cmd=count") == "204 GET, HEAD, POST, OPTIONS")
    #expect(try resolve("OPTIONS /healthz") == "204 GET, HEAD, OPTIONS")
    #expect(try resolve("OPTIONS /api/nothing") == "404")
    #expect(try resolve("OPTIONS *") == "204 GET, HEAD, POST, PUT, OPTIONS")
    #expect(try resolve("TRACE /healthz") == "405 GET, HEAD, OPTIONS")
    #expect(try resolve("BREW /healthz") == "405 GET, HEAD, OPTIONS")
  }

  @Test func prefixesNeedSomethingBehindThem() throws {
    #expect(try resolve("PUT /api/upload/a.png") == "route")
    #expect(try resolve("PUT /api/upload/") == "404")
  }

  @Test func decodesThePathOnce() throws {
    #expect(try resolve("GET /%68ealthz") == "route")
    #expect(try resolve("GET /%2568ealthz") == "404")
    #expect(try resolve("GET /%zzealthz") == "404")
  }
}
