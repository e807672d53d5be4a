import Events
import RedisClient

/// A user's sessions, seen by the user: which there are, and their end.
package struct Sessions: Sendable {
  /// So many digits of a token's hash name a session to its user: enough to tell a thousand apart, and of no use to
  /// anybody, since the hash proves nothing.
  package static let idDigits = 16

  let store: Store
  package init(store: Store) { self.store = store }

  package struct Session: Sendable {
    package let id: String
    /// Milliseconds since the epoch.
    package let lastUsed: Int64
    package let expires: Int64
    package let isCurrent: Bool
  }

  /// Those that are valid now; the one that was not used for longest comes first.
  package func list(_ caller: Credential) async throws(DomainError) -> [Session] {
    var reply = try await store.run(.sessionList, as: caller, keys: [])
    let flat = try reply.takeArray()
    var sessions: [Session] = []
    for index in stride(from: 0, to: flat.count - 1, by: 2) {
      guard let hash = flat[index].string, let expiry = flat[index + 1].integerValue else {
        throw .malformedReply
      }
      // Use moves the expiry on, up to a minute late: the one tells the other.
      sessions.append(
        Session(
          id: String(hash.prefix(Self.idDigits)),
          lastUsed: (expiry - store.policy.sessionSeconds) * 1000, expires: expiry * 1000,
          isCurrent: hash == caller.token.hash))
    }
    return sessions
  }

  /// Ends the session of this id, or with nil every one but the caller's; answers how many.
  package func revoke(_ caller: Credential, id: String?) async throws(DomainError) -> Int64 {
    if let id {
      let isDigits = id.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
      guard id.utf8.count == Self.idDigits, isDigits else {
        throw .invalid("id must be one of those that the list of sessions names")
      }
    }
    var reply = try await store.run(.sessionRevoke, as: caller, keys: [], [.string(id ?? "")])
    let ended = try reply.takeInteger()
    if id != nil, ended == 0 { throw .notFound }
    return ended
  }
}
