import BlobStore
import Crypto
import Events
import RedisClient

/// What the operations of one loop work with: its Redis pipeline, and the blob volume and pools that all loops
/// share. Loop-bound.
///
/// `@unchecked Sendable`: made and used on its loop; handlers capture it into tasks of that loop.
package final class Store: @unchecked Sendable {
  package let loop: EventLoop
  package let redis: RedisClient
  package let volume: BlobVolume
  /// For fsync and hashing of uploads, and for opening blobs.
  package let diskPool: BlockingPool
  /// For scrypt. A pool of its own, so that a flood of logins cannot starve uploads.
  package let passwordPool: BlockingPool
  package let policy: StorePolicy
  /// The logins that are made to wait.
  let loginWaits = LoginWaits()
  /// Hears of file work that failed: a full disk, a broken one. On the loop.
  package var onDiskFailure: ((BlobError) -> Void)?
  /// What calls of this loop left half done.
  let unfinished = Unfinished()
  private var versions = VersionSource()

  package init(
    loop: EventLoop, redis: RedisClient, volume: BlobVolume, diskPool: BlockingPool,
    passwordPool: BlockingPool, policy: StorePolicy
  ) {
    self.loop = loop
    self.redis = redis
    self.volume = volume
    self.diskPool = diskPool
    self.passwordPool = passwordPool
    self.policy = policy
  }

  /// Whether something that this loop's calls left half done is still to be finished.
  package var hasUnfinished: Bool { !unfinished.works.isEmpty || unfinished.inHand > 0 }

  /// A version for a list that a script is about to change, for its arguments.
  func newVersion() -> RedisArgument { .string(versions.next()) }

  /// Runs a script and answers what it returned.
  func call(
    _ script: ScriptName, keys: [String], _ arguments: [RedisArgument]
  ) async throws(DomainError) -> RedisReply {
    do {
      return try await redis.call(script: script.index, keys: keys, arguments: arguments)
    } catch {
      throw DomainError(error)
    }
  }

  /// Runs a script that answers a code, alone or with what belongs to it.
  func run(
    _ script: ScriptName, keys: [String], _ arguments: [RedisArgument]
  ) async throws(DomainError) -> ScriptReply {
    ScriptReply(try await call(script, keys: keys, arguments))
  }

  /// Runs a script whose first key is the caller's sessions and whose first arguments are the token's hash and
  /// the time. Answers what follows the code and the expiry.
  func run(
    _ script: ScriptName, as caller: Credential, keys: [String], _ arguments: [RedisArgument] = []
  ) async throws(DomainError) -> ScriptReply {
    let now = Clock.wallSeconds
    let sessions = Keys.sessions(user: caller.user.text)
    let hash = caller.token.hash
    var reply = try await run(
      script, keys: [sessions] + keys, [.string(hash), .integer(now)] + arguments)
    if reply.code == ScriptCode.badToken { throw .sessionInvalid }
    let expiry = try reply.takeInteger()
    if expiry < now + policy.sessionSeconds - policy.sessionRenewalSeconds {
      renew(sessions, hash, now)
    }
    return reply
  }

  /// A plain Redis command.
  func command(_ words: [RedisArgument]) async throws(DomainError) -> RedisReply {
    do {
      return try await redis.command(words)
    } catch {
      throw DomainError(error)
    }
  }

  /// A plain Redis command that only reads.
  package func read(_ words: [RedisArgument]) async throws(DomainError) -> RedisReply {
    try await command(words)
  }

  /// Runs blocking file work on the disk pool.
  package func onDisk<Value: Sendable>(
    _ work: @escaping @Sendable () throws(BlobError) -> Value
  ) async throws(DomainError) -> Value {
    do {
      let result: Result<Value, BlobError> = try await diskPool.run {
        do throws(BlobError) { return .success(try work()) } catch { return .failure(error) }
      }
      return try result.get()
    } catch {
      throw failure(of: error)
    }
  }

  /// What a failure of work on the disk pool means to the caller.
  package func failure(of error: any Error) -> DomainError {
    guard let error = error as? BlobError else { return .busy }
    onDiskFailure?(error)
    return DomainError(error)
  }

  /// Fails unless Redis answers and the volume can be written.
  package func checkReadiness() async throws(DomainError) {
    _ = try await command(["PING"])
    try await onDisk { [volume] () throws(BlobError) in try volume.probe() }
  }

  /// Moves a session's expiry on, beside the answer: reads stay reads, and a renewal that fails is made up by
  /// the next call.
  private func renew(_ sessions: String, _ hash: String, _ now: Int64) {
    let expiry = now + policy.sessionSeconds
    Task.immediate(executorPreference: loop) { [self] in
      _ = try? await redis.call(
        script: ScriptName.sessionRenew.index, keys: [sessions],
        arguments: [.string(hash), .integer(now), .integer(expiry)])
    }
  }
}

/// The numbers that the operations follow.
package struct StorePolicy: Sendable {
  /// A session ends so long after its last use.
  package var sessionSeconds: Int64 = 24 * 3600
  /// Use within so long of the last renewal is not written down: reads would become writes.
  package var sessionRenewalSeconds: Int64 = 60
  /// A user's sessions; a further login ends the one that would expire first.
  package var sessionsPerUserMax: Int64 = 1000
  /// How long a blob without owners is kept.
  package var deleteGraceMilliseconds: Int64 = 60_000
  /// Failed logins are forgotten after so long without a further one.
  package var loginFailureWindowSeconds: Int64 = 900
  /// What a user's files may have together, and how many they may be; 0: no bound.
  package var quotaBytesMax: Int64 = 0
  package var quotaFilesMax: Int64 = 0
  /// Naming an MD5 is not enough to gain the file that has it: the caller must show that it has the bytes.
  package var claimsNeedProof = false

  package init() {}
}

/// The first element of scripts' replies, as their headers document them.
enum ScriptCode {
  static let ok: Int64 = 0
  static let notFound: Int64 = 1
  static let badToken: Int64 = 4
}

/// A script's reply, read from front to back: the code, then what belongs to it.
struct ScriptReply {
  private(set) var code: Int64 = -1
  private var elements: [RedisReply] = []
  private var index = 1

  init(_ reply: RedisReply) {
    switch reply {
    case .integer(let code): self.code = code
    case .array(let elements):
      self.elements = elements
      if let first = elements.first, let code = first.integerValue { self.code = code }
    default: break
    }
  }

  var hasMore: Bool { index < elements.count }

  private mutating func next() throws(DomainError) -> RedisReply {
    guard index < elements.count else { throw .malformedReply }
    defer { index += 1 }
    return elements[index]
  }

  mutating func takeInteger() throws(DomainError) -> Int64 {
    guard let value = try next().integerValue else { throw .malformedReply }
    return value
  }

  mutating func takeString() throws(DomainError) -> String {
    guard let value = try next().string else { throw .malformedReply }
    return value
  }

  mutating func takeBytes() throws(DomainError) -> [UInt8] {
    guard let value = try next().bytesValue else { throw .malformedReply }
    return value
  }

  mutating func takeArray() throws(DomainError) -> [RedisReply] {
    guard case .array(let elements) = try next() else { throw .malformedReply }
    return elements
  }
}
