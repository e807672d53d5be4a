import Domain
import HTTP

/// Sections 7, 8 and 15 (sharefiles) and 12–14 (dealsharefile).
struct ShareEndpoints {
  let context: CallContext

  func count(_ request: Request) async -> Response {
    do {
      let total = try await context.shares.count()
      return JSONAnswer.answer { $0.field("total", total) }
    } catch {
      return APIError.response(error, tokenCode: 1)
    }
  }

  func list(_ request: Request) async -> Response {
    do {
      let isGet = request.head.method != .post
      let fields = isGet ? try CallFields(queryOf: request) : try CallFields(request)
      let page = try fields.page()
      let origin = context.origin(request)
      return try await context.page(key(.shares, page, origin)) { known in
        try await context.shares.list(page, known: known)
      } render: { page in
        FileListAnswer(origin: origin).body(page, user: nil)
      }
    } catch {
      return APIError.response(error, tokenCode: 1)
    }
  }

  func ranking(_ request: Request) async -> Response {
    await Call.open(request) { fields in
      let page = try fields.page(isDescending: true)
      return try await context.page(key(.ranking, page, [])) { known in
        try await context.shares.ranking(page, known: known)
      } render: { ranking in
        body(ranking)
      }
    }
  }

  private func key(_ list: PageKey.List, _ page: PageRequest, _ origin: [UInt8]) -> PageKey {
    PageKey(
      list: list, user: "", start: page.start, count: page.count, isDescending: page.isDescending,
      origin: origin)
  }

  private func body(_ ranking: Shares.Ranking) -> [UInt8] {
    JSONAnswer.body(capacity: 64 + ranking.places.count * 64) { json in
      json.field("count", ranking.places.count)
      json.field("total", ranking.total)
      json.name("files")
      json.openArray()
      for place in ranking.places {
        json.openObject()
        json.field("filename", place.fileName)
        json.field("pv", place.pv)
        json.closeObject()
      }
      json.closeArray()
    }
  }

  func cancel(_ request: Request) async -> Response {
    await Call.provenOrLegacy(request, context, tokenCode: 4) { fields, caller in
      try await context.shares.cancel(caller, fields.fileID())
      return JSONAnswer.ok
    }
  }

  func save(_ request: Request) async -> Response {
    await Call.provenOrLegacy(request, context, tokenCode: 4) { fields, caller in
      try await context.uploads.saveShared(caller, fields.fileID())
      return JSONAnswer.ok
    }
  }

  /// `user` is not looked at: some clients name the sharer there, others the downloader.
  func view(_ request: Request) async -> Response {
    await Call.open(request) { fields in
      try await context.shares.view(fields.fileID())
      return JSONAnswer.ok
    }
  }
}
