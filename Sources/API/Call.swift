import Domain
import HTTP

/// The frame of a call: read its fields, settle who asks, run the endpoint, turn errors into an answer.
enum Call {
  /// A call that anyone may make.
  static func open(
    _ request: Request, _ endpoint: (CallFields) async throws -> Response
  ) async -> Response {
    do {
      return try await endpoint(try CallFields(request))
    } catch {
      return APIError.response(error, tokenCode: 1)
    }
  }

  /// A call of a logged-in user. `tokenCode` is what its table names for a failed proof. The endpoint's script
  /// checks the session; where a field is bad before it comes to that, the session is checked on its own, so
  /// that only the user hears about fields.
  static func proven(
    _ request: Request, _ context: CallContext, tokenCode: Int,
    _ endpoint: (CallFields, Credential) async throws -> Response
  ) async -> Response {
    do {
      let fields = try CallFields(request, allowsNone: Identity.isInHead(request, context))
      let credential = try Identity.credential(request, context, fields)
      try await context.rates.take(credential)
      do {
        return try await endpoint(fields, credential)
      } catch let error as InvalidValue {
        try await context.accounts.check(credential)
        throw error
      }
    } catch {
      return APIError.response(error, tokenCode: tokenCode)
    }
  }

  /// A call that the document prints without a token: it needs proof like the others, unless the legacy
  /// endpoints are open and the request offers none.
  static func provenOrLegacy(
    _ request: Request, _ context: CallContext, tokenCode: Int,
    _ endpoint: (CallFields, Caller) async throws -> Response
  ) async -> Response {
    guard context.settings.opensLegacyEndpoints else {
      return await proven(request, context, tokenCode: tokenCode) { fields, credential in
        try await endpoint(fields, .proven(credential))
      }
    }
    do {
      let fields = try CallFields(request)
      let caller = try legacyCaller(
        Identity.claim(request, context, fields), named: try fields.text("user"))
      if case .proven(let credential) = caller { try await context.rates.take(credential) }
      do {
        return try await endpoint(fields, caller)
      } catch let error as InvalidValue {
        try await context.accounts.check(caller)
        throw error
      }
    } catch {
      return APIError.response(error, tokenCode: tokenCode)
    }
  }

  /// Who asks where legacy endpoints are open: a pair must be good if there is one, else the name is believed.
  static func legacyCaller(_ claim: Identity.Claim, named user: String?) throws -> Caller {
    switch claim {
    case .pair(let credential): return .proven(credential)
    case .invalid: throw DomainError.sessionInvalid
    case .ofAnother: throw DomainError.sessionOfAnother
    case .absent:
      guard let user else { throw InvalidValue(reason: "user is missing") }
      return .trusted(try UserName(user))
    }
  }
}
