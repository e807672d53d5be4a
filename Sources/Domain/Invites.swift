import Crypto
import Events
import RedisClient

/// Invites: each lets one registration in. Redis holds only their SHA-256.
///
/// An invite and an account lie under two tags, so their steps have a fixed order: the invite is taken for the
/// name, the account is made and notes the invite, the invite goes. A crash between them leaves an invite that
/// only this name can use, or one that its account shows to be used.
package struct Invites: Sendable {
  let store: Store
  package init(store: Store) { self.store = store }

  /// Makes one; answers its text, which is stored nowhere.
  package func make(validSeconds: Int64) async throws(DomainError) -> String {
    let token = Token.draw()
    _ = try await store.run(
      .inviteCreate, keys: [Keys.invite(hash: token.hash)],
      [.integer(Clock.wallMilliseconds), .integer(Clock.wallSeconds + validSeconds)])
    return token.text
  }

  /// Takes the invite for `user`, or fails with `inviteRefused`.
  func take(_ invite: Token, for user: UserName) async throws(DomainError) {
    let key = Keys.invite(hash: invite.hash)
    var reply = try await store.run(.inviteTake, keys: [key], [.string(user.text)])
    if reply.code == ScriptCode.ok { return }
    if reply.code == 2 {
      // Taken for another name: if that account was made by it, only the invite's end was cut off.
      try await end(invite, ifUsedBy: try reply.takeString())
    }
    throw .inviteRefused
  }

  /// The account of `user` is made by it.
  func end(_ invite: Token) async throws(DomainError) {
    _ = try await store.command(["DEL", .string(Keys.invite(hash: invite.hash))])
  }

  /// The name was taken by somebody else meanwhile: another name may use the invite.
  func giveBack(_ invite: Token, of user: UserName) async throws(DomainError) {
    if try await end(invite, ifUsedBy: user.text) { return }
    _ = try await store.command(["HDEL", .string(Keys.invite(hash: invite.hash)), "by"])
  }

  @discardableResult
  private func end(_ invite: Token, ifUsedBy user: String) async throws(DomainError) -> Bool {
    let used = try await store.command(["HGET", .string(Keys.user(user)), "invite"]).string
    guard used == invite.hash else { return false }
    try await end(invite)
    return true
  }
}
