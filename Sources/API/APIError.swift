import Domain
import HTTP

/// A request that is no call: its body is not what the endpoint reads. Answered with `status`, not with a code.
struct MalformedCall: Error {
  let status: Status
  let reason: String

  init(_ status: Status = .badRequest, _ reason: String) {
    self.status = status
    self.reason = reason
  }
}

/// The one place where errors become what goes over the wire: codes of the document, or one of the few statuses
/// that say that there was no call at all.
enum APIError {
  /// How soon a client may try again when the store is away: about the time a restart takes.
  private static let retryAfterSeconds = 1

  private static let alreadyOwned = "you have a file of this md5 and filename already"

  /// Code 5 of an instant upload: where the file that the caller has is found.
  static func alreadyOwned(url: String) -> Response {
    JSONAnswer.answer(5, capacity: 256) { json in
      json.field("message", alreadyOwned)
      json.field("url", url)
    }
  }

  /// `tokenCode`: the endpoint's own code for a failed proof of identity (1 or 4 by its table).
  static func response(_ error: any Error, tokenCode: Int) -> Response {
    switch error {
    case let error as DomainError: response(error, tokenCode)
    case let error as InvalidValue: JSONAnswer.failure(1, error.reason)
    case let error as MalformedCall: .failure(error.status, error.reason)
    case let error as RequestBody.Failure: response(error)
    case let error as UploadBodyError: response(error)
    default: .failure(.internalServerError, "the server failed; its log says more")
    }
  }

  private static func response(_ error: DomainError, _ tokenCode: Int) -> Response {
    switch error {
    case .sessionInvalid:
      JSONAnswer.failure(tokenCode, "user and token name no valid session; log in for a new token")
    case .sessionOfAnother:
      JSONAnswer.failure(tokenCode, "user must be the one whose token this is")
    case .loginRefused: JSONAnswer.failure(1, "user name or password is wrong")
    case .userNameTaken: JSONAnswer.failure(2, "this userName is taken; choose another")
    case .accountDisabled:
      JSONAnswer.failure(1, "this account is disabled; ask who runs this server")
    case .registrationClosed:
      JSONAnswer.failure(1, "registration is closed here; ask who runs this server")
    case .inviteRefused:
      JSONAnswer.failure(
        1, "registration needs an invite that is not used up or expired, in the field invite")
    case .notFound: JSONAnswer.failure(1, "there is nothing of this md5, filename or urlmd5 here")
    case .fileDeleted: JSONAnswer.failure(2, "the picture's file was deleted by its owner")
    case .sharedByAnother: JSONAnswer.failure(3, "another user shares this very file already")
    case .alreadyOwned: JSONAnswer.failure(5, alreadyOwned)
    case .bytesUnknown:
      JSONAnswer.failure(1, "the server does not have these bytes; upload them")
    case .proofNeeded(let nonce, let ranges): proofNeeded(nonce, ranges)
    case .md5Collision:
      JSONAnswer.failure(
        1, "other bytes with this md5 are stored; these cannot be kept beside them")
    case .contentMismatch(let reason), .invalid(let reason): JSONAnswer.failure(1, reason)
    case .conflict:
      JSONAnswer.failure(1, "the same thing was changed by another request; try again")
    case .storeUnavailable:
      .failure(
        .serviceUnavailable, "the metadata store is not available now; try again",
        retryAfterSeconds: retryAfterSeconds)
    case .busy:
      .failure(
        .serviceUnavailable, "the server has too much to do now; try again",
        retryAfterSeconds: retryAfterSeconds)
    case .tooMany(let seconds):
      .failure(
        .tooManyRequests, "you ask for too much at once; try again later",
        retryAfterSeconds: seconds)
    case .quotaExceeded(let reason): JSONAnswer.failure(1, reason)
    case .diskFull:
      .failure(.insufficientStorage, "the server's disk is full; try again when there is room")
    case .diskFailed:
      .failure(
        .serviceUnavailable, "the server's disk failed; its log says more",
        retryAfterSeconds: retryAfterSeconds)
    }
  }

  private static func proofNeeded(_ nonce: String, _ ranges: [Range<Int64>]) -> Response {
    let message = "upload the bytes, or show that you have them: answer the challenge with proof"
    return JSONAnswer.answer(1, capacity: 256 + 24 * ranges.count) { json in
      json.field("message", message)
      json.field("nonce", nonce)
      json.name("ranges")
      json.openArray()
      for range in ranges {
        json.openObject()
        json.field("start", range.lowerBound)
        json.field("length", Int64(range.count))
        json.closeObject()
      }
      json.closeArray()
    }
  }

  private static func response(_ error: RequestBody.Failure) -> Response {
    switch error {
    case .truncated: .failure(.badRequest, "the body ended before it was whole")
    case .refused(let error): .failure(error.status, error.reason)
    }
  }

  private static func response(_ error: UploadBodyError) -> Response {
    switch error {
    case .noFile: JSONAnswer.failure(1, error.description)
    default: .failure(.badRequest, error.description)
    }
  }
}
