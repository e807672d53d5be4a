import Crypto
import Events
import RedisClient

/// What who runs the server does to accounts. The operations on a user's files are those of the API.
package struct UserAdministration: Sendable {
  /// How long a delete may act for the user; a further run goes on from where one ended.
  private static let deleteSeconds: Int64 = 3600
  private static let scanCount: Int64 = 500
  /// Something may be uploaded by a call that began before the account was shut.
  private static let deleteRoundsMax = 10

  let store: Store
  package init(store: Store) { self.store = store }

  package struct Account: Sendable {
    package let user: String
    /// Milliseconds since the epoch.
    package let created: Int64
    package let files: Int64
    package let bytes: Int64
    package let sessions: Int64
    package let isDisabled: Bool
  }

  /// The md5 of a password, which clients send in its place.
  package static func digest(ofPassword password: String) throws(DomainError) -> HexDigits32 {
    do {
      return try HexDigits32(Hex.encode(Digest.md5(Array(password.utf8))), field: "password")
    } catch {
      throw DomainError(error)
    }
  }

  /// Calls `body` for every account there is, in no order.
  package func list(_ body: (Account) -> Void) async throws(DomainError) {
    var cursor = "0"
    // SCAN may name a key more than once (redis.io, SCAN).
    var seen: Set<String> = []
    repeat {
      let reply = try await store.command([
        "SCAN", .string(cursor), "MATCH", .string(Keys.user("*")), "COUNT",
        .integer(Self.scanCount),
      ])
      guard case .array(let parts) = reply, parts.count == 2, let next = parts[0].string,
        case .array(let keys) = parts[1]
      else { throw .malformedReply }
      cursor = next
      for key in keys.compactMap(\.string) {
        guard case .user(let user) = Keys.kind(of: key), seen.insert(user).inserted else {
          continue
        }
        body(try await account(user))
      }
    } while cursor != "0"
  }

  private func account(_ user: String) async throws(DomainError) -> Account {
    let key = Keys.user(user)
    let created = try await store.command(["HGET", .string(key), "created"]).integerValue
    let disabled = try await store.command(["HEXISTS", .string(key), "disabled"]).integerValue
    let files = try await store.command(["HLEN", .string(Keys.files(user: user))]).integerValue
    let bytes = try await store.command(["GET", .string(Keys.filesBytes(user: user))]).integerValue
    let sessions = try await store.command([
      "ZCOUNT", .string(Keys.sessions(user: user)), .string("(\(Clock.wallSeconds)"), "+inf",
    ]).integerValue
    return Account(
      user: user, created: created ?? 0, files: files ?? 0, bytes: bytes ?? 0,
      sessions: sessions ?? 0, isDisabled: disabled == 1)
  }

  /// Sets a password and ends the user's sessions.
  package func setPassword(
    of user: UserName, to password: HexDigits32
  ) async throws(DomainError) {
    let text = password.text
    let hash: String
    do { hash = try await store.passwordPool.run { PasswordHash.make(text) } } catch { throw .busy }
    let reply = try await store.run(.passwordSet, keys: keys(user), [.string(hash)])
    if reply.code != ScriptCode.ok { throw .notFound }
  }

  /// Shuts the account: its sessions end and nobody logs in to it.
  package func disable(_ user: UserName) async throws(DomainError) {
    let reply = try await store.run(
      .userDisable, keys: keys(user), [.integer(Clock.wallMilliseconds)])
    if reply.code != ScriptCode.ok { throw .notFound }
  }

  package func enable(_ user: UserName) async throws(DomainError) {
    let key = Keys.user(user.text)
    guard try await store.command(["EXISTS", .string(key)]).integerValue == 1 else {
      throw .notFound
    }
    _ = try await store.command(["HDEL", .string(key), "disabled"])
  }

  /// Deletes the account with its files, shares, picture links and sessions; answers how many files. Cut off, it
  /// leaves an account that is shut, and the next run goes on.
  package func delete(_ user: UserName) async throws(DomainError) -> Int {
    try await disable(user)
    let token = Token.draw()
    let expiry = Clock.wallSeconds + Self.deleteSeconds
    let sessions = Keys.sessions(user: user.text)
    _ = try await store.command(
      ["ZADD", .string(sessions), .integer(expiry), .string(token.hash)])
    _ = try await store.command(["EXPIREAT", .string(sessions), .integer(expiry)])
    let caller = Credential(user: user, token: token)
    var deleted = 0
    for _ in 0..<Self.deleteRoundsMax {
      for key in [Keys.files(user: user.text), Keys.filesDeleting(user: user.text)] {
        for id in try await ids(in: key) {
          do { try await Files(store: store).delete(caller, id) } catch .notFound { continue }
          deleted += 1
        }
      }
      let reply = try await store.run(
        .userDelete,
        keys: [
          Keys.user(user.text), sessions, Keys.files(user: user.text),
          Keys.filesDeleting(user: user.text), Keys.filesVersion(user: user.text),
        ], [])
      if reply.code == ScriptCode.ok { return deleted }
    }
    throw .conflict
  }

  private func ids(in key: String) async throws(DomainError) -> [FileID] {
    guard case .array(let fields) = try await store.command(["HKEYS", .string(key)]) else {
      throw .malformedReply
    }
    return fields.compactMap { $0.string.flatMap { FileID(stored: $0) } }
  }

  private func keys(_ user: UserName) -> [String] {
    [Keys.user(user.text), Keys.sessions(user: user.text)]
  }
}
