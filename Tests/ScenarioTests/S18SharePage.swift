import TestSupport
import Testing

extension Scenarios {
  /// The share page, `/share?urlmd5=…` and `/api/share?urlmd5=…`: for people, without JavaScript.
  @Suite(.server()) struct S18SharePage {
    static func page(_ urlmd5: String, at path: String = "/share") throws -> Exchange {
      let reply = try client.get("\(path)?urlmd5=\(urlmd5)")
      let type = reply.response["Content-Type"]?.lowercased() ?? ""
      #expect(type.hasPrefix("text/html") && type.contains("utf-8"), "\(reply)")
      #expect(!reply.response.text.lowercased().contains("<script"), "\(reply)")
      #expect(reply.response.text.lowercased().hasPrefix("<!doctype html>"), "\(reply)")
      return reply
    }

    /// The `content` of the page's `<meta property="NAME">`, with HTML's entities resolved.
    static func meta(_ name: String, in html: String) throws -> String? {
      let tags = html.matches(of: #/<meta\b[^>]*>/#).map { String($0.output) }
      guard let tag = tags.first(where: { $0.contains("\"\(name)\"") }) else { return nil }
      return try #/content="([^"]*)"/#.firstMatch(in: tag).map { unescaped(String($0.1)) }
    }

    static func unescaped(_ html: String) -> String {
      let entities = [
        "&lt;": "<", "&gt;": ">", "&quot;": "\"", "&#34;": "\"", "&#39;": "'", "&#x27;": "'",
        "&apos;": "'",
      ]
      return entities.reduce(html) { $0.replacing($1.key, with: $1.value) }.replacing(
        "&amp;", with: "&")
    }

    @Test(
      "the page shows the picture, who shared it, when, and how often it was seen, at both URLs")
    func contents() throws {
      let shared = try S17Pictures.Shared("holiday.png")
      for _ in 0..<137 { try shared.browse().expect(code: 0) }
      let time = try shared.user.pictures().entries[0].createTime
      for path in ["/share", "/api/share"] {
        let reply = try Self.page(shared.urlmd5, at: path)
        let html = reply.response.text
        #expect(reply.response.status == 200, "\(reply)")
        let source = try #require(
          try #/<img\b[^>]*\bsrc="([^"]*)"/#.firstMatch(in: html), "\(reply)"
        ).1
        let url = Self.unescaped(String(source))
        try expectDownload(url.hasPrefix("/") ? "http://h\(url)" : url, is: Fixtures.png)
        #expect(html.contains(shared.user.name) && html.contains("holiday.png"), "\(reply)")
        // The date at least: how a page for people writes the time of day is its own affair.
        #expect(html.contains(time.prefix(10)), "\(time) in \(reply)")
        // Whether showing the page counts as seeing the picture is left open.
        #expect(
          try #/\b(137|138|139|140)\b/#.firstMatch(in: html) != nil, "seen 137 times: \(reply)")
      }
    }

    @Test(
      "link previews: og:title, og:type or og:url, and og:image as an absolute URL of the picture")
    func openGraph() throws {
      let shared = try S17Pictures.Shared("preview.png")
      let html = try Self.page(shared.urlmd5).response.text
      let image = try #require(try Self.meta("og:image", in: html), "\(html)")
      #expect(try entry(of: shared.file, for: shared.user).url == image)
      #expect(try Self.meta("og:title", in: html)?.isEmpty == false, "\(html)")
      let url = try Self.meta("og:url", in: html)
      #expect(url == nil || url!.hasPrefix("http://\(client.host)/"), "\(html)")
    }

    @Test("hostile names are text, in the page and in its attributes")
    func hostileNames() throws {
      let names = [
        "\"><img src=x onerror=alert(1)>.png", "'onload='alert(1).png",
        "<script>alert(1)<script>.png",
        "&lt;b&gt;&amp;.png", "]]><!--.png", "{{7*7}}.png",
      ]
      for (index, name) in names.enumerated() {
        let userName = "<b title='x'>&\"\(index)"
        let user = try PicbedUser(registering: userName, on: client)
        let file = try uploaded(name, Fixtures.png, by: user)
        let urlmd5 = try #require(try user.call("/api/sharepic?cmd=share", file)["urlmd5"]?.string)
        let reply = try Self.page(urlmd5)
        let html = reply.response.text
        for raw in [userName, name] where raw.contains(where: { "<>&\"".contains($0) }) {
          #expect(!html.contains(raw), "\(raw) stands unescaped in \(reply)")
        }
        #expect(
          !html.contains("<b title") && !html.contains("<img src=x") && !html.contains("<!--.png"),
          "\(reply)")
        #expect(
          Self.unescaped(html).contains(userName) && Self.unescaped(html).contains(name), "\(reply)"
        )
        // The quote of the second name must not end an attribute.
        #expect(try #/='[^']*'onload='/#.firstMatch(in: html) == nil, "\(reply)")
      }
    }

    @Test("what is no image is offered as a download")
    func download() throws {
      let bytes = Array("PK\u{3}\u{4} not a picture".utf8)
      let shared = try S17Pictures.Shared("archive.zip", bytes)
      let reply = try Self.page(shared.urlmd5)
      let html = reply.response.text
      let url = try entry(of: shared.file, for: shared.user).url
      let path = url.dropFirst("http://\(client.host)".count)
      let links = html.matches(of: #/<a\b[^>]*\bhref="([^"]*)"/#).map {
        Self.unescaped(String($0.1))
      }
      #expect(links.contains { $0 == url || $0 == path }, "\(links) \(reply)")
      #expect(!html.contains("<img"), "\(reply)")
      #expect(html.contains("archive.zip"), "\(reply)")
    }

    @Test(
      "an unknown, cancelled, malformed or missing urlmd5, and a deleted file, have clear pages"
    )
    func goneAndUnknown() throws {
      let cancelled = try S17Pictures.Shared()
      try cancelled.user.call("/api/sharepic?cmd=cancel", ["urlmd5": .string(cancelled.urlmd5)])
        .expect(code: 0)
      let deleted = try S17Pictures.Shared()
      try deleted.user.call("/api/dealfile?cmd=del", deleted.file).expect(code: 0)
      let unknown = try Self.page(Fixtures.documentPassword)
      let gone = try Self.page(deleted.urlmd5)
      for reply in [
        unknown, gone, try Self.page(cancelled.urlmd5), try Self.page(""),
        try Self.page("%3Cscript%3E"),
      ] {
        #expect([200, 404, 410].contains(reply.response.status), "\(reply)")
        #expect(!reply.response.text.contains("<img"), "\(reply)")
        #expect(reply.response.text.count > 100, "a page with a sentence: \(reply)")
      }
      #expect(
        unknown.response.text != gone.response.text,
        "1 and 2 are different things to a reader: \(gone)")
      let bare = try client.get("/share")
      #expect(bare.response["Content-Type"]?.hasPrefix("text/html") == true, "\(bare)")
    }

    @Test("HEAD says what GET says, without the page")
    func head() throws {
      let shared = try S17Pictures.Shared()
      let reply = try client.request("HEAD", "/share?urlmd5=\(shared.urlmd5)")
      #expect(reply.response.status == 200 && reply.response.body.isEmpty, "\(reply)")
      #expect(reply.response["Content-Type"]?.hasPrefix("text/html") == true, "\(reply)")
    }
  }
}
