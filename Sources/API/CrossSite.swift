import HTTP

/// Whether a browser sends a request for another site's page. Cookies prove nothing then: the page, not the user,
/// made the browser ask. Our own cookie is SameSite=Strict; those that web clients set themselves may not be, and
/// not every browser keeps to it.
enum CrossSite {
  /// By `Origin` (RFC 6454 §7, which browsers add to what changes something), else by `Sec-Fetch-Site`. Who sends
  /// neither is no browser of today, and no other site's page makes it ask.
  static func isForeign(_ request: Request, publicURL: String?) -> Bool {
    let head = request.head
    if let origin = head.field(.origin) {
      let authority = Self.authority(of: origin)
      return authority == nil
        || authority != head.host.lowercased()
          && authority != publicURL.flatMap { Self.authority(of: $0) }
    }
    guard let site = head.field(.fetchSite) else { return false }
    return site != "same-origin" && site != "none"
  }

  /// Host and port; nil for `null` and the like. The scheme does not count: a proxy in front may have ended TLS.
  static func authority(of url: String) -> String? {
    let lower = url.lowercased()
    guard let scheme = ["https://", "http://"].first(where: lower.hasPrefix) else { return nil }
    return String(lower.dropFirst(scheme.count).prefix { $0 != "/" })
  }
}
