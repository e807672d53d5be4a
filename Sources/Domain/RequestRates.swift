import Events
import RedisClient

/// How many requests may come in a time: so many at once, and then as fast as that time allows evenly.
package struct RateLimit: Equatable, Sendable {
  package let count: Int64
  package let periodMilliseconds: Int64

  package init(count: Int64, periodMilliseconds: Int64) {
    self.count = count
    self.periodMilliseconds = periodMilliseconds
  }

  var intervalMicroseconds: Int64 { max(1, periodMilliseconds * 1000 / count) }
  var toleranceMicroseconds: Int64 { intervalMicroseconds * (count - 1) }
}

/// The rates of users and addresses. They are kept in Redis, so that they hold over all picbeds together.
package struct RequestRates: Sendable {
  let store: Store
  let perUser: RateLimit?
  let perAddress: RateLimit?

  package init(store: Store, perUser: RateLimit?, perAddress: RateLimit?) {
    self.store = store
    self.perUser = perUser
    self.perAddress = perAddress
  }

  package var hasAddressRate: Bool { perAddress != nil }

  /// Fails with `tooMany` when the address has no request left now.
  package func take(_ address: IPAddress) async throws(DomainError) {
    guard let limit = perAddress else { return }
    let reply = try await store.call(
      .rateTake, keys: [Keys.rate(address: address.network.text)],
      [
        .integer(Clock.wallMicroseconds), .integer(limit.intervalMicroseconds),
        .integer(limit.toleranceMicroseconds),
      ])
    guard let wait = reply.integerValue else { throw .malformedReply }
    try Self.check(wait)
  }

  /// Fails with `tooMany` when the caller has no request left now, and with `sessionInvalid` when it is nobody.
  package func take(_ caller: Credential) async throws(DomainError) {
    guard let limit = perUser else { return }
    var reply = try await store.run(
      .rateTakeUser, as: caller, keys: [Keys.rate(user: caller.user.text)],
      [
        .integer(Clock.wallMicroseconds), .integer(limit.intervalMicroseconds),
        .integer(limit.toleranceMicroseconds),
      ])
    try Self.check(try reply.takeInteger())
  }

  private static func check(_ wait: Int64) throws(DomainError) {
    guard wait > 0 else { return }
    throw .tooMany(retryAfterSeconds: Int((wait + 999_999) / 1_000_000))
  }
}
