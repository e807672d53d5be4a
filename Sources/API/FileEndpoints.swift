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
    await Call.proven(request, context, tokenCode: 1) { fields, caller in
      let page = try await context.files.list(caller, by: .time, fields.page())
      return FileListAnswer(context, request).answer(page, user: caller.user.text)
    }
  }

  func listByViews(_ request: Request, isDescending: Bool) async -> Response {
    await Call.proven(request, context, tokenCode: 1) { fields, caller in
      let page = try await context.files.list(
        caller, by: .views, fields.page(isDescending: isDescending))
      return FileListAnswer(context, request).answer(page, user: caller.user.text)
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

  /// Instant upload.
  func claim(_ request: Request) async -> Response {
    await onFile(request) { try await context.uploads.storeKnown($0, $1) }
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
