import BlobStore
import RedisClient

/// Why an operation of the image host did not happen. The API turns these into codes, in one place.
package enum DomainError: Error, Equatable, Sendable {
  /// The user and token name no session that is valid now.
  case sessionInvalid
  /// The request names another user than the one who is proven.
  case sessionOfAnother
  /// Wrong password or unknown user: which of them is not told.
  case loginRefused
  case userNameTaken
  /// The password is right, and the account is shut.
  case accountDisabled
  /// Nobody can register here.
  case registrationClosed
  /// No invite, or one that is used up or expired.
  case inviteRefused
  /// The caller (or the public list) has no such file, share or picture.
  case notFound
  /// A picture link whose file was deleted.
  case fileDeleted
  /// The caller has a file of this md5 and name already.
  case alreadyOwned
  case sharedByAnother
  /// The server does not have these bytes: upload them.
  case bytesUnknown
  /// To have these bytes by naming them, the caller must show that it has them: see `PossessionChallenge`.
  case proofNeeded(nonce: String, ranges: [Range<Int64>])
  /// Other bytes with the same md5 are stored. They are not mixed up.
  case md5Collision
  /// A stated md5 or size is not that of the bytes that came.
  case contentMismatch(String)
  /// Somebody changed the same thing at the same time: once more might work.
  case conflict
  case invalid(String)
  /// Redis is away, or answers that it cannot work now.
  case storeUnavailable(String)
  /// Too much is waiting already.
  case busy
  /// The caller asks for more than its share now.
  case tooMany(retryAfterSeconds: Int)
  /// The user's files would be more, or larger, than they may be. Says which.
  case quotaExceeded(String)
  case diskFull
  /// A file operation failed.
  case diskFailed(String)

  init(_ error: RedisError) {
    switch error {
    case .unavailable(let reason): self = .storeUnavailable(reason)
    case .rejected(let text): self = .storeUnavailable("Redis refused a command: \(text)")
    case .malformedReply:
      self = .storeUnavailable("a reply of Redis has not the form it should have")
    }
  }

  init(_ error: BlobError) {
    self = error.isDiskFull ? .diskFull : .diskFailed("\(error)")
  }

  init(_ error: InvalidValue) { self = .invalid(error.reason) }

  package static let malformedReply = DomainError(.malformedReply)
}

extension DomainError: CustomStringConvertible {
  /// For operators: the log and the command line. Users are told in the API's own words.
  package var description: String {
    switch self {
    case .sessionInvalid: "no valid session"
    case .sessionOfAnother: "a session of another user"
    case .loginRefused: "wrong password or unknown user"
    case .userNameTaken: "the user name is taken"
    case .accountDisabled: "the account is shut"
    case .registrationClosed: "registration is closed"
    case .inviteRefused: "no valid invite"
    case .notFound: "there is no such thing"
    case .fileDeleted: "the file was deleted"
    case .alreadyOwned: "the user has this file already"
    case .sharedByAnother: "another user shares this file"
    case .bytesUnknown: "the bytes are unknown"
    case .proofNeeded: "the bytes must be shown to be there"
    case .md5Collision: "other bytes have the same MD5"
    case .conflict: "somebody changed the same thing at the same time"
    case .contentMismatch(let reason), .invalid(let reason), .quotaExceeded(let reason): reason
    case .storeUnavailable(let reason): "Redis: \(reason)"
    case .busy: "too much is waiting already"
    case .tooMany(let seconds): "too many requests; again in \(seconds) s"
    case .diskFull: "the disk is full"
    case .diskFailed(let reason): reason
    }
  }
}
