import Domain
import Events
import HTTP
import WebUI

/// `GET /share?urlmd5=…`: a picture link as a page. Opening the page counts like `sharepic?cmd=browse`.
struct SharePageEndpoint {
  let context: CallContext

  func page(_ request: Request) async -> Response {
    let urlmd5 = QueryString(request.head.queryBytes)?["urlmd5"] ?? ""
    do {
      let id = try HexDigits32(urlmd5, field: "urlmd5")
      // A HEAD is nobody looking.
      let picture =
        request.head.method == .head
        ? try await context.pictures.peek(id) : try await context.pictures.browse(id)
      return try await found(picture, id, request)
    } catch is InvalidValue {
      return SharePage.unknownLink
    } catch DomainError.notFound {
      return SharePage.unknownLink
    } catch DomainError.fileDeleted {
      return SharePage.deletedFile
    } catch {
      return APIError.response(error, tokenCode: 1)
    }
  }

  private func found(
    _ picture: Pictures.Picture, _ urlmd5: HexDigits32, _ request: Request
  ) async throws(DomainError) -> Response {
    let origin = context.origin(request)
    var time: [UInt8] = []
    Timestamp.appendLocal(picture.created, to: &time)
    return SharePage.found(
      SharePage.Content(
        fileName: picture.id.name.text,
        url: BlobURL.text(origin: origin, blob: picture.blob, type: picture.id.name.type),
        pageURL: String(decoding: origin, as: UTF8.self) + "/share?urlmd5=\(urlmd5.text)",
        user: picture.user, time: String(decoding: time, as: UTF8.self), views: picture.pv,
        isPicture: try await context.blobs.isPicture(picture.blob)))
  }
}
