import HTTP
import WebUI

/// The whole public surface. Numbers are the document's sections.
package enum Routes {
  /// What multipart's framing and fields may take beside the file.
  static let uploadEnvelopeBytesMax: Int64 = 256 * 1024

  package static func all(_ context: CallContext, webRoot: WebRoot?) -> [Route] {
    let accounts = AccountEndpoints(context: context)
    let files = FileEndpoints(context: context)
    let shares = ShareEndpoints(context: context)
    let pictures = PictureEndpoints(context: context)
    let upload = UploadEndpoint(context: context)
    let blobs = BlobEndpoint(context: context)
    let sharePage = SharePageEndpoint(context: context)
    let uploadBody = BodyPolicy.streamed(
      bytesMax: context.settings.uploadBytesMax + uploadEnvelopeBytesMax)

    // First, since it is asked for most.
    let blob = Route(
      .get, .prefix("/group1/"), body: .discarded,
      handler: .immediate(blobs.answerCached, otherwise: blobs.answer))
    let blobPreflight = Route(
      .options, .prefix("/group1/"), body: .discarded, task: blobs.preflight)
    let calls = [
      // 1
      Route(.post, .exact("/api/reg"), task: accounts.register),
      // 2
      Route(.post, .exact("/api/login"), task: accounts.login),
      Route(.post, .exact("/api/logout"), task: accounts.logout),
      Route(.post, .exact("/api/passwd"), task: accounts.changePassword),
      Route(.post, .exact("/api/sessions"), command: "revoke", task: accounts.revoke),
      Route(.post, .exact("/api/sessions"), task: accounts.sessions),

      // 3
      Route(.post, .exact("/api/myfiles"), command: "count", task: files.count),
      // 4
      Route(.post, .exact("/api/myfiles"), command: "normal", task: files.list),
      // 5
      Route(.post, .exact("/api/myfiles"), command: "pvasc") {
        await files.listByViews($0, isDescending: false)
      },
      // 6
      Route(.post, .exact("/api/myfiles"), command: "pvdesc") {
        await files.listByViews($0, isDescending: true)
      },

      // 7
      Route([.get, .post], .exact("/api/sharefiles"), command: "count", task: shares.count),
      // 8
      Route([.get, .post], .exact("/api/sharefiles"), command: "normal", task: shares.list),
      // 9
      Route(.post, .exact("/api/dealfile"), command: "share", task: files.share),
      // 10
      Route(.post, .exact("/api/dealfile"), command: "del", task: files.delete),
      // 11
      Route(.post, .exact("/api/dealfile"), command: "pv", task: files.view),
      // 12
      Route(.post, .exact("/api/dealsharefile"), command: "cancel", task: shares.cancel),
      // 13
      Route(.post, .exact("/api/dealsharefile"), command: "save", task: shares.save),
      // 14
      Route(.post, .exact("/api/dealsharefile"), command: "pv", task: shares.view),
      // 15
      Route(.post, .exact("/api/sharefiles"), command: "pvdesc", task: shares.ranking),

      // 16
      Route(.post, .exact("/api/md5"), task: files.claim),
      // 17
      Route(.post, .exact("/api/upload"), body: uploadBody, task: upload.post),
      Route(.put, .prefix("/api/upload/"), body: uploadBody, task: upload.put),

      // 18
      Route(.post, .exact("/api/sharepic"), command: "share", task: pictures.share),
      Route(.post, .exact("/api/sharepic"), command: "browse", task: pictures.browse),
      Route(.post, .exact("/api/sharepic"), command: "normal", task: pictures.list),
      Route(.post, .exact("/api/sharepic"), command: "cancel", task: pictures.cancel),
      Route(.get, .exact("/api/share"), body: .discarded, task: sharePage.page),
      Route(.get, .exact("/share"), body: .discarded, task: sharePage.page),
    ]
    // No rate counts what is asked without end and costs next to nothing.
    let settings = context.settings
    let pages =
      webRoot?.routes
      ?? WebClient(
        WebClient.Settings(
          registration: settings.registration.rawValue, uploadBytesMax: settings.uploadBytesMax,
          blobOrigin: settings.blobOrigin),
        publicURL: settings.publicURL
      ).routes
    return [blob, blobPreflight] + AddressRate.guarding(calls, context) + health(context) + pages
  }

  /// What watches the server asks, on every port.
  package static func health(_ context: CallContext) -> [Route] {
    let health = HealthEndpoints(context: context)
    return [
      Route(
        .get, .exact("/healthz"), body: .discarded,
        handler: .immediate(health.health, otherwise: health.readiness)),
      Route(.get, .exact("/readyz"), body: .discarded, task: health.readiness),
    ]
  }
}
