/// A request's head, parsed and checked (RFC 9112 §2-§6). It owns a copy of its bytes; everything else is a
/// range in them. A connection reuses one for all its requests; a handler's copy shares the bytes.
package struct RequestHead: Sendable {
  package internal(set) var method = Method.get
  /// HTTP/1.0: no chunked coding, no 1xx, closes by default.
  package internal(set) var isHTTP10 = false
  package internal(set) var framing = BodyFraming.none
  package internal(set) var keepsAlive = true
  package internal(set) var expectsContinue = false

  var bytes: [UInt8] = []
  var targetRange = 0..<0
  var pathRange = 0..<0
  var queryRange = 0..<0
  var hostRange = 0..<0
  var fields = FieldTable()

  package init() {}

  /// The path as sent, without the query.
  package var pathBytes: ArraySlice<UInt8> { bytes[pathRange] }
  package var pathText: String { text(pathRange) }
  /// What stands behind the `?`, as sent.
  package var queryBytes: ArraySlice<UInt8> { bytes[queryRange] }

  /// Host and port the client spoke to; empty only for HTTP/1.0 without one.
  package var host: String { text(hostRange) }

  /// The value of a known header field, trimmed; nil when it was not sent.
  package func field(_ field: KnownField) -> String? {
    guard let range = fields[field] else { return nil }
    return text(range)
  }

  /// The value of a known header field, borrowed; empty when it was not sent.
  @_lifetime(borrow self)
  package func bytes(of field: KnownField) -> RawSpan {
    bytes.span.bytes.extracting(fields[field] ?? 0..<0)
  }

  /// True when the field was sent, whatever its value.
  package func has(_ field: KnownField) -> Bool { fields[field] != nil }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}

/// How long the body is (RFC 9112 §6.3).
package enum BodyFraming: Equatable, Sendable {
  case none
  case length(Int64)
  case chunked
}

/// The header fields that this server reads. All others are checked for form and then forgotten.
package enum KnownField: Int, CaseIterable, Sendable {
  case contentType, authorization, cookie, range, ifRange, ifNoneMatch, ifMatch, ifModifiedSince
  case ifUnmodifiedSince, contentEncoding, forwardedFor, forwardedProto, origin, fetchSite
  case acceptLanguage

  /// Lower case.
  var name: StaticString {
    switch self {
    case .contentType: "content-type"
    case .authorization: "authorization"
    case .cookie: "cookie"
    case .range: "range"
    case .ifRange: "if-range"
    case .ifNoneMatch: "if-none-match"
    case .ifMatch: "if-match"
    case .ifModifiedSince: "if-modified-since"
    case .ifUnmodifiedSince: "if-unmodified-since"
    case .contentEncoding: "content-encoding"
    case .forwardedFor: "x-forwarded-for"
    case .forwardedProto: "x-forwarded-proto"
    case .origin: "origin"
    case .fetchSite: "sec-fetch-site"
    case .acceptLanguage: "accept-language"
    }
  }

  /// Fields of which a second line would leave open who is asking or what was meant: 400.
  var isSingle: Bool { self == .authorization || self == .contentType }

  /// A field to which each proxy adds what it knows: of several lines the last is the nearest proxy's.
  var isLastOfMany: Bool { self == .forwardedFor || self == .forwardedProto }
}

/// Where each known field's value stands, in a fixed block: no allocation a request.
struct FieldTable: Sendable {
  private var lower = InlineArray<15, Int32>(repeating: -1)
  private var upper = InlineArray<15, Int32>(repeating: -1)

  subscript(_ field: KnownField) -> Range<Int>? {
    get {
      let start = lower[field.rawValue]
      return start < 0 ? nil : Int(start)..<Int(upper[field.rawValue])
    }
    set {
      lower[field.rawValue] = newValue.map { Int32($0.lowerBound) } ?? -1
      upper[field.rawValue] = newValue.map { Int32($0.upperBound) } ?? -1
    }
  }
}
