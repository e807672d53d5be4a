/// One request as a test wants it on the wire. Nothing is checked or put right: tests send wrong
/// things too.
package struct HTTPRequest: Sendable {
  /// How the end of the body is told.
  package enum Framing: Sendable {
    /// A `Content-Length` where there is a body or the method expects one.
    case contentLength
    /// `Transfer-Encoding: chunked`, in chunks of these sizes, the last one repeated to the end.
    case chunked([Int])
    /// No framing field at all, whatever `headers` say by themselves.
    case unframed
  }

  package var method: String
  package var target: String
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]
  package var framing: Framing

  package init(
    _ method: String, _ target: String, headers: [(name: String, value: String)] = [],
    body: [UInt8] = [],
    framing: Framing = .contentLength
  ) {
    self.method = method
    self.target = target
    self.headers = headers
    self.body = body
    self.framing = framing
  }

  /// The request line and the header section with its empty line. `host` fills a `Host` that
  /// `headers` lack.
  package func headBytes(host: String) -> [UInt8] {
    var head = "\(method) \(target) HTTP/1.1\r\n"
    if !headers.contains(where: { $0.name.lowercased() == "host" }) { head += "Host: \(host)\r\n" }
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    switch framing {
    case .contentLength where !body.isEmpty || ["POST", "PUT", "PATCH"].contains(method):
      head += "Content-Length: \(body.count)\r\n"
    case .chunked: head += "Transfer-Encoding: chunked\r\n"
    case .contentLength, .unframed: break
    }
    return Array((head + "\r\n").utf8)
  }

  /// The body as the framing writes it.
  package var bodyBytes: [UInt8] {
    guard case .chunked(let sizes) = framing else { return body }
    var wire: [UInt8] = []
    wire.reserveCapacity(body.count + body.count / 8 + 64)
    var offset = 0
    var index = 0
    while offset < body.count {
      let size = max(1, min(sizes[min(index, sizes.count - 1)], body.count - offset))
      wire += Array("\(String(size, radix: 16))\r\n".utf8)
      wire += body[offset..<offset + size]
      wire += [0x0d, 0x0a]
      offset += size
      index += 1
    }
    return wire + Array("0\r\n\r\n".utf8)
  }
}

extension HTTPRequest: CustomStringConvertible {
  /// The request for a failure message: line, fields, and the start of the body.
  package var description: String {
    let fields = headers.map { "\n    \($0.name): \($0.value)" }.joined()
    let start = body.isEmpty ? "" : "\n    \(excerpt(body))"
    return "\(method) \(target)\(fields)\(start)"
  }
}

/// The first bytes of a body, as text where they are text, with the length of all. For failure
/// messages.
package func excerpt(_ bytes: [UInt8], bytesMax: Int = 800) -> String {
  let start = bytes.prefix(bytesMax)
  let printable = start.allSatisfy {
    $0 >= 0x20 && $0 != 0x7f || $0 == 0x0a || $0 == 0x0d || $0 == 0x09
  }
  let text = String(validating: start, as: UTF8.self) ?? String(decoding: start, as: UTF8.self)
  let shown = printable ? text.replacing("\r\n", with: "\\r\\n") : "\(Array(start.prefix(64)))"
  return bytes.count > bytesMax || !printable ? "\(shown) … (\(bytes.count) bytes)" : shown
}
