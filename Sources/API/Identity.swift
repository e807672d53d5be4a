import Crypto
import Domain
import HTTP

/// Who a request says it is from: the first of four places that holds a user and a token decides. A bad pair is
/// not healed by a later one; a `user` alone is no pair.
enum Identity {
  /// The session cookie that `login` sets. A name of its own: existing web clients set `userName` and `token`.
  static let cookieName = "picbed_session"

  /// What was found: no pair at all, one that can be checked, or one that cannot be valid.
  enum Claim {
    case absent
    case pair(Credential)
    case invalid
    /// The body names another user than the pair in the head.
    case ofAnother

    init(user: String, token: String) {
      if let user = try? UserName(user), let token = Token(token) {
        self = .pair(Credential(user: user, token: token))
      } else {
        self = .invalid
      }
    }
  }

  /// The credential of a call with fields; fails where there is none, or where the body names another user than
  /// the one who is proven.
  static func credential(
    _ request: Request, _ context: CallContext, _ fields: CallFields
  ) throws -> Credential {
    try credential(claim(request, context, fields))
  }

  static func credential(_ claim: Claim) throws(DomainError) -> Credential {
    switch claim {
    case .pair(let credential): return credential
    case .ofAnother: throw .sessionOfAnother
    case .absent, .invalid: throw .sessionInvalid
    }
  }

  static func claim(_ request: Request, _ context: CallContext, _ fields: CallFields) -> Claim {
    claim(
      request, context, user: (try? fields.text("user")) ?? nil,
      token: (try? fields.text("token")) ?? nil)
  }

  /// `user` and `token` are the body's, where it has them.
  static func claim(
    _ request: Request, _ context: CallContext, user: String?, token: String?
  ) -> Claim {
    // A user without a token is no pair.
    if let user, let token, !token.isEmpty { return Claim(user: user, token: token) }
    let claim = headClaim(request, context)
    if let user, case .pair(let credential) = claim, credential.user.text != user {
      return .ofAnother
    }
    return claim
  }

  /// Whether the request proves in its head who asks: then it may need no body.
  static func isInHead(_ request: Request, _ context: CallContext) -> Bool {
    guard request.body.isEmpty, case .pair = headClaim(request, context) else { return false }
    return true
  }

  /// What the request's head alone offers. Cookies count only where no other site's page sent them.
  static func headClaim(_ request: Request, _ context: CallContext) -> Claim {
    let head = request.head
    if let authorization = head.field(.authorization), let claim = basic(authorization) {
      return claim
    }
    guard head.has(.cookie),
      !CrossSite.isForeign(request, publicURL: context.settings.publicURL)
    else { return .absent }
    let cookies = head.bytes(of: .cookie)
    if let user = Cookies.value(of: "userName", in: cookies),
      let token = Cookies.value(of: "token", in: cookies), !token.isEmpty
    {
      // Scripts write cookies with encodeURIComponent, since a cookie cannot hold every name.
      let decoded = PercentEncoding.decodeText(Array(user.utf8)[...]) ?? user
      return Claim(user: decoded, token: token)
    }
    if let session = Cookies.value(of: cookieName, in: cookies) { return ownCookie(session) }
    return .absent
  }

  /// `Basic base64(user:token)` (RFC 7617); nil for another scheme, or a user alone. A token holds no colon, a user
  /// may.
  private static func basic(_ authorization: String) -> Claim? {
    let parts = authorization.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
    guard let scheme = parts.first, scheme.lowercased() == "basic" else { return nil }
    guard parts.count == 2, let bytes = Base64.decode(String(parts[1]).trimmed),
      let text = String(validating: bytes, as: UTF8.self)
    else { return .invalid }
    guard let colon = text.lastIndex(of: ":"), text.index(after: colon) < text.endIndex else {
      return nil
    }
    return Claim(user: String(text[..<colon]), token: String(text[text.index(after: colon)...]))
  }

  // MARK: our own cookie

  /// `token.base64url(user)`: a user's name may hold what a cookie cannot.
  static func cookieValue(_ user: UserName, _ token: Token) -> String {
    "\(token.text).\(Base64.encodeURLSafe(Array(user.text.utf8)))"
  }

  private static func ownCookie(_ value: String) -> Claim {
    guard let dot = value.firstIndex(of: "."),
      let bytes = Base64.decodeURLSafe(String(value[value.index(after: dot)...])),
      let user = String(validating: bytes, as: UTF8.self)
    else { return .invalid }
    return Claim(user: user, token: String(value[..<dot]))
  }

  /// Not readable by scripts, not sent by other sites' requests; over TLS only where it was set over TLS. It
  /// ends with the browser's session; the server's session ends 24 h after its last use.
  static func setCookie(_ value: String, isSecure: Bool) -> String {
    "\(cookieName)=\(value); Path=/; HttpOnly; SameSite=Strict\(isSecure ? "; Secure" : "")"
  }

  static func clearCookie(isSecure: Bool) -> String {
    setCookie("", isSecure: isSecure) + "; Max-Age=0"
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = self[...]
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
