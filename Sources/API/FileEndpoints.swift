import Domain
import HTTP

/// Sections 3–6 (myfiles), 9–11 (dealfile) and 16 (md5).
struct FileEndpoints {
  let context: CallContext

  func count(_ request: Request) async -> Response {
    await Call.proven(request, context, tokenCode: 1) { _, caller in
      let total = try await context.files.count(caller)
      return JSONAnswer.answer { $0.field("total", total) }
    }
  }

  func list(_ request: Request) async -> Response {
    await list(request, by: .time, isDescending: nil)
  }

  func listByViews(_ request: Request, isDescending: Bool) async -> Response {
    await list(request, by: .views, isDescending: isDescending)
  }

  /// `isDescending`: nil where the request may say.
  private func list(
    _ request: Request, by order: Files.Order, isDescending: Bool?
  ) async -> Response {
    await Call.proven(request, context, tokenCode: 1) { fields, caller in
      let page = try fields.page(isDescending: isDescending)
      let origin = context.origin(request)
      let key = PageKey(
        list: order == .time ? .filesByTime : .filesByViews, user: caller.user.text,
        start: page.start, count: page.count, isDescending: page.isDescending, origin: origin)
      return try await context.page(key) { known in
        try await context.files.list(caller, by: order, page, known: known)
      } render: { page in
        FileListAnswer(origin: origin).body(page, user: caller.user.text)
      }
    }
  }

  func share(_ request: Request) async -> Response {
    await onFile(request) { try await context.shares.share($0, $1) }
  }

  func delete(_ request: Request) async -> Response {
    await onFile(request) { try await context.files.delete($0, $1) }
  }

  func view(_ request: Request) async -> Response {
    await onFile(request) { try await context.files.view($0, $1) }
  }

  /// Instant upload. Like the document's, its answer names no `url`; who wants it, as after an
  /// upload, asks: `"with":"url"`. Then code 5 has it too.
  func claim(_ request: Request) async -> Response {
    await Call.proven(request, context, tokenCode: 4) { fields, caller in
      let id = try fields.fileID()
      let possession = Uploads.Possession(
        size: try? fields.integer("size"), nonce: try fields.text("nonce"),
        proof: try fields.text("proof"))
      let wantsURL = try fields.text("with") == "url"
      let known = try await context.uploads.storeKnown(caller, id, possession)
      guard wantsURL else {
        if known.isNew { return JSONAnswer.ok }
        throw DomainError.alreadyOwned
      }
      let url = BlobURL.text(
        origin: context.origin(request), blob: known.blob, type: id.name.type)
      guard known.isNew else { return APIError.alreadyOwned(url: url) }
      return JSONAnswer.answer(capacity: 192) { $0.field("url", url) }
    }
  }

  private func onFile(
    _ request: Request, _ operation: (Credential, FileID) async throws -> Void
  ) async -> Response {
    await Call.proven(request, context, tokenCode: 4) { fields, caller in
      try await operation(caller, fields.fileID())
      return JSONAnswer.ok
    }
  }
}
