import Events

/// What the proxies in front say of a request: whom it is from, and whether it came to them encrypted. Only to be
/// asked where the peer is a proxy that is trusted; anybody else can write anything into these fields. Pure.
struct Forwarded {
  /// Of the addresses in `X-Forwarded-For`, to which each proxy appends its peer: the last that is no trusted
  /// proxy's. What stands before it was written by that client, or by whom it likes. `peer` where the field says
  /// nothing of use.
  static func client(_ field: RawSpan, peer: IPAddress, trusted: [IPNetwork]) -> IPAddress {
    var client = peer
    var end = field.byteCount
    while end > 0 {
      var start = end
      while start > 0, field[byte: start - 1] != UInt8(ascii: ",") { start -= 1 }
      guard let address = address(field, field.trimmed(start..<end)) else { return client }
      client = address
      guard trusted.contains(where: { $0.contains(address) }) else { return client }
      end = start - 1
    }
    return client
  }

  /// The nearest proxy's word, which is the last of a list.
  static func isSecure(_ field: RawSpan) -> Bool {
    var start = field.byteCount
    while start > 0, field[byte: start - 1] != UInt8(ascii: ",") { start -= 1 }
    return field.slice(field.trimmed(start..<field.byteCount)).equalsIgnoringCase("https")
  }

  /// `192.0.2.7`, `192.0.2.7:1234`, `2001:db8::7`, `[2001:db8::7]`, `[2001:db8::7]:1234`.
  private static func address(_ field: RawSpan, _ range: Range<Int>) -> IPAddress? {
    // The longest is an IPv6 address in brackets with a port.
    guard !range.isEmpty, range.count <= 64 else { return nil }
    let text = String(decoding: field.array(range), as: UTF8.self)
    if text.hasPrefix("[") { return IPAddress(String(text.dropFirst().prefix { $0 != "]" })) }
    if let colon = text.firstIndex(of: ":"), colon == text.lastIndex(of: ":") {
      return IPAddress(String(text[..<colon]))
    }
    return IPAddress(text)
  }
}

extension Connection {
  /// Reads what a trusted proxy says of the present request.
  func readForwarded() {
    guard let peer = remote.ip else { return }
    let head = decoder.head
    let client = Forwarded.client(
      head.bytes(of: .forwardedFor), peer: peer, trusted: server.trustedProxies)
    if client != forwardedClient {
      forwardedClient = client
      remoteText = client.text
    }
    isForwardedSecure = Forwarded.isSecure(head.bytes(of: .forwardedProto))
  }
}
