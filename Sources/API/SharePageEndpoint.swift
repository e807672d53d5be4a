import BlobStore
import Domain
import Events
import HTTP
import WebUI

/// `GET /share?urlmd5=…`: a picture link as a page. Opening the page counts like `sharepic?cmd=browse`.
struct SharePageEndpoint {
  let context: CallContext

  func page(_ request: Request) async -> Response {
    let language = PageLanguage(accepted: request.head.field(.acceptLanguage))
    let urlmd5 = QueryString(request.head.queryBytes)?["urlmd5"] ?? ""
    do {
      let id = try HexDigits32(urlmd5, field: "urlmd5")
      // A HEAD is nobody looking.
      let picture =
        request.head.method == .head
        ? try await context.pictures.peek(id) : try await context.pictures.browse(id)
      return SharePage.found(try await content(picture, id, request), language)
    } catch is InvalidValue {
      return SharePage.unknownLink(language)
    } catch DomainError.notFound {
      return SharePage.unknownLink(language)
    } catch DomainError.fileDeleted {
      return SharePage.deletedFile(language)
    } catch {
      return APIError.response(error, tokenCode: 1)
    }
  }

  private func content(
    _ picture: Pictures.Picture, _ urlmd5: HexDigits32, _ request: Request
  ) async throws(DomainError) -> SharePage.Content {
    let origin = context.origin(request)
    var time: [UInt8] = []
    Timestamp.appendLocal(picture.created, to: &time)
    let file = try await context.blobs.file(picture.blob)
    return SharePage.Content(
      fileName: picture.id.name.text,
      url: BlobURL.text(origin: origin, blob: picture.blob, type: picture.id.name.type),
      pageURL: String(decoding: context.siteOrigin(request), as: UTF8.self)
        + "/share?urlmd5=\(urlmd5.text)",
      user: picture.user, time: String(decoding: time, as: UTF8.self), views: picture.pv,
      kind: file.map { kind($0.mediaType) } ?? .other,
      size: file?.pictureSize.map { ($0.width, $0.height) })
  }

  private func kind(_ type: MediaType) -> SharePage.Content.Kind {
    if type.isImage { return .picture }
    if type.isVideo { return .video }
    return type.isSound ? .sound : .other
  }
}
