import HTTP

/// The page of a picture link: the picture, who shared it, when, how often it was seen. Plain HTML without
/// scripts; Open Graph tags give chat programs a preview (https://ogp.me).
package enum SharePage {
  /// What the page says. Texts are as their owners wrote them; the page escapes them.
  package struct Content: Sendable {
    let fileName: String
    let url: String
    let pageURL: String
    let user: String
    let time: String
    let views: Int64
    /// Shown as an image; else offered as a download.
    let isPicture: Bool

    package init(
      fileName: String, url: String, pageURL: String, user: String, time: String, views: Int64,
      isPicture: Bool
    ) {
      self.fileName = fileName
      self.url = url
      self.pageURL = pageURL
      self.user = user
      self.time = time
      self.views = views
      self.isPicture = isPicture
    }
  }

  /// Pictures may come from another host name than the page: `--public-url`.
  private static let policy: StaticString = """
    default-src 'none'; img-src * data:; style-src 'unsafe-inline'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'
    """

  package static func found(_ content: Content) -> Response {
    var html = HTML()
    html.markup(Page.opening)
    html.markup("<title>")
    html.text(content.fileName)
    html.markup("</title>\n")
    appendPreview(content, &html)
    html.markup("</head>\n<body>\n<main>\n")
    if content.isPicture {
      html.markup("<a href=\"")
      html.text(content.url)
      html.markup("\"><img src=\"")
      html.text(content.url)
      html.markup("\" alt=\"")
      html.text(content.fileName)
      html.markup("\"></a>\n")
    } else {
      html.markup("<p class=\"file\" aria-hidden=\"true\">📄</p>\n")
    }
    html.markup("<h1>")
    html.text(content.fileName)
    html.markup("</h1>\n<p>分享者 Shared by <strong>")
    html.text(content.user)
    html.markup("</strong></p>\n<p><time>")
    html.text(content.time)
    html.markup("</time> · 浏览 <span class=\"pv\">")
    html.text("\(content.views)")
    html.markup("</span> 次 views</p>\n<a class=\"button\" download href=\"")
    html.text(content.url)
    html.markup("\">下载 Download</a>\n</main>\n</body>\n</html>\n")
    return Page.response(html, policy: policy)
  }

  private static func appendPreview(_ content: Content, _ html: inout HTML) {
    property("og:type", "website", &html)
    property("og:site_name", "picbed", &html)
    property("og:title", content.fileName, &html)
    property("og:description", "\(content.user) · \(content.time)", &html)
    property("og:url", content.pageURL, &html)
    if content.isPicture {
      property("og:image", content.url, &html)
      property("og:image:alt", content.fileName, &html)
    }
    html.markup("<meta name=\"twitter:card\" content=\"")
    html.markup(content.isPicture ? "summary_large_image" : "summary")
    html.markup("\">\n")
  }

  private static func property(_ name: StaticString, _ value: String, _ html: inout HTML) {
    html.markup("<meta property=\"")
    html.markup(name)
    html.markup("\" content=\"")
    html.text(value)
    html.markup("\">\n")
  }

  /// Code 1 of `sharepic?cmd=browse` as a page.
  package static let unknownLink = notice(
    "链接无效 · No such link", "该分享链接不存在，或分享者已取消分享。",
    "This link does not exist, or whoever shared it took it back.")

  /// Code 2 as a page.
  package static let deletedFile = notice(
    "文件已删除 · File deleted", "该图片已被分享者删除。", "The picture was deleted by whoever shared it.")

  private static func notice(
    _ title: StaticString, _ chinese: StaticString, _ english: StaticString
  ) -> Response {
    var html = HTML()
    html.markup(Page.opening)
    html.markup("<title>")
    html.markup(title)
    html.markup("</title>\n</head>\n<body>\n<main>\n<h1>")
    html.markup(title)
    html.markup("</h1>\n<p>")
    html.markup(chinese)
    html.markup("</p>\n<p lang=\"en\">")
    html.markup(english)
    html.markup("</p>\n</main>\n</body>\n</html>\n")
    return Page.response(html, policy: policy)
  }
}
