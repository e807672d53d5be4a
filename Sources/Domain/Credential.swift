import Crypto

/// What a request offers as proof of who asks: not yet checked against the store.
package struct Credential: Sendable {
  package let user: UserName
  package let token: Token

  package init(user: UserName, token: Token) {
    self.user = user
    self.token = token
  }
}

/// A session's secret: 32 hexadecimal digits from a cryptographic source. Redis holds only its SHA-256, so that
/// who reads the store cannot act for anyone.
package struct Token: Sendable {
  package let text: String

  /// A token that a client sent; nil for what cannot be one.
  package init?(_ text: String) {
    guard let digits = try? HexDigits32(text, field: "token") else { return nil }
    self.text = digits.text
  }

  private init(fresh text: String) { self.text = text }

  static func draw() -> Token { Token(fresh: RandomBytes.hex(bytes: 16)) }

  var hash: String { Digest.sha256Hex(text) }
}

/// Who an operation is for, once that is settled.
package enum Caller: Sendable {
  /// Proves itself with a token, which the operation checks.
  case proven(Credential)
  /// Named by the request and believed: `--open-legacy-endpoints` only.
  case trusted(UserName)

  package var user: UserName {
    switch self {
    case .proven(let credential): credential.user
    case .trusted(let user): user
    }
  }
}
