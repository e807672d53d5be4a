import Events
import RedisClient

/// Slows repeated failed logins down, per user and per address. Nobody is locked out: whoever has the right
/// password gets in after the wait, which an attacker on that account can drive up to `delayMillisecondsMax`
/// only, and whoever waits already takes no place from another address. The counts are in Redis, so that several
/// picbeds slow the same guesser together.
struct LoginThrottle {
  /// Typing errors cost nothing.
  static let freeFailuresPerUser: Int64 = 5
  /// Many people may share one address.
  static let freeFailuresPerAddress: Int64 = 20
  static let delayMillisecondsMax = 4_000

  private let store: Store
  private let userKey: String
  private let address: String
  private let addressKey: String
  private var failuresOfUser: Int64 = 0

  init(store: Store, user: UserName, address: String) {
    self.store = store
    userKey = Keys.throttle(user: user.text)
    self.address = address
    addressKey = Keys.throttle(address: address)
  }

  /// The wait after so many failures: 250 ms, doubled by each further one.
  static func delayMilliseconds(failures: Int64, free: Int64) -> Int {
    guard failures >= free else { return 0 }
    return min(delayMillisecondsMax, 250 << min(Int(failures - free), 8))
  }

  mutating func waitForTurn() async throws(DomainError) {
    failuresOfUser = try await store.command(["GET", .string(userKey)]).integerValue ?? 0
    let ofAddress = try await store.command(["GET", .string(addressKey)]).integerValue ?? 0
    let delay = max(
      Self.delayMilliseconds(failures: failuresOfUser, free: Self.freeFailuresPerUser),
      Self.delayMilliseconds(failures: ofAddress, free: Self.freeFailuresPerAddress))
    guard delay > 0 else { return }
    guard store.loginWaits.enter(address) else {
      throw .tooMany(retryAfterSeconds: (delay + 999) / 1000)
    }
    defer { store.loginWaits.leave(address) }
    await store.loop.sleep(milliseconds: delay)
  }

  func failed() async throws(DomainError) {
    let window = RedisArgument.integer(store.policy.loginFailureWindowSeconds)
    _ = try await store.run(.loginFailed, keys: [userKey], [window])
    _ = try await store.run(.loginFailed, keys: [addressKey], [window])
  }

  /// The user is through; the address stays as it is, since an attacker may have an account too.
  func succeeded() async {
    guard failuresOfUser > 0 else { return }
    _ = try? await store.command(["DEL", .string(userKey)])
  }
}
