import BlobStore
import Domain
import Events
import HTTP

/// `GET /group1/M00/xx/yy/<name>[.<type>]`: a blob's bytes, with all that lets clients and caches spare them.
struct BlobEndpoint {
  let context: CallContext
  /// The site's host and port, where blobs are to be fetched from another.
  private let siteAuthority: String?

  init(context: CallContext) {
    self.context = context
    let settings = context.settings
    let authority = settings.publicURL.flatMap { CrossSite.authority(of: $0) }
    let blobAuthority = settings.blobOrigin.flatMap { CrossSite.authority(of: $0) }
    siteAuthority = blobAuthority == nil || blobAuthority == authority ? nil : authority
  }

  /// Answers from the cache, in the read callback; nil where the disk is needed.
  func answerCached(_ request: Request) -> Response? {
    guard let name = name(request) else { return nil }
    if let elsewhere = redirect(request, name) { return elsewhere }
    guard let blob = context.blobs.cached(name) else { return nil }
    return answer(request, name, blob)
  }

  func answer(_ request: Request) async -> Response {
    guard let name = name(request) else { return notFound }
    do {
      guard let blob = try await context.blobs.open(name) else { return notFound }
      return answer(request, name, blob)
    } catch {
      return APIError.response(error, tokenCode: 1)
    }
  }

  /// What a browser asks before another site's script may send more than a plain GET, such as If-None-Match (Fetch,
  /// §3.2.2).
  func preflight(_ request: Request) async -> Response {
    var response = Response(.noContent)
    response.fields.appendField("Allow", "GET, HEAD, OPTIONS")
    response.fields.appendField("Access-Control-Allow-Origin", "*")
    response.fields.appendField("Access-Control-Allow-Methods", "GET, HEAD")
    response.fields.appendField("Access-Control-Allow-Headers", "*")
    response.fields.appendField("Access-Control-Max-Age", "86400")
    return response
  }

  private var notFound: Response { .failure(.notFound, "there is no such file") }

  private func name(_ request: Request) -> BlobName? {
    let path = request.head.pathBytes
    guard path.contains(0x25) else { return BlobName(urlPath: path.span.bytes) }
    return PercentEncoding.decode(path).flatMap { BlobName(urlPath: $0.span.bytes) }
  }

  /// A browser that asks the site itself is sent to the blobs' own host name, so that nothing uploaded has the
  /// site's origin. Only browsers say who made them ask (Sec-Fetch-Site); other clients get the bytes, since not all
  /// of them go where they are sent.
  private func redirect(_ request: Request, _ name: BlobName) -> Response? {
    let head = request.head
    guard let siteAuthority, let origin = context.settings.blobOrigin, head.has(.fetchSite),
      head.host.lowercased() == siteAuthority
    else { return nil }
    let path = PercentEncoding.decodeText(head.pathBytes) ?? "/\(name.path)"
    var response = Response.failure(.permanentRedirect, "files have a host name of their own")
    response.fields.appendField("Location", origin + PercentEncoding.encodePath(path))
    response.fields.appendField("Access-Control-Allow-Origin", "*")
    return response
  }

  private func answer(_ request: Request, _ name: BlobName, _ blob: CachedBlob) -> Response {
    let head = request.head
    let fields = BlobFields.fields(of: blob, name)
    var allowsRange = true
    if head.hasConditions {
      var conditions = Preconditions(
        entityTag: BlobFields.entityTag(name), modifiedSeconds: blob.file.modified,
        nowSeconds: Clock.wallSeconds)
      head.apply(to: &conditions)
      switch conditions.outcome {
      case .notModified:
        return Response(.notModified, fields: BlobFields.validators(of: blob, name))
      case .failed: return .failure(.preconditionFailed, "the file is not the one you expect")
      case .proceed: allowsRange = conditions.allowsRange
      }
    }
    // Range is for GET only (RFC 9110 §14.2).
    if allowsRange, head.method == .get, head.has(.range) {
      let range = ByteRange(head.bytes(of: .range), size: blob.file.size)
      switch range {
      case .whole: break
      case .partial(let part): return partial(blob, fields, range, part)
      case .unsatisfiable: return unsatisfiable(blob, range)
      }
    }
    return Response(.ok, fields: fields, body: body(blob, 0..<blob.file.size))
  }

