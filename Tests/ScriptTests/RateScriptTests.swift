import Domain
import TestSupport
import Testing

extension ScriptTests {
  /// rate_take and rate_take_user.
  @Suite struct Rates {
    private let key = Keys.rate(address: "192.0.2.7")

    /// At `now`, ms, one of ten a second.
    private func take(_ store: ScriptStore, _ now: Int) throws -> Int64 {
      let reply = try store.run(.rateTake, [key], "\(now * 1000)", "100000", "900000")
      return reply.integer ?? -1
    }

    @Test(arguments: ServerKind.allCases)
    func soManyAtOnceAndThenEvenly(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      for _ in 0..<10 { #expect(try take(store, 1_000_000) == 0) }
      #expect(try take(store, 1_000_000) == 100_000)
      #expect(try take(store, 1_000_040) == 60_000)
      #expect(try take(store, 1_000_100) == 0)
      #expect(try take(store, 1_000_100) == 100_000)
      for _ in 0..<10 { #expect(try take(store, 1_002_000) == 0) }
      #expect(try take(store, 1_002_000) > 0)
    }

    @Test(arguments: ServerKind.allCases)
    func aClockThatWasAheadShutsNobodyOut(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      #expect(try take(store, 9_000_000) == 0)
      #expect(try take(store, 1_000_000) == 0)
      #expect(try take(store, 1_000_000) == 100_000)
      #expect(try take(store, 1_000_100) == 0)
    }

    @Test(arguments: ServerKind.allCases)
    func whatIsOverIsForgotten(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      _ = try take(store, 1_000_000)
      let left = try store.redis("PTTL", key).integer ?? -1
      #expect((1...100).contains(left), "\(left) ms")
    }

    @Test(arguments: ServerKind.allCases)
    func onlyAValidSessionTakesFromAUser(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      let keys = [SampleKeys.sessions, Keys.rate(user: "alice")]
      let stranger = try store.runForAlice(
        .rateTakeUser, keys, token: Sample.otherToken, "1000000", "100000", "0")
      #expect(stranger == [4])
      let first = try store.runForAlice(.rateTakeUser, keys, "1000000", "100000", "0")
      #expect(first == [0, 4_000_086_400, 0])
      let second = try store.runForAlice(.rateTakeUser, keys, "1000000", "100000", "0")
      #expect(second == [0, 4_000_086_400, 100_000])
    }

    @Test(arguments: ServerKind.allCases)
    func aHashIsUpgradedOnlyWhereItIsTheOneThatWasChecked(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      #expect(try store.run(.passwordUpgrade, [SampleKeys.user], "another", "new") == 1)
      #expect(try store.hash("user:{alice}")["pwd"] == Sample.pwd)
      #expect(try store.run(.passwordUpgrade, [SampleKeys.user], Sample.pwd, "new") == 0)
      #expect(try store.hash("user:{alice}")["pwd"] == "new")
      #expect(try store.keys().contains(SampleKeys.sessions))
    }
  }
}
