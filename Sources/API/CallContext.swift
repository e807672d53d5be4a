import BlobStore
import Domain
import Events
import HTTP

/// What the endpoints of one loop work with. Loop-bound, like its store.
///
/// `@unchecked Sendable`: made and used on its loop; routes capture it into tasks of that loop.
package final class CallContext: @unchecked Sendable {
  let store: Store
  let accounts: Accounts
  let sessions: Sessions
  let files: Files
  let shares: Shares
  let pictures: Pictures
  let uploads: Uploads
  let rates: RequestRates
  let uploadSlots: UploadSlots
  let settings: APISettings
  let blobs: BlobReader
  private var pages: PageCache
  /// Whether every loop of the process is connected to Redis.
  let isEveryLoopReady: @Sendable () -> Bool

  package init(
    store: Store, settings: APISettings, uploadSlots: UploadSlots,
    isEveryLoopReady: @escaping @Sendable () -> Bool
  ) {
    self.store = store
    self.settings = settings
    self.isEveryLoopReady = isEveryLoopReady
    accounts = Accounts(store: store)
    sessions = Sessions(store: store)
    files = Files(store: store)
    shares = Shares(store: store)
    pictures = Pictures(store: store)
    uploads = Uploads(store: store)
    rates = RequestRates(
      store: store, perUser: settings.userRate, perAddress: settings.addressRate)
    self.uploadSlots = uploadSlots
    blobs = BlobReader(store: store, cacheBytesMax: settings.cacheBytesMax)
    pages = PageCache(bytesMax: settings.pageBytesMax)
  }

  /// A page of a list as its answer: from the cache if `ask`, given the version that is there, says
  /// that it is the present one; else as `render` makes it.
  func page<Page: Sendable>(
    _ key: PageKey, ask: (String) async throws -> PageReply<Page>, render: (Page) -> [UInt8]
  ) async throws -> Response {
    let kept = pages.lookup(key)
    switch try await ask(kept?.version ?? "") {
    case .unchanged:
      guard let kept else { throw DomainError.malformedReply }
      return JSONAnswer.answer(body: kept.body)
    case .page(let page, let version):
      let body = render(page)
      if !version.isEmpty { pages.insert(PageCache.Page(version: version, body: body), for: key) }
      return JSONAnswer.answer(body: body)
    }
  }

  /// A blob was deleted: it must not be served from memory. On the context's loop.
  package func forget(_ name: BlobName) { blobs.forget(name) }

  /// The origin that a request's answers put in front of blobs' paths.
  func origin(_ request: Request) -> [UInt8] {
    if let blobOrigin = settings.blobOrigin { return Array(blobOrigin.utf8) }
    return siteOrigin(request)
  }

  /// The site's own: the configured one, else where the request went.
  func siteOrigin(_ request: Request) -> [UInt8] {
    if let publicURL = settings.publicURL { return Array(publicURL.utf8) }
    var origin: [UInt8] = []
    origin.append(request.scheme)
    origin.append("://")
    // HTTP/1.0 without a Host: there is nothing better to say.
    let host = request.head.host
    origin.append(contentsOf: (host.isEmpty ? "localhost" : host).utf8)
    return origin
  }
}

/// Who may make an account by the API.
package enum Registration: String, CaseIterable, Sendable {
  case open
  /// Who brings an invite.
  case invite
  case closed
}

/// How the API is to behave; the same on every loop.
package struct APISettings: Sendable {
  /// `https://img.example.com`, without a slash at its end; nil: as the request says.
  package var publicURL: String?
  /// Where blobs are fetched from, if that is another host's name; of the same form.
  package var blobOrigin: String?
  /// The largest file.
  package var uploadBytesMax: Int64 = 1 << 30
  /// Serve `dealsharefile` cancel and save and `upload` to whoever names a user, as the document prints them.
  package var opensLegacyEndpoints = false
  /// Memory for blobs' contents, on each loop.
  package var cacheBytesMax = 64 << 20
  /// Who may make an account.
  package var registration = Registration.open
  /// Calls that a user, and an address, may make; nil: any number.
  package var userRate: RateLimit?
  package var addressRate: RateLimit?
  /// Memory for rendered pages of lists, on each loop.
  package var pageBytesMax = 8 << 20

  package init() {}
}
