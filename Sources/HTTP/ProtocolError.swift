/// A request that breaks HTTP/1.1 or a limit of ours. The connection answers with `status` and closes: what
/// follows such a message cannot be trusted to be a request (RFC 9112 §9.6, §11.2).
package struct ProtocolError: Error, Equatable, Sendable {
  package let status: Status
  /// One sentence that says what was wrong, for the answer's `message`.
  package let reason: String

  package init(_ status: Status, _ reason: String) {
    self.status = status
    self.reason = reason
  }

  static let overloaded = ProtocolError(
    .serviceUnavailable, "the server has too many bytes in flight now; try again")

  static func bad(_ reason: String) -> ProtocolError { ProtocolError(.badRequest, reason) }
}

/// The status codes this server sends (RFC 9110 §15).
package enum Status: Int, Sendable {
  case ok = 200
  case noContent = 204
  case partialContent = 206
  case movedPermanently = 301
  case notModified = 304
  case permanentRedirect = 308
  case badRequest = 400
  case notFound = 404
  case methodNotAllowed = 405
  case requestTimeout = 408
  case preconditionFailed = 412
  case contentTooLarge = 413
  case uriTooLong = 414
  case unsupportedMediaType = 415
  case rangeNotSatisfiable = 416
  case expectationFailed = 417
  case misdirectedRequest = 421
  case tooManyRequests = 429
  case headerFieldsTooLarge = 431
  case internalServerError = 500
  case notImplemented = 501
  case serviceUnavailable = 503
  case versionNotSupported = 505
  case insufficientStorage = 507

  /// `HTTP/1.1 200 OK` with its line end.
  var line: StaticString {
    switch self {
    case .ok: "HTTP/1.1 200 OK\r\n"
    case .noContent: "HTTP/1.1 204 No Content\r\n"
    case .partialContent: "HTTP/1.1 206 Partial Content\r\n"
    case .movedPermanently: "HTTP/1.1 301 Moved Permanently\r\n"
    case .notModified: "HTTP/1.1 304 Not Modified\r\n"
    case .permanentRedirect: "HTTP/1.1 308 Permanent Redirect\r\n"
    case .badRequest: "HTTP/1.1 400 Bad Request\r\n"
    case .notFound: "HTTP/1.1 404 Not Found\r\n"
    case .methodNotAllowed: "HTTP/1.1 405 Method Not Allowed\r\n"
    case .requestTimeout: "HTTP/1.1 408 Request Timeout\r\n"
    case .preconditionFailed: "HTTP/1.1 412 Precondition Failed\r\n"
    case .contentTooLarge: "HTTP/1.1 413 Content Too Large\r\n"
    case .uriTooLong: "HTTP/1.1 414 URI Too Long\r\n"
    case .unsupportedMediaType: "HTTP/1.1 415 Unsupported Media Type\r\n"
    case .rangeNotSatisfiable: "HTTP/1.1 416 Range Not Satisfiable\r\n"
    case .expectationFailed: "HTTP/1.1 417 Expectation Failed\r\n"
    case .misdirectedRequest: "HTTP/1.1 421 Misdirected Request\r\n"
    case .tooManyRequests: "HTTP/1.1 429 Too Many Requests\r\n"
    case .headerFieldsTooLarge: "HTTP/1.1 431 Request Header Fields Too Large\r\n"
    case .internalServerError: "HTTP/1.1 500 Internal Server Error\r\n"
    case .notImplemented: "HTTP/1.1 501 Not Implemented\r\n"
    case .serviceUnavailable: "HTTP/1.1 503 Service Unavailable\r\n"
    case .versionNotSupported: "HTTP/1.1 505 HTTP Version Not Supported\r\n"
    case .insufficientStorage: "HTTP/1.1 507 Insufficient Storage\r\n"
    }
  }

  /// No body may follow (RFC 9110 §15.3.5, §15.4.5).
  var forbidsBody: Bool { self == .noContent || self == .notModified }
}
