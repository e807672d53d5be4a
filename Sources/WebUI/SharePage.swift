import HTTP

/// The page of a picture link: the picture, who shared it, when, how often it was seen. Plain HTML without
/// scripts; Open Graph tags give chat programs a preview (https://ogp.me).
package enum SharePage {
  /// What the page says. Texts are as their owners wrote them; the page escapes them.
  package struct Content: Sendable {
    /// What is shown of the file itself; anything else is offered as a download.
    package enum Kind: Sendable { case picture, video, sound, other }

    let fileName: String
    let url: String
    let pageURL: String
    let user: String
    let time: String
    let views: Int64
    let kind: Kind
    /// In pixels; nil where it is not known.
    let size: (width: Int, height: Int)?

    /// The folder of all blobs, where the page's own lies.
    fileprivate var folder: String {
      url.firstRange(of: "/group1/").map { String(url[..<$0.upperBound]) } ?? url
    }

    package init(
      fileName: String, url: String, pageURL: String, user: String, time: String, views: Int64,
      kind: Kind, size: (width: Int, height: Int)?
    ) {
      self.fileName = fileName
      self.url = url
      self.pageURL = pageURL
      self.user = user
      self.time = time
      self.views = views
      self.kind = kind
      self.size = size
    }
  }

  package static func found(_ content: Content, _ language: PageLanguage) -> Response {
    Page.response(language, title: content.fileName, media: content.folder) { html in
      appendPreview(content, language, &html)
    } main: { html in
      appendStage(content, &html)
      html.markup("<div class=\"about\">\n<div class=\"words\">\n<h1>")
      html.text(content.fileName)
      html.markup("</h1>\n")
      appendFacts(content, language, &html)
      html.markup("</div>\n<div class=\"actions\">\n<a class=\"button\" href=\"")
      html.text(content.url)
      html.markup(language("\">查看原图</a>\n", "\">Open original</a>\n"))
      // A tab of its own: browsers show what comes from another host, as blobs may, rather than save it.
      html.markup("<a class=\"button primary\" target=\"_blank\" rel=\"noopener\" download=\"")
      html.text(content.fileName)
      html.markup("\" href=\"")
      html.text(content.url)
      html.markup(language("\">下载</a>\n", "\">Download</a>\n"))
      html.markup("</div>\n</div>\n<p class=\"link\"><span>")
      html.markup(language("点选并复制链接", "Click to select, then copy the link"))
      html.markup("</span><code tabindex=\"0\">")
      html.text(content.pageURL)
      html.markup("</code></p>\n")
    }
  }

  private static func appendStage(_ content: Content, _ html: inout HTML) {
    switch content.kind {
    case .picture:
      html.markup("<a class=\"stage\" href=\"")
      html.text(content.url)
      html.markup("\"><img decoding=\"async\" src=\"")
      html.text(content.url)
      html.markup("\" alt=\"")
      html.text(content.fileName)
      html.markup("\"></a>\n")
    case .video: appendMedia("video", "stage", content, &html)
    case .sound: appendMedia("audio", "stage small", content, &html)
    case .other:
      html.markup(
        """
        <div class="stage small"><svg viewBox="0 0 24 24" aria-hidden="true">\
        <path d="M7 3.5h7l5 5V19a1.5 1.5 0 0 1-1.5 1.5h-10.5A1.5 1.5 0 0 1 5.5 19V5A1.5 1.5 0 0 1 7 3.5z\
        M14 3.5v5h5"/></svg></div>

        """)
    }
  }

  private static func appendMedia(
    _ element: StaticString, _ stage: StaticString, _ content: Content, _ html: inout HTML
  ) {
    html.markup("<div class=\"")
    html.markup(stage)
    html.markup("\"><")
    html.markup(element)
    html.markup(" controls preload=\"metadata\" src=\"")
    html.text(content.url)
    html.markup("\"></")
    html.markup(element)
    html.markup("></div>\n")
  }

  private static func appendFacts(
    _ content: Content, _ language: PageLanguage, _ html: inout HTML
  ) {
    html.markup(language("<p class=\"facts\"><strong>", "<p class=\"facts\">Shared by <strong>"))
    html.text(content.user)
    html.markup(language("</strong> 分享 · <time>", "</strong> · <time>"))
    html.text(content.time)
    html.markup(language("</time> · 浏览 <span class=\"pv\">", "</time> · <span class=\"pv\">"))
    html.text("\(content.views)")
    html.markup(language("</span> 次", content.views == 1 ? "</span> view" : "</span> views"))
    if let size = content.size {
      html.markup(" · ")
      html.text("\(size.width) × \(size.height)")
    }
    html.markup("</p>\n")
  }

  private static func appendPreview(
    _ content: Content, _ language: PageLanguage, _ html: inout HTML
  ) {
    property("og:type", "website", &html)
    property("og:site_name", "picbed", &html)
    property("og:title", content.fileName, &html)
    property("og:description", "\(content.user) · \(content.time)", &html)
    property("og:url", content.pageURL, &html)
    if content.kind == .picture {
      property("og:image", content.url, &html)
      property("og:image:alt", content.fileName, &html)
      if let size = content.size {
        property("og:image:width", "\(size.width)", &html)
        property("og:image:height", "\(size.height)", &html)
      }
    }
    html.markup("<meta name=\"twitter:card\" content=\"")
    html.markup(content.kind == .picture ? "summary_large_image" : "summary")
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
  package static func unknownLink(_ language: PageLanguage) -> Response {
    notice(
      language, language("链接无效", "No such link"),
      language(
        "这个分享链接不存在，或者分享者已经取消了它。请向对方再要一次链接。",
        "This link does not exist, or whoever shared it took it back. Ask for a new one."))
  }

  /// Code 2 as a page.
  package static func deletedFile(_ language: PageLanguage) -> Response {
    notice(
      language, language("文件已删除", "File deleted"),
      language(
        "分享者删除了这个文件，它已经不在这里了。",
        "Whoever shared this file has deleted it; it is not here any more."))
  }

  private static func notice(
    _ language: PageLanguage, _ title: StaticString, _ text: StaticString
  ) -> Response {
    Page.response(language, title: "\(title)") { html in
      html.markup(
        """
        <div class="notice"><svg viewBox="0 0 24 24" aria-hidden="true">\
        <path d="m9.5 14.5 1-1m3-3 1-1M8 11l-2.2 2.2a\
        3.5 3.5 0 0 0 5 5L13 16m-2-8 2.2-2.2a3.5 3.5 0 0 1 5 5L16 13M4 4l16 16"/></svg>
        <h1>
        """)
      html.markup(title)
      html.markup("</h1>\n<p>")
      html.markup(text)
      html.markup("</p>\n<a class=\"button\" href=\"/\">")
      html.markup(language("去首页", "To the start page"))
      html.markup("</a></div>\n")
    }
  }
}
