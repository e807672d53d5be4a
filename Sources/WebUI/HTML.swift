import HTTP

/// HTML built from fixed text and escaped values.
struct HTML {
  private(set) var bytes: [UInt8] = []

  /// Text of this program, as it is.
  mutating func markup(_ text: StaticString) { bytes.append(text) }

  /// Text from elsewhere, safe as an element's content and within a quoted attribute (HTML Living Standard,
  /// "Escaping a string"). Direction marks are taken out: they could make a name read as another.
  mutating func text(_ text: String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": bytes.append("&amp;")
      case "<": bytes.append("&lt;")
      case ">": bytes.append("&gt;")
      case "\"": bytes.append("&quot;")
      case "'": bytes.append("&#39;")
      case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": continue
      default: bytes.append(contentsOf: String(scalar).utf8)
      }
    }
  }
}

/// A page's answer: never framed by others, no script at all, styles of its own only.
enum Page {
  static func response(_ html: HTML, policy: StaticString) -> Response {
    var response = Response(.ok, contentType: "text/html; charset=utf-8", bytes: html.bytes)
    response.fields.appendField("Cache-Control", "no-store")
    response.fields.appendField("X-Content-Type-Options", "nosniff")
    response.fields.appendField("Referrer-Policy", "no-referrer")
    response.fields.appendField("Content-Security-Policy", policy)
    return response
  }

  /// The pages' common head, up to their title.
  static let opening: StaticString = """
    <!DOCTYPE html>
    <html lang="zh">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <style>
    :root { color-scheme: light dark; --line: #8884; --soft: #8881; }
    * { box-sizing: border-box; }
    body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
      font: 16px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; }
    main { width: min(100%, 60rem); text-align: center; }
    img { max-width: 100%; max-height: 75vh; border-radius: .6rem; background: var(--soft);
      box-shadow: 0 .2rem 1.5rem #0003; }
    h1 { font-size: 1.15rem; font-weight: 600; margin: 1.2rem 0 .3rem; overflow-wrap: anywhere; }
    p { margin: .3rem 0; opacity: .75; overflow-wrap: anywhere; }
    a.button { display: inline-block; margin-top: 1rem; padding: .5rem 1.4rem; border-radius: 2rem;
      border: 1px solid var(--line); color: inherit; text-decoration: none; }
    a.button:hover, a.button:focus-visible { background: var(--soft); }
    .file { font-size: 4rem; margin: 0; opacity: 1; }
    code, pre { font-family: ui-monospace, monospace; text-align: left; }
    pre { overflow-x: auto; padding: 1rem; border-radius: .6rem; background: var(--soft); }
    </style>

    """
}
