import TestSupport
import Testing

extension Scenarios {
  /// Blob URLs: types, safety, caching, and where nothing is to be found.
  @Suite(.server()) struct S12Blobs {
    /// Uploads `bytes` as `name` and returns the path of its URL.
    static func path(_ name: String, _ bytes: [UInt8]) throws -> String {
      let reply = try someone().upload(name, bytes).expect(code: 0)
      let url = try #require(reply["url"]?.string)
      return String(try #require(try #/https?://[^/]+(/.*)/#.wholeMatch(in: url), "\(reply)").1)
    }

    static func mediaType(_ reply: Exchange) -> String {
      String((reply.response["Content-Type"] ?? "").lowercased().prefix { $0 != ";" })
    }

    @Test("what goes with every blob: length, ETag, Cache-Control, nosniff, a sandbox, CORS")
    func headers() throws {
      let path = try Self.path("h.png", Fixtures.png)
      for method in ["GET", "HEAD"] {
        let reply = try client.request(method, path)
        let response = reply.response
        #expect(response.status == 200, "\(reply)")
        #expect(response["Content-Length"] == "\(Fixtures.png.count)", "\(reply)")
        #expect(response["Content-Type"] == "image/png", "\(reply)")
        #expect(response["Content-Disposition"]?.hasPrefix("attachment") != true, "\(reply)")
        Self.expectSafe(reply)
        expectSameBytes(response.body, method == "GET" ? Fixtures.png : [])
      }
    }

    static func expectSafe(_ reply: Exchange, sourceLocation: SourceLocation = #_sourceLocation) {
      let response = reply.response
      let etag = response["ETag"] ?? ""
      #expect(
        etag.hasPrefix("\"") && etag.hasSuffix("\"") && etag.count > 2, "\(reply)",
        sourceLocation: sourceLocation)
      #expect(
        response["Cache-Control"] == "public, max-age=31536000, immutable", "\(reply)",
        sourceLocation: sourceLocation)
      #expect(
        response["X-Content-Type-Options"] == "nosniff", "\(reply)", sourceLocation: sourceLocation)
      #expect(
        response["Content-Security-Policy"]?.contains("sandbox") == true, "\(reply)",
        sourceLocation: sourceLocation)
      #expect(
        response["Content-Security-Policy"]?.contains("allow-scripts") != true, "\(reply)",
        sourceLocation: sourceLocation)
      #expect(
        response["Access-Control-Allow-Origin"] == "*", "\(reply)", sourceLocation: sourceLocation)
    }

    @Test("HEAD says what GET says, without the body")
    func head() throws {
      let path = try Self.path("head.txt", Fixtures.bytes(9_000, seed: 120))
      let connection = try client.connect()
      let get = try connection.exchange(HTTPRequest("GET", path)).response
      let head = try connection.exchange(HTTPRequest("HEAD", path)).response
      #expect(head.body.isEmpty)
      func comparable(_ response: HTTPResponse) -> [String] {
        response.headers.filter { $0.name.lowercased() != "date" }.map { "\($0.name): \($0.value)" }
          .sorted()
      }
      #expect(comparable(head) == comparable(get))
      #expect(try connection.exchange(HTTPRequest("GET", "/healthz")).response.status == 200)
    }

    static let kinds: [(name: String, bytes: [UInt8], types: Set<String>)] = [
      ("png", Fixtures.png, ["image/png"]), ("gif", Fixtures.gif, ["image/gif"]),
      ("jpeg", Fixtures.jpeg, ["image/jpeg"]), ("webp", Fixtures.webp, ["image/webp"]),
      ("mp3", Fixtures.mp3, ["audio/mpeg"]), ("mp4", Fixtures.mp4, ["video/mp4"]),
      ("pdf", Fixtures.pdf, ["application/pdf"]),
      ("text", Array("Plain text, and Chinese: 图床\r\n".utf8), ["text/plain"]),
    ]

    @Test("Content-Type is what the bytes are, whatever the name says", arguments: 0..<8)
    func types(kind: Int) throws {
      let (name, bytes, types) = Self.kinds[kind]
      for type in [
        "\(name).\(name)", "\(name).html", "\(name).svg", name, "\(name).exe", "\(name).js",
      ] {
        let reply = try client.get(try Self.path(type, bytes))
        #expect(types.contains(Self.mediaType(reply)), "\(type): \(reply)")
        Self.expectSafe(reply)
        expectSameBytes(reply.response.body, bytes)
      }
    }

    @Test("bytes of no known kind are application/octet-stream, and an attachment")
    func unknownType() throws {
      for (name, bytes) in [
        ("x.png", Fixtures.bytes(300, seed: 121)), ("x.txt", [0, 1, 2, 3]),
        ("x.exe", Array("MZ\0\u{1}".utf8)),
        ("x.zip", Array("PK\u{3}\u{4}\0\0".utf8)), ("x.bin", [0xff, 0xfe, 0xfd]),
      ] {
        let reply = try client.get(try Self.path(name, bytes))
        #expect(Self.mediaType(reply) == "application/octet-stream", "\(reply)")
        #expect(reply.response["Content-Disposition"]?.hasPrefix("attachment") == true, "\(reply)")
        Self.expectSafe(reply)
      }
    }

    @Test("a page or a picture with a script in it never runs as this site")
    func activeContent() throws {
      let active: [[UInt8]] = [
        Fixtures.html, Fixtures.svg, Array("<svg/onload=alert(1)>".utf8),
        Array("  \n<HTML><script>1</script>".utf8),
        Array("<!-- x --><svg xmlns=\"http://www.w3.org/2000/svg\"/>".utf8),
        [0xef, 0xbb, 0xbf] + Fixtures.html,
        Array("<?xml version=\"1.0\"?><x/>".utf8), Array(Fixtures.gif.prefix(6)) + Fixtures.html,
      ]
      // An SVG is a picture and is shown as one; its scripts are stopped by the policy that
      // `expectSafe` asks for.
      let harmless: Set<String> = [
        "application/octet-stream", "text/plain", "image/gif", "image/svg+xml",
      ]
      for bytes in active {
        for name in ["a.html", "a.svg", "a.png", "a.xml", "a"] {
          let reply = try client.get(try Self.path(name, bytes))
          let type = Self.mediaType(reply)
          #expect(harmless.contains(type), "\(name): \(reply)")
          if type == "application/octet-stream" {
            #expect(
              reply.response["Content-Disposition"]?.hasPrefix("attachment") == true, "\(reply)")
          }
          Self.expectSafe(reply)
        }
      }
    }

    @Test("two files never share a name, and one file has one name")
    func blobNames() throws {
      let first = try Self.path("n.bin", Fixtures.bytes(100, seed: 122))
      let second = try Self.path("n.bin", Fixtures.bytes(100, seed: 123))
      let again = try Self.path("other.bin", Fixtures.bytes(100, seed: 122))
      #expect(first != second)
      #expect(first == again, "the name derives from the bytes")
    }

    @Test("the type in the URL may be left out")
    func withoutType() throws {
      let path = try Self.path("t.png", Fixtures.png)
      let reply = try client.get(String(path.dropLast(".png".count)))
      #expect(
        reply.response.status == 200 && reply.response["Content-Type"] == "image/png", "\(reply)")
      expectSameBytes(reply.response.body, Fixtures.png)
    }

    @Test("what is not there is 404, and not cached for ever")
    func unknownBlob() throws {
      let path = try Self.path("there.png", Fixtures.png)
      let name = path.split(separator: "/").last!
      let folder = path.dropLast(name.count)
      let targets = [
        "/group1/", "/group1/M00/", "/group1/M00/00/00/", "/group1/M00/00/00/x", "\(folder)",
        "/group1/nope",
        "\(folder)x\(name)", "\(path)/", "\(path)/x", "/group2\(path.dropFirst(7))",
        "/group1/M01\(path.dropFirst(11))",
      ]
      for target in targets {
        let reply = try client.get(target).expect(status: 404, target)
        #expect(reply.response["Cache-Control"]?.contains("immutable") != true, "\(reply)")
      }
    }

    @Test(
      "no path leads out of the store",
      arguments: [
        "/group1/../../etc/passwd", "/group1/M00/../../../redis/redis.conf",
        "/group1/M00/%2e%2e/%2e%2e/%2e%2e/lock",
        "/group1/M00/..%2f..%2f..%2f..%2fetc%2fpasswd", "/group1//etc/passwd",
        "/group1/M00/00/00/%00",
        "/group1/M00/00/..%5c..%5cx", "//etc/passwd", "/../etc/passwd", "/group1/M00/00/00/.%2e/x",
      ])
    func traversal(target: String) throws {
      let reply = try client.get(target)
      #expect([400, 404].contains(reply.response.status), "\(reply)")
      #expect(!reply.response.text.contains("root:"), "\(reply)")
    }
  }
}