  private func body(_ blob: CachedBlob, _ range: Range<Int64>) -> Response.Body {
    if let contents = blob.contents {
      return .shared(contents, Int(range.lowerBound)..<Int(range.upperBound))
    }
    return .file(blob.file, range)
  }

  private func partial(
    _ blob: CachedBlob, _ fields: [UInt8], _ range: ByteRange, _ part: Range<Int64>
  ) -> Response {
    var response = Response(.partialContent, fields: fields, body: body(blob, part))
    appendContentRange(range, blob, &response)
    return response
  }

  private func unsatisfiable(_ blob: CachedBlob, _ range: ByteRange) -> Response {
    var response = Response.failure(
      .rangeNotSatisfiable, "the file has \(blob.file.size) bytes; the range lies behind them")
    appendContentRange(range, blob, &response)
    return response
  }

  private func appendContentRange(
    _ range: ByteRange, _ blob: CachedBlob, _ response: inout Response
  ) {
    response.fields.append("Content-Range: ")
    range.appendContentRange(size: blob.file.size, to: &response.fields)
    response.fields.append("\r\n")
  }
}

/// The header fields of a blob's answers. They are the same for each answer, so the cache keeps them.
private enum BlobFields {
  /// A blob's bytes never change: its name is their digest.
  private static let caching: StaticString = "public, max-age=31536000, immutable"
  /// An uploaded page or picture runs nothing, loads nothing and has an origin of its own.
  private static let policy: StaticString =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self'; sandbox"

  static func entityTag(_ name: BlobName) -> [UInt8] {
    [0x22] + Array(name.text.utf8) + [0x22]
  }

  static func fields(of blob: CachedBlob, _ name: BlobName) -> [UInt8] {
    if !blob.preparedHead.isEmpty { return blob.preparedHead }
    var fields = validators(of: blob, name)
    fields.appendField("Content-Type", blob.file.mediaType.contentType)
    if blob.file.mediaType.isAttachment { fields.appendField("Content-Disposition", "attachment") }
    fields.appendField("Accept-Ranges", "bytes")
    fields.appendField("X-Content-Type-Options", "nosniff")
    fields.appendField("Content-Security-Policy", policy)
    fields.appendField("Access-Control-Allow-Origin", "*")
    fields.appendField("Cross-Origin-Resource-Policy", "cross-origin")
    blob.preparedHead = fields
    return fields
  }

  /// What a 304 carries too (RFC 9110 §15.4.5).
  static func validators(of blob: CachedBlob, _ name: BlobName) -> [UInt8] {
    var fields: [UInt8] = []
    fields.append("ETag: ")
    fields.append(contentsOf: entityTag(name))
    fields.append("\r\nLast-Modified: ")
    HTTPDate.append(blob.file.modified, to: &fields)
    fields.append("\r\n")
    fields.appendField("Cache-Control", caching)
    return fields
  }
}

extension RequestHead {
  fileprivate var hasConditions: Bool {
    has(.ifNoneMatch) || has(.ifModifiedSince) || has(.ifMatch) || has(.ifUnmodifiedSince)
      || has(.ifRange)
  }

  fileprivate func apply(to conditions: inout Preconditions) {
    if has(.ifMatch) { conditions.apply(.ifMatch, bytes(of: .ifMatch)) }
    if has(.ifNoneMatch) { conditions.apply(.ifNoneMatch, bytes(of: .ifNoneMatch)) }
    if has(.ifModifiedSince) { conditions.apply(.ifModifiedSince, bytes(of: .ifModifiedSince)) }
    if has(.ifUnmodifiedSince) {
      conditions.apply(.ifUnmodifiedSince, bytes(of: .ifUnmodifiedSince))
    }
    if has(.ifRange) { conditions.apply(.ifRange, bytes(of: .ifRange)) }
  }
}

/// The connection sends large blobs straight from their file.
extension OpenBlob: FileSource {
  // An error shows itself when the bytes are sent.
  package func bringIntoMemory(_ range: Range<Int64>) { try? load(range) }
}
