/// Where people reach the server, if that is not what their requests say (a proxy in front, a CDN):
/// `https://img.example.com`, perhaps with a path. It is put in front of `/group1/…` as it stands,
/// so it holds nothing that needs escaping in JSON or HTML, and no slash at its end.
struct PublicURL: SettingValue, Equatable {
  static let bytesMax = 1024

  let text: String
  var isSecure: Bool { text.lowercased().hasPrefix("https://") }

  init(parsing text: String) throws(SettingError) {
    guard text.utf8.count <= Self.bytesMax else {
      throw SettingError("use a URL of at most \(Self.bytesMax) bytes")
    }
    let lower = text.lowercased()
    guard let scheme = ["https://", "http://"].first(where: lower.hasPrefix) else {
      throw SettingError("use a URL like https://img.example.com")
    }
    var rest = text.dropFirst(scheme.count)
    while rest.hasSuffix("/") { rest = rest.dropLast() }
    let authority = rest.prefix { $0 != "/" }
    guard !authority.contains("@") else {
      throw SettingError("use a URL without a user name or password")
    }
    guard Self.isHostAndPort(authority) else {
      throw SettingError(
        "use a URL with a host, and perhaps a port, like https://img.example.com:8443")
    }
    guard rest.dropFirst(authority.count).utf8.allSatisfy(Self.isPathByte) else {
      throw SettingError(
        "use a URL without ? and #, and with %-escapes for all but letters, digits and -._~/"
      )
    }
    self.text = scheme + rest
  }

  /// RFC 3986 §3.2.2–3, narrowed to what hosts are: a name or IPv4 address, or an IPv6 one in
  /// brackets.
  private static func isHostAndPort(_ text: Substring) -> Bool {
    var host = text
    var port: Substring?
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return false }
      host = text[text.index(after: text.startIndex)..<end]
      let after = text[text.index(after: end)...]
      guard after.isEmpty || after.hasPrefix(":") else { return false }
      port = after.isEmpty ? nil : after.dropFirst()
      guard host.utf8.allSatisfy({ isHexDigit($0) || $0 == 0x3A || $0 == 0x2E }) else {
        return false
      }
    } else {
      if let colon = text.firstIndex(of: ":") {
        host = text[..<colon]
        port = text[text.index(after: colon)...]
      }
      guard host.utf8.allSatisfy({ isUnreserved($0) && $0 != UInt8(ascii: "~") }) else {
        return false
      }
    }
    guard !host.isEmpty else { return false }
    guard let port else { return true }
    return port.decimalValue.map { (1...65535).contains($0) } ?? false
  }

  /// RFC 3986 §2.3, `/` and `%`.
  private static func isPathByte(_ byte: UInt8) -> Bool {
    isUnreserved(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "%")
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
    default: false
    }
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
    default: false
    }
  }
}
