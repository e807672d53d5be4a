import Crypto
import HTTP

/// The frame of the pages that the server writes itself: no script at all, one style sheet of its own, never framed
/// by others. The sheet stands in the page, so that one answer is all that a guest waits for; the policy names its
/// hash and nothing else.
enum Page {
  /// Pictures, videos and sounds may come from `media`, which may be another host than the page's, and nowhere else.
  private static func policy(media: String?) -> String {
    let sources = media.map { "img-src \($0); media-src \($0); " } ?? ""
    return "default-src 'none'; \(sources)style-src 'sha256-\(styleHash)'; "
      + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
  }
  private static let styleHash: String = {
    var bytes: [UInt8] = []
    bytes.append(style)
    return Base64.encode(Digest.sha256(bytes))
  }()

  /// A page with a title; `head` writes what else belongs in its head, `main` its content.
  static func response(
    _ language: PageLanguage, title: String, media: String? = nil,
    head: (inout HTML) -> Void = { _ in },
    main: (inout HTML) -> Void
  ) -> Response {
    var html = HTML()
    html.markup(
      language("<!DOCTYPE html>\n<html lang=\"zh\">", "<!DOCTYPE html>\n<html lang=\"en\">"))
    html.markup(
      """

      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>
      """)
    html.text(title)
    html.markup("</title>\n")
    head(&html)
    html.markup("<style>")
    html.markup(style)
    html.markup(
      """
      </style>
      </head>
      <body>
      <header><a class="brand" href="/"><svg viewBox="0 0 24 24" aria-hidden="true">\
      <rect x="4" y="4" width="16" height="16" rx="3"/><circle cx="9" cy="9.5" r="1.6"/>\
      <path d="m4.5 17 4-4 3 3 4-5 4 5"/></svg>picbed</a></header>
      <main>

      """)
    main(&html)
    html.markup("</main>\n</body>\n</html>\n")
    return response(html, policy(media: media))
  }

  private static func response(_ html: HTML, _ policy: String) -> Response {
    var response = Response(.ok, contentType: "text/html; charset=utf-8", bytes: html.bytes)
    response.fields.appendField("Cache-Control", "no-store")
    response.fields.appendField("Vary", "Accept-Language")
    response.fields.appendField("X-Content-Type-Options", "nosniff")
    response.fields.appendField("Referrer-Policy", "no-referrer")
    response.fields.appendField("Content-Security-Policy", policy)
    return response
  }

  /// Colours and shapes are those of the web client (client/app.css). The stage has one size whatever is on it, so
  /// nothing moves when the picture comes.
  private static let style: StaticString = """
    :root { color-scheme: light; --bg: #f7f7f5; --surface: #fff; --sunken: #eeeeeb; --ink: #1c1f1e;
      --soft: #5d6562;
      --line: #e2e3df; --accent: #0f766e; --on-accent: #fff; }
    @media (prefers-color-scheme: dark) { :root { color-scheme: dark; --bg: #121514; --surface: #1b1f1e;
      --sunken: #1b1f1e; --ink: #e9edeb; --soft: #9ba5a1; --line: #2d3331; --accent: #2fb5a5;
      --on-accent: #06201d; } }
    * { box-sizing: border-box; }
    body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; background: var(--bg);
      color: var(--ink);
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei",
      "Noto Sans CJK SC", sans-serif; }
    h1, p { margin: 0; }
    a { color: inherit; text-decoration: none; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 8px; }
    svg { fill: none; stroke: currentColor; stroke-width: 1.7; stroke-linecap: round;
      stroke-linejoin: round; flex: none; }
    header { padding: 16px 24px; }
    .brand { display: inline-flex; align-items: center; gap: 8px; font-weight: 700; font-size: 17px;
      letter-spacing: -.02em; }
    .brand svg { width: 26px; height: 26px; color: var(--accent); }
    main { flex: 1; width: min(100%, 1200px); margin: 0 auto; padding: 0 24px 40px; display: flex;
      flex-direction: column; }
    .stage { position: relative; display: grid; place-items: center; height: calc(100vh - 268px);
      min-height: 320px; border-radius: 18px;
      overflow: hidden; background: var(--sunken); color: var(--soft); }
    .stage img, .stage video { position: absolute; inset: 0; width: 100%; height: 100%;
      object-fit: scale-down; }
    .stage audio { width: min(480px, 86%); }
    .stage.small { height: 38vh; min-height: 200px; }
    .stage svg { width: 92px; height: 92px; stroke-width: .9; color: var(--accent); }
    .about { display: flex; flex-wrap: wrap; align-items: center; gap: 16px 28px; padding: 22px 4px 0; }
    .words { flex: 1 1 320px; min-width: 0; }
    h1 { font-size: 21px; line-height: 1.35; font-weight: 650; letter-spacing: -.01em;
      overflow-wrap: anywhere; }
    .facts { margin-top: 4px; color: var(--soft); overflow-wrap: anywhere;
      font-variant-numeric: tabular-nums; }
    .facts strong { color: var(--ink); font-weight: 600; }
    .actions { display: flex; gap: 10px; }
    .button { display: inline-flex; align-items: center; min-height: 42px; padding: 0 20px;
      border-radius: 10px; font-weight: 600;
      background: var(--surface); border: 1px solid var(--line); white-space: nowrap; }
    .button:hover { background: var(--sunken); }
    .primary { background: var(--accent); border-color: transparent; color: var(--on-accent); }
    .primary:hover { background: var(--accent); filter: brightness(1.1); }
    .link { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 14px; margin: 22px 0 0; padding: 12px 18px;
      border-radius: 12px;
      border: 1px solid var(--line); background: var(--surface); }
    .link span { color: var(--soft); white-space: nowrap; }
    .link code { font: 13px/1.6 ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere;
      user-select: all;
      -webkit-user-select: all; cursor: copy; }
    .notice { flex: 1; display: grid; place-content: center; justify-items: center; gap: 10px;
      text-align: center; padding: 6vh 0 16vh; }
    .notice svg { width: 84px; height: 84px; stroke-width: .9; color: var(--accent); margin-bottom: 8px; }
    .notice p { color: var(--soft); max-width: 30em; text-wrap: balance; }
    .notice .button { margin-top: 18px; }
    @media (max-width: 600px) {
      header { padding: 12px 16px; }
      main { padding: 0 0 28px; }
      .stage { border-radius: 0; height: 60vh; }
      .about, .link { margin-left: 16px; margin-right: 16px; }
      .about { padding: 18px 0 0; }
      .actions, .actions .button { flex: 1; justify-content: center; }
    }
    """
}
