/// What a route does with a request's body.
package enum BodyPolicy: Sendable {
  /// Nobody reads it. It is thrown away, or the connection closed if it is long.
  case discarded
  /// Taken whole, up to `HTTPLimits.bufferedBodyBytesMax`, before the handler starts.
  case buffered
  /// Handed to the handler while it arrives, up to this many bytes.
  case streamed(bytesMax: Int64)
}

/// What answers a route's requests. Handlers run on the connection's loop and must not block it.
package enum Handler: Sendable {
  /// Answers in the read callback itself, without a task; nil passes the request on to the task.
  case immediate(@Sendable (Request) -> Response?, otherwise: @Sendable (Request) async -> Response)
  case task(@Sendable (Request) async -> Response)
}

/// One entry of the public surface. Immutable. A class, so that a request's connection keeps its
/// route without copying its closures.
package final class Route: Sendable {
  package enum Path: Sendable {
    case exact(StaticString)
    case prefix(StaticString)
    /// Every path that no route before this one names.
    case any
  }

  let methods: MethodSet
  let path: Path
  /// The value of `cmd` in the query that this route is for; nil for routes without one.
  let command: StaticString?
  let body: BodyPolicy
  let handler: Handler

  package init(
    _ methods: MethodSet, _ path: Path, command: StaticString? = nil,
    body: BodyPolicy = .buffered, handler: Handler
  ) {
    self.methods = methods
    self.path = path
    self.command = command
    self.body = body
    self.handler = handler
  }

  package convenience init(
    _ methods: MethodSet, _ path: Path, command: StaticString? = nil,
    body: BodyPolicy = .buffered, task: @escaping @Sendable (Request) async -> Response
  ) {
    self.init(methods, path, command: command, body: body, handler: .task(task))
  }
}

extension Route {
  var isOfAnyPath: Bool { if case .any = path { true } else { false } }

  /// The same route behind `refusal`, which is asked first and answers in its place where it answers.
  package func guarded(_ refusal: @escaping @Sendable (Request) async -> Response?) -> Route {
    let answer: @Sendable (Request) async -> Response
    switch handler {
    case .task(let handle): answer = handle
    case .immediate(let immediate, let otherwise):
      answer = { request in
        if let response = immediate(request) { return response }
        return await otherwise(request)
      }
    }
    return Route(methods, path, command: command, body: body) { request in
      if let response = await refusal(request) { return response }
      return await answer(request)
    }
  }
}

/// Finds the route of a request by path, `cmd` and method, in this order. Frozen at start; one for
/// each loop, since handlers hold what is bound to their loop.
package struct Router: Sendable {
  private let routes: [Route]

  package init(_ routes: [Route]) { self.routes = routes }

  enum Resolution {
    case route(Route)
    /// `pathIsKnown`: it is only the `cmd` that nothing answers to.
    case notFound(pathIsKnown: Bool)
    /// The path is there; these are its methods, OPTIONS among them.
    case wrongMethod(allowed: MethodSet)
    /// The client asked for just that.
    case options(allowed: MethodSet)
  }

  func resolve(_ head: RequestHead) -> Resolution {
    let bytes = head.bytes.span.bytes
    if head.method == .options, bytes.slice(head.pathRange).equals("*") {
      // The server as a whole (RFC 9110 §9.3.7).
      return .options(allowed: routes.reduce(.options) { $0.union($1.methods) })
    }
    // A percent-encoded path is decoded once, here; routes are plain ASCII.
    let decoded: [UInt8]
    let path: RawSpan
    if bytes.firstIndex(of: 0x25, from: head.pathRange.lowerBound).map({
      $0 < head.pathRange.upperBound
    }) == true {
      guard let plain = PercentEncoding.decode(head.pathBytes) else {
        return .notFound(pathIsKnown: false)
      }
      decoded = plain
      path = decoded.span.bytes
    } else {
      path = bytes.slice(head.pathRange)
    }
    var allowed: MethodSet = []
    var command: ArraySlice<UInt8>??
    var pathIsKnown = false
    for route in routes where matches(route.path, path) {
      if case .any = route.path, !allowed.isEmpty || pathIsKnown { break }
      if let wanted = route.command {
        if command == nil { command = .some(self.command(of: head)) }
        guard let sent = command!, equals(sent, wanted) else {
          pathIsKnown = true
          continue
        }
      }
      if route.methods.contains(MethodSet(head.method)) { return .route(route) }
      allowed.formUnion(route.methods)
    }
    if allowed.isEmpty { return .notFound(pathIsKnown: pathIsKnown) }
    allowed.formUnion(.options)
    return head.method == .options ? .options(allowed: allowed) : .wrongMethod(allowed: allowed)
  }

  /// The value of `cmd`, decoded; nil where there is none.
  private func command(of head: RequestHead) -> ArraySlice<UInt8>? {
    guard let raw = QueryString.rawValue(of: "cmd", in: head.queryBytes) else { return nil }
    return raw.contains(0x25) ? PercentEncoding.decode(raw).map { $0[...] } : raw
  }

  private func matches(_ pattern: Route.Path, _ path: RawSpan) -> Bool {
    switch pattern {
    case .exact(let text): path.equals(text)
    case .prefix(let text):
      path.byteCount > text.utf8CodeUnitCount
        && path.slice(0..<text.utf8CodeUnitCount).equals(text)
    case .any: true
    }
  }

  private func equals(_ bytes: ArraySlice<UInt8>, _ text: StaticString) -> Bool {
    text.withUTF8Buffer { bytes.elementsEqual($0) }
  }
}
