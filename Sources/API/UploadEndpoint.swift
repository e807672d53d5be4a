import Domain
import HTTP

/// Section 17: files in every form that clients send. The body is hashed and written while it arrives.
struct UploadEndpoint {
  let context: CallContext

  /// `POST /api/upload`: multipart, the document's own form, or raw bytes with `?filename=`.
  func post(_ request: Request) async -> Response {
    await answer(request) {
      guard let query = QueryString(request.head.queryBytes) else {
        throw MalformedCall(.badRequest, "the query is not well formed")
      }
      let type = request.head.field(.contentType)?.lowercased() ?? ""
      if !type.hasPrefix("multipart/"), let name = query["filename"] ?? query["fileName"] {
        return try await raw(request, name: name, query)
      }
      return try await form(request)
    }
  }

  /// `PUT /api/upload/<filename>`.
  func put(_ request: Request) async -> Response {
    await answer(request) {
      let encoded = request.head.pathBytes.dropFirst("/api/upload/".utf8.count)
      guard let name = PercentEncoding.decodeText(encoded),
        let query = QueryString(request.head.queryBytes)
      else { throw MalformedCall(.badRequest, "the path is not well formed") }
      return try await raw(request, name: name, query)
    }
  }

  private func answer(
    _ request: Request, _ upload: () async throws -> Response
  ) async -> Response {
    do {
      if request.head.has(.contentEncoding) {
        throw MalformedCall(.unsupportedMediaType, "a file must come without Content-Encoding")
      }
      // Before the body is read: nobody should send a gigabyte to hear that the store is away.
      guard context.store.redis.isReady else { throw DomainError.storeUnavailable("not connected") }
      return try await upload()
    } catch {
      // An upload's table knows no code for a failed proof.
      return APIError.response(error, tokenCode: 1)
    }
  }

  // MARK: the forms

  /// A raw body has no fields: the head must say who asks, and is checked before the body is read.
  private func raw(_ request: Request, name: String, _ query: QueryString) async throws -> Response
  {
    let caller = try await caller(request, user: nil, token: nil)
    let slot = try await admit(caller, announced: request.announcedBytes)
    defer { withExtendedLifetime(slot) {} }
    let stated = try StatedContent(md5: query["md5"], size: query["size"])
    _ = try FileName(name)
    let intake = UploadIntake(context, filename: name)
    defer { intake.discard() }
    while let bytes = try await request.stream!.next(minimum: UploadIntake.pieceBytes) {
      try await intake.take(bytes[...])
    }
    return try await stored(intake, stated, request, caller)
  }

  private func form(_ request: Request) async throws -> Response {
    let headClaim = Identity.headClaim(request, context)
    var caller = try await headCaller(request, headClaim)
    // Multipart's framing and fields are not the file's bytes.
    let announced = max(0, request.announcedBytes - Routes.uploadEnvelopeBytesMax)
    var slot: UploadSlots.Slot?
    defer { withExtendedLifetime(slot) {} }
    if let caller { slot = try await admit(caller, announced: announced) }
    let hasBadHead = caller == nil && !isAbsent(headClaim)
    /// The body's user and token that `caller` was settled with.
    var settledWith: (user: String?, token: String?) = (nil, nil)
    var form = UploadForm(contentType: request.head.field(.contentType))
    var intake: UploadIntake?
    defer { intake?.discard() }
    while let bytes = try await request.stream!.next(minimum: UploadIntake.pieceBytes) {
      for event in try form.take(bytes[...]) {
        switch event {
        case .fileStart(let filename):
          if form.user != nil, form.token != nil || caller == nil && isLegacy(form) {
            settledWith = (form.user, form.token)
            caller = try await self.caller(request, user: form.user, token: form.token)
          } else if hasBadHead {
            throw DomainError.sessionInvalid
          }
          if slot == nil, let caller { slot = try await admit(caller, announced: announced) }
          intake = UploadIntake(context, filename: filename)
        case .fileData(let slice): try await intake!.take(slice)
        }
      }
    }
    try form.finish()
    guard let intake else { throw UploadBodyError.noFile }
    // Parts behind the file count like those before it: the body's pair, if there is one, decides.
    if caller == nil || settledWith != (form.user, form.token) {
      caller = try await self.caller(request, user: form.user, token: form.token)
    }
    let stated = try StatedContent(md5: form.md5, size: form.size)
    return try await stored(intake, stated, request, caller!)
  }

  /// Who the head says it is, checked before the body is read. A bad head ends a request that waits for its
  /// go-ahead. Else it is nil: stale cookies happen, and the body may carry the pair that decides; without one its
  /// file is refused before any of it is stored.
  private func headCaller(_ request: Request, _ claim: Identity.Claim) async throws -> Caller? {
    switch claim {
    case .absent: return nil
    case .pair(let credential):
      if try await context.accounts.isValid(credential) { return .proven(credential) }
    case .invalid, .ofAnother: break
    }
    if request.head.expectsContinue { throw DomainError.sessionInvalid }
    return nil
  }

  /// A place among the caller's uploads, if the user may make one more call and has room for such a file.
  private func admit(_ caller: Caller, announced: Int64) async throws -> UploadSlots.Slot {
    if case .proven(let credential) = caller { try await context.rates.take(credential) }
    try await Quota(store: context.store).check(caller.user, adding: announced)
    guard let slot = context.uploadSlots.enter(caller.user.text) else {
      throw DomainError.tooMany(retryAfterSeconds: 1)
    }
    return slot
  }

  private func isAbsent(_ claim: Identity.Claim) -> Bool {
    if case .absent = claim { true } else { false }
  }

  private func isLegacy(_ form: UploadForm) -> Bool {
    context.settings.opensLegacyEndpoints && form.user != nil
  }

  /// Who uploads, checked against the store.
  private func caller(_ request: Request, user: String?, token: String?) async throws -> Caller {
    let claim = Identity.claim(request, context, user: user, token: token)
    let caller: Caller
    if context.settings.opensLegacyEndpoints {
      caller = try Call.legacyCaller(claim, named: user)
    } else {
      caller = .proven(try Identity.credential(claim))
    }
    try await context.accounts.check(caller)
    return caller
  }

  private func stored(
    _ intake: UploadIntake, _ stated: StatedContent, _ request: Request, _ caller: Caller
  ) async throws -> Response {
    let (stored, name) = try await intake.store(for: caller.user, stated)
    let url = BlobURL.text(
      origin: context.origin(request), blob: stored.blob, type: stored.type)
    return JSONAnswer.answer(capacity: 256) { json in
      json.field("url", url)
      json.field("md5", stored.md5)
      json.field("size", stored.size)
      json.field("filename", name.text)
    }
  }
}

extension Request {
  /// What the head says of the body's length; 0 where it says nothing.
  fileprivate var announcedBytes: Int64 {
    if case .length(let bytes) = head.framing { bytes } else { 0 }
  }
}
