import TestSupport
import Testing

extension Scenarios {
  /// `--web-root DIR`: an existing single-page client of this API on the same origin.
  @Suite(.serialized) struct S19WebRoot {
    static let index = Array("<!doctype html><title>client</title><div id=app></div>\n".utf8)
    static let script = Array("console.log('client')\n".utf8)

    /// A server with a web root of a few files, and a secret beside it.
    static func withServer(_ body: (PicbedServer) throws -> Void) throws {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let root = folder / "web"
      try writeFile(root + "/index.html", index)
      try writeFile(root + "/static/js/app.1f2e.js", script)
      try writeFile(root + "/static/css/app.css", Array("body{}\n".utf8))
      try writeFile(root + "/图 标.svg", Fixtures.svg)
      try writeFile(folder / "secret.txt", Array("secret".utf8))
      try writeFile(root + "/.env", Array("secret".utf8))
      try writeFile(root + "/.well-known/acme/x", Array("challenge".utf8))
      try writeFile(root + "/.well-known/.env", Array("secret".utf8))
      let server = try PicbedServer(["--web-root", root])
      try body(server)
      try server.stop()
    }

    @Test(
      "files are served with their types; unknown paths are index.html; the API stays the API"
    )
    func webRoot() throws {
      try Self.withServer { server in
        try checkFiles(server.client)
        try checkFallback(server.client)
        try checkReserved(server.client)
        try checkEscapes(server.client)
        try checkWholeSession(server)
      }
    }

    private func checkFiles(_ client: HTTPClient) throws {
      let expected: [(target: String, type: String, body: [UInt8])] = [
        ("/", "text/html", Self.index), ("/index.html", "text/html", Self.index),
        ("/static/js/app.1f2e.js", "text/javascript", Self.script),
        ("/static/css/app.css", "text/css", Array("body{}\n".utf8)),
        ("/\(percentEncoded("图 标.svg"))", "image/svg+xml", Fixtures.svg),
        ("/?x=1", "text/html", Self.index),
        ("/.well-known/acme/x", "application/octet-stream", Array("challenge".utf8)),
      ]
      for (target, type, body) in expected {
        let reply = try client.get(target)
        let found = reply.response["Content-Type"] ?? ""
        let isType =
          found.hasPrefix(type)
          || type == "text/javascript" && found.hasPrefix("application/javascript")
        #expect(reply.response.status == 200 && isType, "\(reply)")
        expectSameBytes(reply.response.body, body, target)
        let head = try client.request("HEAD", target)
        #expect(head.response.status == 200 && head.response.body.isEmpty, "\(head)")
        #expect(head.response["Content-Length"] == "\(body.count)", "\(head)")
      }
    }

    private func checkFallback(_ client: HTTPClient) throws {
      for target in [
        "/login", "/files/42/edit", "/share-of-mine", "/apidocs", "/static/none.js?x", "/group12",
      ] {
        let reply = try client.get(target)
        #expect(reply.response.status == 200, "\(reply)")
        expectSameBytes(reply.response.body, Self.index, target)
      }
      try client.request("POST", "/login").expectNoSuccess()
      try client.request("DELETE", "/index.html").expectNoSuccess()
    }

    private func checkReserved(_ client: HTTPClient) throws {
      for target in ["/api/nope", "/api/reg/x", "/group1/nope", "/group1/M00/00/00/x.png"] {
        try client.get(target).expect(status: 404, target)
      }
      try client.get("/api/reg").expect(status: 405)
      try client.get("/api/sharefiles?cmd=count").expect(code: 0)
      let page = try client.get("/share?urlmd5=\(Fixtures.documentPassword)")
      #expect(page.response.body != Self.index, "/share is the share page: \(page)")
      for target in ["/healthz", "/readyz"] {
        let reply = try client.get(target)
        #expect(reply.response.status == 200 && reply.response.body != Self.index, "\(reply)")
      }
    }

    private func checkEscapes(_ client: HTTPClient) throws {
      for target in [
        "/../secret.txt", "/%2e%2e/secret.txt", "/static/../../secret.txt", "/..%2fsecret.txt",
        "/static/%2e%2e%2f%2e%2e%2fsecret.txt", "//secret.txt", "/static/..%5c..%5csecret.txt",
        "/secret.txt%00.js", "/.env", "/.well-known/.env",
      ] {
        let reply = try client.get(target)
        #expect(!contains(reply.response.body, "secret"), "\(reply)")
        #expect([200, 400, 404].contains(reply.response.status), "\(reply)")
      }
    }

    /// What a single-page client does: cookies of its own making, relative URLs, forms.
    private func checkWholeSession(_ server: PicbedServer) throws {
      let user = try server.newUser("spa")
      let cookies = [
        (name: "Cookie", value: "userName=\(user.name); token=\(user.token); theme=dark")
      ]
      let form = StandardForm([.file("spa.png", Fixtures.png), .field("user", user.name)]).body
      try user.upload(form, headers: cookies).expect(code: 0)
      let reply = try user.client.api(
        "/api/myfiles&cmd=normal", ["start": 0, "count": 9], headers: cookies)
      #expect(try Page<ListedFile>(reply).entries.map(\.name) == ["spa.png"], "\(reply)")
    }
  }

  /// Where a server says that it is, and when.
  @Suite(
    .server("--public-url", "https://img.example.org", environment: ["TZ": "PIC-8"])
  ) struct S20PlaceAndTime {
    @Test("--public-url is the base of every url, whatever Host says")
    func publicURL() throws {
      let user = try server.newUser()
      let reply = try user.upload("u.png", Fixtures.png).expect(code: 0)
      let file = FileID("u.png", Fixtures.png)
      try user.call("/api/dealfile?cmd=share", file).expect(code: 0)
      let picture = try #require(try user.call("/api/sharepic?cmd=share", file)["urlmd5"]?.string)
      let urls = [
        reply["url"]?.string, try user.files().entries.first?.url,
        try client.shares().entries.first?.url,
        try S17Pictures.browse(picture)["url"]?.string,
        try S18SharePage.meta("og:image", in: S18SharePage.page(picture).response.text),
      ]
      for url in urls {
        #expect(url?.hasPrefix("https://img.example.org/group1/M00/") == true, "\(urls)")
        try expectDownload(url ?? "", is: Fixtures.png)
      }
      #expect(Set(urls).count == 1, "\(urls)")
    }

    @Test("times are in the server's time zone")
    func timeZone() throws {
      let user = try server.newUser()
      let file = try uploaded("t.png", Fixtures.png, by: user)
      let picture = try #require(try user.call("/api/sharepic?cmd=share", file)["urlmd5"]?.string)
      let times = [
        try entry(of: file, for: user).createTime,
        try user.pictures().entries.first?.createTime ?? "",
        try S17Pictures.browse(picture)["time"]?.string ?? "",
      ]
      for text in times {
        let time = try #require(localTime(text, hoursEast: 8), "not a time: \(text)")
        #expect(abs(time - now()) < 60, "\(text) is not now, eight hours east of UTC")
      }
    }
  }
}

extension Exchange {
  /// Expects a refusal by 404 or 405, which of them is left open.
  func expectNoSuccess(sourceLocation: SourceLocation = #_sourceLocation) {
    #expect([404, 405].contains(response.status), "\(self)", sourceLocation: sourceLocation)
    #expect(code == 1, "\(self)", sourceLocation: sourceLocation)
  }
}
