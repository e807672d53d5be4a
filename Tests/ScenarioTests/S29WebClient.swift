import TestSupport
import Testing

extension Scenarios {
  /// The web client that is built in: what `/` and its files are served as. What it does in a browser
  /// is the affair of BrowserTests.
  @Suite(.server()) struct S29WebClient {
    /// The folder of the client's files, as the page names it.
    static func folder() throws -> String {
      let page = try client.get("/").response.text
      let link = try #/"(/assets/[0-9a-f]{16}/)app\.js"/#.firstMatch(in: page)
      return String(try #require(link, "\(page)").1)
    }

    @Test("/ is a page under a strict policy, asked for again each time and sent once")
    func page() throws {
      let reply = try client.get("/")
      #expect(reply.response.status == 200, "\(reply)")
      #expect(reply.response["Content-Type"] == "text/html; charset=utf-8", "\(reply)")
      #expect(reply.response["Cache-Control"] == "no-cache", "\(reply)")
      #expect(reply.response["X-Content-Type-Options"] == "nosniff", "\(reply)")
      let policy = reply.response["Content-Security-Policy"] ?? ""
      #expect(policy.hasPrefix("default-src 'none'") && !policy.contains("unsafe"), "\(reply)")
      let tag = try #require(reply.response["ETag"])
      let again = try client.get("/", headers: [("If-None-Match", tag)])
      #expect(again.response.status == 304 && again.response.body.isEmpty, "\(again)")
      let head = try client.request("HEAD", "/")
      #expect(head.response["Content-Length"] == "\(reply.response.body.count)", "\(head)")
      try client.request("POST", "/").expect(status: 405)
    }

    @Test("everything that the page names is there, for good, with its type")
    func assets() throws {
      let page = try client.get("/").response.text
      let types = [
        "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8",
        "svg": "image/svg+xml",
      ]
      let paths = page.matches(of: #/"(/assets/[^"]+)"/#).map { String($0.1) }
      #expect(paths.count > 20, "\(paths)")
      for path in paths {
        let reply = try client.get(path)
        #expect(reply.response.status == 200, "\(reply)")
        let type = try #require(path.split(separator: ".").last.map(String.init))
        #expect(reply.response["Content-Type"] == types[type], "\(path)")
        #expect(
          reply.response["Cache-Control"] == "public, max-age=31536000, immutable", "\(path)")
        #expect(reply.response["X-Content-Type-Options"] == "nosniff", "\(path)")
      }
    }

    @Test("another build's files are not there")
    func unknownAssets() throws {
      let folder = try Self.folder()
      for path in [
        "/assets/0123456789abcdef/app.js", "/assets/app.js", folder, folder + "index.html",
        folder + "../../etc/passwd", folder + "%2e%2e/app.js",
      ] {
        try client.get(path).expect(status: 404, path)
      }
    }

    @Test(
      "pictures of another host name, and only blobs of it, may be shown",
      arguments: ["--blob-origin", "--public-url"])
    func blobOrigin(_ option: String) throws {
      let server = try PicbedServer([option, "https://pictures.example.net"])
      let policy = try server.client.get("/").response["Content-Security-Policy"] ?? ""
      for kind in ["img-src 'self' blob:", "media-src 'self'", "connect-src 'self'"] {
        #expect(policy.contains("\(kind) https://pictures.example.net/group1/;"), "\(policy)")
      }
      #expect(policy.contains("script-src 'self';") && policy.contains("default-src 'none';"))
    }

    @Test("an instant upload answers its url, new or not, and picture links do, where asked to")
    func urls() throws {
      let user = try server.newUser()
      let other = try server.newUser()
      let file = try uploaded("u.png", Fixtures.png, by: user)
      let url = try entry(of: file, for: user).url
      var fields = file.fields
      fields["with"] = "url"
      #expect(try user.call("/api/md5", fields).expect(code: 5)["url"]?.string == url)
      #expect(try other.call("/api/md5", fields).expect(code: 0)["url"]?.string == url)
      try user.call("/api/sharepic?cmd=share", file).expect(code: 0)
      let list = try user.call(
        "/api/sharepic?cmd=normal", ["start": 0, "count": 9, "with": "url"])
      #expect(list["files"]?.array?.first?["url"]?.string == url, "\(list)")
    }
  }
}
