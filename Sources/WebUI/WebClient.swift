import CAssets
import Crypto
import HTTP

/// The web client that is built into the binary: `index.html` at `/`, all else below `/assets/HASH/`, where HASH
/// stands for all its files together. So a browser keeps them for ever, modules find each other by relative names,
/// and a new build is a new folder.
///
/// Made once for each loop, at its start; immutable; any thread.
package struct WebClient: Sendable {
  private static let folder: StaticString = "/assets/"
  /// What `index.html` writes in place of the hash.
  private static let hashMark: StaticString = "/assets/@/"
  /// What `index.html` writes in place of the settings that the client goes by.
  private static let settingsMark: StaticString = "data-registration=\"open\""

  private let index: IndexPage
  private let assets: [String: Response]

  /// What the client is told of the server: `registration` says who may make an account, as the option does;
  /// `blobOrigin` is the host that browsers are sent to for blobs, where it is not the page's own.
  package struct Settings: Sendable {
    let registration: String
    let uploadBytesMax: Int64
    let blobOrigin: String?

    package init(registration: String, uploadBytesMax: Int64, blobOrigin: String?) {
      self.registration = registration
      self.uploadBytesMax = uploadBytesMax
      self.blobOrigin = blobOrigin
    }

    fileprivate var attributes: String {
      "data-registration=\"\(registration)\" data-upload-bytes-max=\"\(uploadBytesMax)\""
        + (blobOrigin.map { " data-blob-origin=\"\($0)\"" } ?? "")
    }
  }

  /// `publicURL` is the origin of the blobs' URLs where there is no other for them.
  package init(_ settings: Settings, publicURL: String?) {
    let policy = Self.policy(settings.blobOrigin ?? publicURL)
    index = Self.index(policy, settings)
    assets = Self.assets(policy)
  }

  package var routes: [Route] {
    [
      Route(
        .get, .exact("/"), body: .discarded,
        handler: .immediate({ index.answer($0) }, otherwise: { index.answer($0) })),
      // Asked for by every page that names no icon, as the share page and a picture in a tab of its own.
      Route(
        .get, .exact("/favicon.ico"), body: .discarded,
        handler: .immediate({ _ in icon }, otherwise: { _ in icon })),
      Route(
        .get, .prefix(Self.folder), body: .discarded,
        handler: .immediate({ asset($0) }, otherwise: { asset($0) })),
    ]
  }

  /// Nothing inline, nothing from elsewhere but the blobs. `blob:` is for what the page itself made of bytes that it
  /// fetched: the preview of a file that waits to be uploaded, or of a PDF, which `sandbox` keeps from being framed.
  private static func policy(_ blobOrigin: String?) -> String {
    let blobs = blobOrigin.map { " \($0)/group1/" } ?? ""
    return """
      default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:\(blobs); \
      media-src 'self'\(blobs); connect-src 'self'\(blobs); worker-src 'self'; frame-src blob:; \
      base-uri 'none'; form-action 'none'; frame-ancestors 'none'
      """
  }

  /// What the client's files weigh together, and the largest that they may.
  static var bytes: Int { files.reduce(0) { $0 + $1.bytes.count } }
  static let bytesMax = 150_000

  private static let files: [(name: String, bytes: [UInt8])] =
    (0..<picbed_client_file_count).map { index in
      let asset = picbed_client_file_at(index)!.pointee
      let bytes = UnsafeBufferPointer(start: asset.bytes, count: asset.size)
      return (String(cString: asset.name), Array(bytes))
    }

  /// The hash of the folder's name: 64 bits tell builds apart.
  private static let hash: String = {
    let digest = Digest(.sha256)
    for file in files {
      digest.update(Array("\(file.name) \(file.bytes.count)\n".utf8))
      digest.update(file.bytes)
    }
    return Hex.encode(Array(digest.finish().prefix(8)))
  }()

  private static func index(_ policy: String, _ settings: Settings) -> IndexPage {
    guard let page = files.first(where: { $0.name == "index.html" }) else {
      fatalError("the binary holds no index.html")
    }
    let html = String(decoding: page.bytes, as: UTF8.self).replacing("\(hashMark)", with: path)
      .replacing("\(settingsMark)", with: settings.attributes)
    return IndexPage(Array(html.utf8), fields: fields("text/html; charset=utf-8", policy))
  }

  private static var path: String { "\(folder)\(hash)/" }

  private static func assets(_ policy: String) -> [String: Response] {
    var assets: [String: Response] = [:]
    for file in files where file.name != "index.html" {
      var fields = fields(FileType.contentType(of: file.name), policy)
      fields.appendField("Cache-Control", "public, max-age=31536000, immutable")
      assets[path + file.name] = Response(
        .ok, fields: fields, body: .shared(file.bytes, 0..<file.bytes.count))
    }
    return assets
  }

  private var icon: Response {
    assets[Self.path + "icon.svg"] ?? .failure(.notFound, "there is nothing at this path")
  }

  private func asset(_ request: Request) -> Response {
    assets[request.head.pathText] ?? .failure(.notFound, "there is nothing at this path")
  }

  /// On the modules too: a worker goes by its own script's policy, not by its page's.
  private static func fields(_ contentType: StaticString, _ policy: String) -> [UInt8] {
    var fields: [UInt8] = []
    fields.appendField("Content-Type", contentType)
    fields.appendField("X-Content-Type-Options", "nosniff")
    fields.appendField("Referrer-Policy", "no-referrer")
    fields.appendField("Content-Security-Policy", policy)
    return fields
  }
}

/// `/`: asked for on every visit, sent again only when it changed.
private struct IndexPage {
  private let whole: Response
  private let unchanged: Response
  private let entityTag: [UInt8]

  init(_ bytes: [UInt8], fields: [UInt8]) {
    entityTag = Array("\"\(Hex.encode(Array(Digest.sha256(bytes).prefix(8))))\"".utf8)
    var fields = fields
    fields.appendField("Cache-Control", "no-cache")
    fields.append("ETag: ")
    fields.append(contentsOf: entityTag)
    fields.append("\r\n")
    whole = Response(.ok, fields: fields, body: .shared(bytes, 0..<bytes.count))
    unchanged = Response(.notModified, fields: fields)
  }

  func answer(_ request: Request) -> Response {
    let head = request.head
    guard head.has(.ifNoneMatch) else { return whole }
    var conditions = Preconditions(entityTag: entityTag, modifiedSeconds: 0, nowSeconds: 0)
    conditions.apply(.ifNoneMatch, head.bytes(of: .ifNoneMatch))
    return conditions.outcome == .notModified ? unchanged : whole
  }
}
