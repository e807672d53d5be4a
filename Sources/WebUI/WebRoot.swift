internal import CLinux
import Glibc
import HTTP

/// A folder with somebody's web client, served at `/`. A path that names no file gets the client's index.html,
/// so that its own routes work; not below `/api/` and `/group1/`, where an unknown path is an error.
///
/// Files are read on the loop: a client's few files are in the page cache. Immutable; any thread.
package struct WebRoot: Sendable {
  private static let fileBytesMax: Int64 = 64 << 20

  private let root: String

  /// `path` must be a folder that can be read.
  package init?(path: String) {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    root = String(cString: real)
    var status = stat()
    guard stat(root, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
  }

  package var routes: [Route] {
    [
      Route(
        .get, .any, body: .discarded,
        handler: .immediate({ answer($0) }, otherwise: { _ in notFound }))
    ]
  }

  private var notFound: Response { .failure(.notFound, "there is nothing at this path") }

  private func answer(_ request: Request) -> Response {
    guard let path = PercentEncoding.decodeText(request.head.pathBytes), path.hasPrefix("/"),
      !path.utf8.contains(0), !path.utf8.contains(0x5C)
    else { return notFound }
    let parts = path.split(separator: "/")
    // Files that begin with a dot are not meant for the public (.git, .env), but for one folder (RFC 8615).
    let visible = parts.first == ".well-known" ? parts.dropFirst() : parts[...]
    guard !visible.contains(where: { $0.hasPrefix(".") }) else { return notFound }
    if parts.first == "api" || parts.first == "group1" { return notFound }
    let file =
      open(parts.joined(separator: "/"))
      ?? open((parts + ["index.html"]).joined(separator: "/")) ?? open("index.html")
    guard let file else { return notFound }
    return answer(file, request)
  }

  private func answer(_ file: WebFile, _ request: Request) -> Response {
    var fields: [UInt8] = []
    fields.appendField("Content-Type", FileType.contentType(of: file.path))
    fields.append("Last-Modified: ")
    HTTPDate.append(file.modified, to: &fields)
    fields.append("\r\n")
    fields.appendField("Cache-Control", "no-cache")
    fields.appendField("X-Content-Type-Options", "nosniff")
    let head = request.head
    if head.has(.ifModifiedSince), !head.has(.ifNoneMatch) {
      var conditions = Preconditions(
        entityTag: [], modifiedSeconds: file.modified, nowSeconds: Int64(time(nil)))
      conditions.apply(.ifModifiedSince, head.bytes(of: .ifModifiedSince))
      if conditions.outcome == .notModified { return Response(.notModified, fields: fields) }
    }
    return Response(.ok, fields: fields, body: .file(file, 0..<file.size))
  }

  /// Opens a regular file below the root; links that lead out of it are not followed.
  private func open(_ relative: String) -> WebFile? {
    guard let real = realpath("\(root)/\(relative)", nil) else { return nil }
    defer { free(real) }
    let path = String(cString: real)
    guard path.hasPrefix(root + "/") else { return nil }
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_size <= Self.fileBytesMax
    else {
      close(descriptor)
      return nil
    }
    return WebFile(
      descriptor: descriptor, path: path, size: Int64(status.st_size),
      modified: Int64(status.st_mtim.tv_sec))
  }
}

/// One open file of the web client. It owns its descriptor.
private final class WebFile: FileSource {
  let descriptor: CInt
  let path: String
  let size: Int64
  let modified: Int64

  init(descriptor: CInt, path: String, size: Int64, modified: Int64) {
    self.descriptor = descriptor
    self.path = path
    self.size = size
    self.modified = modified
  }

  deinit { close(descriptor) }

  // A client's few files are in the page cache.
  func isInMemory(_ range: Range<Int64>, now: Int64) -> Bool { true }
  func bringIntoMemory(_ range: Range<Int64>) {}
}
