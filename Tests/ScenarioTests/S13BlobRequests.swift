import TestSupport
import Testing

extension Scenarios {
  /// Conditional requests and ranges on blobs (RFC 9110 §13, §14).
  @Suite(.server()) struct S13BlobRequests {
    /// The file that the tests ask parts of: digits, so that a part tells where it comes from.
    static let bytes = Array(String(repeating: "0123456789", count: 100).utf8)

    struct Blob {
      let path: String
      let etag: String
      let lastModified: String?

      /// The blob with `bytes`.
      init(_ bytes: [UInt8] = S13BlobRequests.bytes) throws {
        path = try S12Blobs.path("digits.txt", bytes)
        let reply = try client.request("HEAD", path)
        etag = try #require(reply.response["ETag"], "\(reply)")
        lastModified = reply.response["Last-Modified"]
      }

      func get(_ headers: (name: String, value: String)..., method: String = "GET") throws
        -> Exchange
      {
        try client.request(method, path, headers: headers)
      }
    }

    @Test("If-None-Match with the ETag is 304 without a body, by GET and HEAD")
    func notModified() throws {
      let blob = try Blob()
      let lists = [
        blob.etag, "W/\(blob.etag)", "\"x\", \(blob.etag)", "\"x\",W/\"y\" , \(blob.etag),\"z\"",
        "*",
      ]
      for method in ["GET", "HEAD"] {
        for list in lists {
          let reply = try blob.get(("If-None-Match", list), method: method)
          #expect(reply.response.status == 304 && reply.response.body.isEmpty, "\(reply)")
          #expect(reply.response["ETag"] == blob.etag, "\(reply)")
          #expect(
            reply.response["Cache-Control"] == "public, max-age=31536000, immutable", "\(reply)")
        }
      }
    }

    @Test("a 304 has no body and the connection goes on")
    func notModifiedKeepsConnection() throws {
      let blob = try Blob()
      let connection = try client.connect()
      let request = HTTPRequest("GET", blob.path, headers: [("If-None-Match", blob.etag)])
      for _ in 0..<3 { #expect(try connection.exchange(request).response.status == 304) }
      #expect(try connection.exchange(HTTPRequest("GET", blob.path)).response.body == Self.bytes)
    }

    @Test("If-None-Match with other tags is 200")
    func otherTags() throws {
      let blob = try Blob()
      let inside = String(blob.etag.dropFirst().dropLast())
      for tags in ["\"x\"", "\"\(inside)x\"", "W/\"x\", \"y\"", "\"\"", "\"\(inside.dropLast())\""]
      {
        let reply = try blob.get(("If-None-Match", tags))
        #expect(reply.response.status == 200 && reply.response.body == Self.bytes, "\(reply)")
      }
    }

    @Test(
      "If-Modified-Since: 304 for now, 200 for long ago and no date; If-None-Match is before it"
    )
    func modifiedSince() throws {
      let blob = try Blob()
      let soon = "Fri, 01 Jan 2100 00:00:00 GMT"
      let longAgo = "Sun, 06 Nov 1994 08:49:37 GMT"
      let modified = try #require(
        blob.lastModified, "a server that knows If-Modified-Since sends Last-Modified")
      func status(_ headers: (name: String, value: String)...) throws -> Int {
        try client.get(blob.path, headers: headers).response.status
      }
      #expect(try status(("If-Modified-Since", modified)) == 304)
      #expect(try status(("If-Modified-Since", longAgo)) == 200)
      #expect(try status(("If-Modified-Since", "yesterday")) == 200)
      #expect(try status(("If-Modified-Since", soon), ("If-None-Match", "\"x\"")) == 200)
      #expect(try status(("If-Modified-Since", longAgo), ("If-None-Match", blob.etag)) == 304)
    }

