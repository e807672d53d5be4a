import Crypto
import Events
import RedisClient

/// Registration, login, logout and change of password.
package struct Accounts: Sendable {
  let store: Store
  package init(store: Store) { self.store = store }

  /// What a registration asks for, parsed.
  package struct Registration: Sendable {
    let user: UserName
    let nick: String
    let email: EmailAddress?
    let phone: String
    let password: HexDigits32

    /// `email` and `phone` may be absent or empty.
    package init(
      user: String, nick: String, email: String, phone: String, password: String
    ) throws(InvalidValue) {
      self.user = try UserName(user, field: "userName")
      try NameRule.check(nick, field: "nickName", characters: 1...32)
      try NameRule.check(phone, field: "phone", characters: 0...16)
      self.nick = nick
      self.phone = phone
      self.email = email.isEmpty ? nil : try EmailAddress(email)
      self.password = try HexDigits32(password, field: "firstPwd")
    }
  }

  /// Makes an account. Of several for one name at the same time exactly one succeeds.
  /// `invite`: where registration is by invite, the one to use up.
  package func register(
    _ wanted: Registration, invite: Token?, from address: String
  ) async throws(DomainError) {
    let key = Keys.user(wanted.user.text)
    // Before the costly hash: most refusals end here.
    if try await store.command(["EXISTS", .string(key)]).integerValue == 1 { throw .userNameTaken }
    if let invite { try await Invites(store: store).take(invite, for: wanted.user) }
    let password = wanted.password.text
    let hash = try await onPasswordPool(address) { PasswordHash.make(password) }
    let reply = try await store.run(
      .userCreate, keys: [key],
      [
        .string(wanted.nick), .string(wanted.email?.text ?? ""), .string(wanted.phone),
        .string(hash), .integer(Clock.wallMilliseconds), .string(invite?.hash ?? ""),
      ])
    guard reply.code == ScriptCode.ok else {
      if let invite { try await Invites(store: store).giveBack(invite, of: wanted.user) }
      throw .userNameTaken
    }
    if let invite { try await Invites(store: store).end(invite) }
  }

  /// Opens a session. Wrong password and unknown user fail alike and after the same work.
  package func login(
    user: UserName, password: HexDigits32, address: String
  ) async throws(DomainError) -> Token {
    var throttle = LoginThrottle(store: store, user: user, address: address)
    try await throttle.waitForTurn()
    let stored = try await passwordHash(of: user)
    let isRight = try await verify(password, against: stored, for: address)
    guard isRight, var stored else {
      try await throttle.failed()
      throw .loginRefused
    }
    if PasswordHash.needsUpgrade(stored) {
      stored = try await upgrade(stored, of: user, password, for: address)
    }
    let token = Token.draw()
    let now = Clock.wallSeconds
    let reply = try await store.run(
      .sessionCreate, keys: [Keys.sessions(user: user.text), Keys.user(user.text)],
      [
        .string(token.hash), .integer(now), .integer(now + store.policy.sessionSeconds),
        .string(stored), .integer(store.policy.sessionsPerUserMax),
      ])
    switch reply.code {
    case ScriptCode.ok: break
    case 2: throw .accountDisabled
    // The password changed since it was checked.
    default: throw .loginRefused
    }
    await throttle.succeeded()
    return token
  }

  /// Ends the session that the credential proves.
  package func logout(_ caller: Credential) async throws(DomainError) {
    let reply = try await store.run(
      .sessionEnd, keys: [Keys.sessions(user: caller.user.text)],
      [.string(caller.token.hash), .integer(Clock.wallSeconds)])
    if reply.code != ScriptCode.ok { throw .sessionInvalid }
  }

  /// Sets a new password and ends every session of the user.
  package func changePassword(
    _ caller: Credential, from old: HexDigits32, to new: HexDigits32, address: String
  ) async throws(DomainError) {
    try await check(caller)
    guard let stored = try await passwordHash(of: caller.user) else { throw .sessionInvalid }
    guard try await verify(old, against: stored, for: address) else { throw .loginRefused }
    let password = new.text
    let hash = try await onPasswordPool(address) { PasswordHash.make(password) }
    let reply = try await store.run(
      .passwordChange, keys: [Keys.sessions(user: caller.user.text), Keys.user(caller.user.text)],
      [
        .string(caller.token.hash), .integer(Clock.wallSeconds), .string(stored), .string(hash),
      ])
    switch reply.code {
    case ScriptCode.ok: return
    case ScriptCode.badToken: throw .sessionInvalid
    default: throw .conflict
    }
  }

  /// Fails unless the credential proves a session.
  package func check(_ caller: Credential) async throws(DomainError) {
    _ = try await store.run(.sessionCheck, as: caller, keys: [])
  }

  /// Whether the credential proves a session; fails only when the store cannot tell.
  package func isValid(_ caller: Credential) async throws(DomainError) -> Bool {
    do {
      try await check(caller)
      return true
    } catch {
      if error == .sessionInvalid { return false }
      throw error
    }
  }

  /// Fails unless a proven caller's session is valid; a trusted one is believed.
  package func check(_ caller: Caller) async throws(DomainError) {
    if case .proven(let credential) = caller { try await check(credential) }
  }

  private func passwordHash(of user: UserName) async throws(DomainError) -> String? {
    try await store.command(["HGET", .string(Keys.user(user.text)), "pwd"]).string
  }

  /// Hashes the password with the parameters of today; answers the hash that is stored then.
  private func upgrade(
    _ stored: String, of user: UserName, _ password: HexDigits32, for address: String
  ) async throws(DomainError) -> String {
    let text = password.text
    let hash = try await onPasswordPool(address) { PasswordHash.make(text) }
    let reply = try await store.run(
      .passwordUpgrade, keys: [Keys.user(user.text)], [.string(stored), .string(hash)])
    return reply.code == ScriptCode.ok ? hash : stored
  }

  private func verify(
    _ password: HexDigits32, against stored: String?, for address: String
  ) async throws(DomainError) -> Bool {
    let text = password.text
    return try await onPasswordPool(address) {
      PasswordHash.verify(text, against: stored ?? PasswordHash.decoy) && stored != nil
    }
  }

  /// Addresses take turns: one that sends a thousand passwords makes nobody else wait.
  private func onPasswordPool<Value: Sendable>(
    _ address: String, _ work: @escaping @Sendable () -> Value
  ) async throws(DomainError) -> Value {
    do {
      return try await store.passwordPool.run(lane: address, work)
    } catch {
      throw .busy
    }
  }
}
