extension RedisEndpoint {
  /// Parses one of
  ///
  ///     redis://[[user]:password@]host[:port][/database]
  ///     unix:/path/redis.sock[?db=2&user=name&password=secret]      (also unix:///path…)
  ///
  /// User, password and path are percent-decoded (RFC 3986 §2.1). An IPv6 address stands in
  /// brackets. There is no TLS here: `rediss://` is refused rather than spoken in the clear.
  package init(parsing text: String) throws(RedisEndpointError) {
    if let rest = text.dropping(prefix: "redis://") {
      self = try Self.parseTCP(rest)
    } else if let rest = text.dropping(prefix: "unix:") {
      self = try Self.parseUnix(rest)
    } else if text.hasPrefix("rediss://") {
      throw RedisEndpointError("rediss:// (TLS) is not supported: use redis:// or unix:")
    } else {
      throw RedisEndpointError("a Redis URL is redis://host:port/database or unix:/path")
    }
  }

  private static func parseTCP(_ rest: Substring) throws(RedisEndpointError) -> RedisEndpoint {
    guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else {
      throw RedisEndpointError(
        "redis:// takes no parameters; ? # @ / in a password are written %3F %23 %40 %2F")
    }
    let (authority, path) = rest.cut(at: "/")
    var login: Substring?
    var place = authority
    if let at = authority.lastIndex(of: "@") {
      login = authority[..<at]
      place = authority[authority.index(after: at)...]
    }
    let (host, port) = try hostAndPort(place)
    var (user, password): (String?, String?)
    if let login {
      let (name, secret) = login.cut(at: ":")
      guard let secret, !secret.isEmpty else {
        throw RedisEndpointError("a password is written redis://:password@host")
      }
      user = name.isEmpty ? nil : try percentDecoded(name, "user")
      password = try percentDecoded(secret, "password")
    }
    return .tcp(
      host: host, port: port, user: user, password: password,
      database: try database(path ?? ""))
  }

  private static func parseUnix(_ rest: Substring) throws(RedisEndpointError) -> RedisEndpoint {
    var rest = rest
    if let local = rest.dropping(prefix: "//") {
      guard local.hasPrefix("/") else {
        throw RedisEndpointError("unix:// takes no host: write unix:///path or unix:/path")
      }
      rest = local
    }
    let (rawPath, query) = rest.cut(at: "?")
    let path = try percentDecoded(rawPath, "path")
    guard (1...unixPathBytesMax).contains(path.utf8.count) else {
      throw RedisEndpointError(
        "the path of a unix socket has 1 to \(unixPathBytesMax) bytes, not \(path.utf8.count)")
    }
    var (user, password): (String?, String?)
    var number = 0
    for parameter in (query ?? "").split(separator: "&") {
      let (name, value) = parameter.cut(at: "=")
      switch name {
      case "db": number = try database(value ?? "")
      case "user": user = try percentDecoded(value ?? "", "user")
      case "password": password = try percentDecoded(value ?? "", "password")
      default: throw RedisEndpointError("unix: knows the parameters db, user and password only")
      }
    }
    guard user == nil || password != nil else {
      throw RedisEndpointError("unix: has a user but no password")
    }
    return .unix(path: path, user: user, password: password, database: number)
  }

  private static func hostAndPort(_ text: Substring) throws(RedisEndpointError) -> (String, Int) {
    var host = text
    var port: Substring?
    if let bracketed = text.dropping(prefix: "[") {
      let (inside, after) = bracketed.cut(at: "]")
      guard let after, after.isEmpty || after.hasPrefix(":") else {
        throw RedisEndpointError("an IPv6 address is written [::1] or [::1]:6379")
      }
      host = inside
      port = after.isEmpty ? nil : after.dropFirst()
    } else {
      (host, port) = text.cut(at: ":")
    }
    let isPlain = host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "%") }
    guard !host.isEmpty, isPlain else {
      throw RedisEndpointError("redis:// needs a host: redis://127.0.0.1:6379")
    }
    guard let port else { return (String(host), defaultPort) }
    guard let number = decimal(port), (1...65535).contains(number) else {
      throw RedisEndpointError("a port is a number from 1 to 65535")
    }
    return (String(host), number)
  }

  /// An empty text is database 0.
  private static func database(_ text: Substring) throws(RedisEndpointError) -> Int {
    if text.isEmpty { return 0 }
    guard let number = decimal(text) else {
      throw RedisEndpointError("a Redis database is a number, 0 or more")
    }
    return number
  }

  /// Digits only: no sign, no blanks.
  private static func decimal(_ text: Substring) -> Int? {
    guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return Int(text)
  }

  private static func percentDecoded(
    _ text: Substring, _ part: String
  ) throws(RedisEndpointError) -> String {
    var bytes: [UInt8] = []
    var rest = Substring(text).utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(hexValue),
        let low = rest.popFirst().flatMap(hexValue)
      else { throw RedisEndpointError("a % in the \(part) is not followed by two hex digits") }
      bytes.append(high << 4 | low)
    }
    guard !bytes.contains(0), let decoded = String(validating: bytes, as: UTF8.self) else {
      throw RedisEndpointError("the \(part) is not UTF-8 text")
    }
    return decoded
  }

  private static func hexValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x41...0x46: digit - 0x41 + 10
    case 0x61...0x66: digit - 0x61 + 10
    default: nil
    }
  }
}

extension StringProtocol where SubSequence == Substring {
  /// What follows `prefix`, or nil when the text does not begin with it.
  fileprivate func dropping(prefix: String) -> Substring? {
    hasPrefix(prefix) ? dropFirst(prefix.count) : nil
  }

  /// The text before the first `separator`, and what follows it, if there is one.
  fileprivate func cut(at separator: Character) -> (Substring, Substring?) {
    guard let index = firstIndex(of: separator) else { return (self[...], nil) }
    return (self[..<index], self[self.index(after: index)...])
  }
}