    @Test(
      "one range is 206 with that part",
      arguments: [
        ("bytes=0-0", 0..<1), ("bytes=0-9", 0..<10), ("bytes=990-", 990..<1_000),
        ("bytes=-1", 999..<1_000),
        ("bytes=-1000", 0..<1_000), ("bytes=-5000", 0..<1_000), ("bytes=5-99999999", 5..<1_000),
        ("bytes=0-", 0..<1_000), ("bytes=999-999", 999..<1_000), ("bytes=123-456", 123..<457),
        ("BYTES=3-4", 3..<5), ("bytes=998-99999999999999999999999", 998..<1_000),
      ] as [(String, Range<Int>)])
    func range(value: String, part: Range<Int>) throws {
      let reply = try Blob().get(("Range", value))
      let response = reply.response
      #expect(response.status == 206, "\(reply)")
      #expect(
        response["Content-Range"] == "bytes \(part.lowerBound)-\(part.upperBound - 1)/1000",
        "\(reply)")
      #expect(response["Content-Length"] == "\(part.count)", "\(reply)")
      S12Blobs.expectSafe(reply)
      expectSameBytes(response.body, Array(Self.bytes[part]), value)
    }

    @Test(
      "a range beyond the end is 416 and tells the length",
      arguments: ["bytes=1000-", "bytes=5000-6000", "bytes=-0"])
    func unsatisfiable(value: String) throws {
      let reply = try Blob().get(("Range", value))
      #expect(reply.response.status == 416, "\(reply)")
      #expect(reply.response["Content-Range"] == "bytes */1000", "\(reply)")
      #expect(reply.response["Cache-Control"]?.contains("immutable") != true, "\(reply)")
    }

    @Test(
      "a Range that is none is ignored (RFC 9110 §14.2)",
      arguments: [
        "bytes=", "bytes=a-b", "bytes=9-5", "0-5", "lines=0-5", "bytes=--5", "bytes 0-5",
        "bytes=1.0-2",
      ])
    func malformedRange(value: String) throws {
      let reply = try Blob().get(("Range", value))
      #expect(reply.response.status == 200 && reply.response.body == Self.bytes, "\(reply)")
    }

    @Test("several ranges are answered by the whole or by parts, never by one of them")
    func severalRanges() throws {
      let reply = try Blob().get(("Range", "bytes=0-1, 10-19"))
      let isWhole = reply.response.status == 200 && reply.response.body == Self.bytes
      let type = reply.response["Content-Type"] ?? ""
      let isMultipart = reply.response.status == 206 && type.hasPrefix("multipart/byteranges")
      #expect(isWhole || isMultipart, "\(reply)")
    }

    @Test("a flood of ranges is not served piece by piece")
    func rangeFlood() throws {
      let value = "bytes=" + (0..<1_000).map { _ in "0-" }.joined(separator: ",")
      let reply = try Blob().get(("Range", value))
      #expect([200, 206, 416, 431].contains(reply.response.status), "\(reply)")
      #expect(reply.response.body.count <= 2_000, "\(reply)")
    }

    @Test("Range is for GET; HEAD takes no notice of it")
    func rangeOnHead() throws {
      let reply = try Blob().get(("Range", "bytes=0-1"), method: "HEAD")
      #expect(
        reply.response.status == 200 && reply.response["Content-Length"] == "1000", "\(reply)")
    }

    @Test("If-Range with the ETag keeps the range; with anything else it is the whole")
    func ifRange() throws {
      let blob = try Blob()
      let same = try blob.get(("Range", "bytes=0-1"), ("If-Range", blob.etag))
      #expect(same.response.status == 206 && same.response.text == "01", "\(same)")
      for validator in ["\"x\"", "W/\(blob.etag)", "Sun, 06 Nov 1994 08:49:37 GMT"] {
        let other = try blob.get(("Range", "bytes=0-1"), ("If-Range", validator))
        #expect(other.response.status == 200 && other.response.body == Self.bytes, "\(other)")
      }
    }

    @Test("If-None-Match comes before Range")
    func conditionBeforeRange() throws {
      let blob = try Blob()
      let reply = try blob.get(("Range", "bytes=0-1"), ("If-None-Match", blob.etag))
      #expect(reply.response.status == 304, "\(reply)")
    }

    @Test("an empty file has no range")
    func emptyFile() throws {
      let blob = try Blob([])
      let whole = try blob.get()
      #expect(whole.response.status == 200 && whole.response["Content-Length"] == "0", "\(whole)")
      let part = try blob.get(("Range", "bytes=0-0"))
      #expect(part.response.status == 416, "\(part)")
      #expect(part.response["Content-Range"] == "bytes */0", "\(part)")
    }

    @Test("ranges of a large file, one after another on one connection, make up the file")
    func largeFile() throws {
      let bytes = Fixtures.bytes(5_000_000, seed: 130)
      let blob = try Blob(bytes)
      let connection = try client.connect()
      var collected: [UInt8] = []
      while collected.count < bytes.count {
        let end = min(collected.count + 1_300_001, bytes.count) - 1
        let request = HTTPRequest(
          "GET", blob.path,
          headers: [("Range", "bytes=\(collected.count)-\(end)"), ("If-Range", blob.etag)])
        let reply = try connection.exchange(request)
        try #require(reply.response.status == 206, "\(reply)")
        collected += reply.response.body
      }
      expectSameBytes(collected, bytes)
    }

    @Test("a reader who stops in the middle harms nobody")
    func slowReader() throws {
      let blob = try Blob(Fixtures.bytes(8 << 20, seed: 131))
      let stalled = try (0..<10).map { _ in
        let connection = try client.connect()
        try connection.send(HTTPRequest("GET", blob.path).headBytes(host: client.host))
        return connection
      }
      #expect(try client.get(blob.path).response.body.count == 8 << 20)
      for connection in stalled { connection.abort() }
      try client.get("/healthz").expectAlive()
    }
  }
}
