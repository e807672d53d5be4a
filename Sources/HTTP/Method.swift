/// A request's method (RFC 9110 §9). Unknown ones are kept as `.other`: they can only be refused.
package enum Method: UInt8, Sendable {
  case get, head, post, put, delete, options, patch, trace, connect, other

  /// Methods are case-sensitive (RFC 9110 §9.1).
  init(_ token: RawSpan) {
    self = .other
    for (method, name) in Self.names where token.equals(name) { self = method }
  }

  package var name: StaticString {
    for (method, name) in Self.names where method == self { return name }
    return "OTHER"
  }

  private static let names: [(Method, StaticString)] = [
    (.get, "GET"), (.post, "POST"), (.head, "HEAD"), (.put, "PUT"), (.delete, "DELETE"),
    (.options, "OPTIONS"), (.patch, "PATCH"), (.trace, "TRACE"), (.connect, "CONNECT"),
  ]
}

/// A set of methods that a path answers to, for routing and for the Allow header field.
package struct MethodSet: OptionSet, Sendable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }
  package init(_ method: Method) { rawValue = 1 << UInt16(method.rawValue) }

  /// GET always brings HEAD along (RFC 9110 §9.3.2).
  package static let get: MethodSet = [MethodSet(.get), MethodSet(.head)]
  package static let post = MethodSet(.post)
  package static let put = MethodSet(.put)
  package static let options = MethodSet(.options)
  /// Every method, unknown ones too.
  package static let everything = MethodSet(rawValue: .max)

  /// The value of an Allow field (RFC 9110 §10.2.1).
  package var allow: String {
    var names: [String] = []
    for raw in 0..<Method.other.rawValue {
      let method = Method(rawValue: raw)!
      if contains(MethodSet(method)) { names.append("\(method.name)") }
    }
    return names.joined(separator: ", ")
  }
}
