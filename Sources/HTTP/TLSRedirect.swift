/// What a plain port answers whose visitors belong on the encrypted one: 308 with the same URL
/// under `https`, so that a method and its body are sent again as they were (RFC 9110 §15.4.9).
package enum TLSRedirect {
  /// Routes for every path that no route before them names. `origin` is where people reach the
  /// encrypted port, as in `https://img.example.com`; without it, that is the host of each request
  /// with `port`.
  package static func routes(origin: String?, port: Int) -> [Route] {
    let answer: @Sendable (Request) -> Response = { request in
      Self.answer(request.head, origin: origin, port: port)
    }
    return [
      Route(
        .everything, .any, body: .discarded,
        handler: .immediate(answer, otherwise: { answer($0) }))
    ]
  }

  static func answer(_ head: RequestHead, origin: String?, port: Int) -> Response {
    guard head.pathBytes.first == UInt8(ascii: "/"), origin != nil || !head.host.isEmpty else {
      return .failure(.notFound, "there is nothing here; use https")
    }
    var response = Response.failure(.permanentRedirect, "this is served by https only")
    response.fields.append("Location: ")
    if let origin {
      response.fields.append(contentsOf: origin.utf8)
    } else {
      response.fields.append("https://")
      response.fields.append(contentsOf: hostWithoutPort(head.host).utf8)
      if port != 443 {
        response.fields.append(":")
        response.fields.appendDecimal(Int64(port))
      }
    }
    appendEncoded(head.pathBytes, to: &response.fields)
    if !head.queryRange.isEmpty {
      // `?`, or the `&` that deployed clients send in its place.
      appendEncoded(
        head.bytes[head.queryRange.lowerBound - 1..<head.queryRange.upperBound],
        to: &response.fields)
    }
    response.fields.append("\r\n")
    return response
  }

  /// `host` was checked by `HostField`: a name, an IPv4 address or a bracketed IPv6 one, perhaps
  /// with a port.
  private static func hostWithoutPort(_ host: String) -> Substring {
    if let bracket = host.lastIndex(of: "]") { return host[...bracket] }
    return host[..<(host.firstIndex(of: ":") ?? host.endIndex)]
  }

  /// A part of the target as sent: it holds no control byte and no space. What no URL may hold
  /// plainly is encoded, since clients send it all the same (RFC 3986 §2).
  private static func appendEncoded(_ part: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
    for byte in part {
      if byte >= 0x80 || "\"<>\\^`{|}".utf8.contains(byte) {
        bytes.append(UInt8(ascii: "%"))
        bytes.append(Self.hexDigits[Int(byte >> 4)])
        bytes.append(Self.hexDigits[Int(byte & 15)])
      } else {
        bytes.append(byte)
      }
    }
  }

  private static let hexDigits = Array("0123456789ABCDEF".utf8)
}
