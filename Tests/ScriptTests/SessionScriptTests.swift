import Domain
import TestSupport
import Testing

extension ScriptTests {
  /// session_create, session_check, session_renew and session_end.
  @Suite struct Sessions {
    let sessions = [SampleKeys.sessions]
    let keys = [SampleKeys.sessions, SampleKeys.user]

    private func open(
      _ store: ScriptStore, _ token: String, now: String = "4000000000", until expiry: String,
      pwd: String = Sample.pwd, max: String = "10"
    ) throws -> RedisValue {
      try store.run(.sessionCreate, keys, token, now, expiry, pwd, max)
    }

    private func addUser(_ store: ScriptStore) throws {
      try store.run(.userCreate, [SampleKeys.user], "Al", "", "", Sample.pwd, Sample.created, "")
    }

    @Test(arguments: ServerKind.allCases)
    func theKeyExpiresWithItsLastSession(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try addUser(store)
      #expect(try open(store, "long", until: "4000000900") == 0)
      #expect(try open(store, "short", until: "4000000300") == 0)
      #expect(
        try store.sortedSet("sessions:{alice}") == ["short", "4000000300", "long", "4000000900"])
      #expect(try store.redis("EXPIRETIME", "sessions:{alice}") == 4_000_000_900)
    }

    @Test(arguments: ServerKind.allCases)
    func expiredSessionsGoWhenOneIsOpened(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try addUser(store)
      _ = try open(store, "old", until: "4000000100")
      _ = try open(store, "older", until: "4000000099")
      #expect(try open(store, "new", now: "4000000100", until: "4000000200") == 0)
      #expect(try store.sortedSet("sessions:{alice}") == ["new", "4000000200"])
    }

    @Test(arguments: ServerKind.allCases)
    func overTheMaximumThoseThatExpireFirstGo(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try addUser(store)
      for (token, expiry) in [("b", "4000000200"), ("a", "4000000100"), ("c", "4000000300")] {
        _ = try open(store, token, until: expiry, max: "3")
      }
      // The new one would itself be the first to expire: it stays nevertheless.
      #expect(try open(store, "d", until: "4000000050", max: "2") == 0)
      #expect(try store.sortedSet("sessions:{alice}") == ["d", "4000000050", "c", "4000000300"])
      #expect(try open(store, "e", until: "4000000060", max: "1") == 0)
      #expect(try store.sortedSet("sessions:{alice}") == ["e", "4000000060"])
      #expect(try store.redis("EXPIRETIME", "sessions:{alice}") == 4_000_000_060)
    }

    @Test(arguments: ServerKind.allCases)
    func openedAgainItIsThereOnceAndDropsNoOther(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try addUser(store)
      _ = try open(store, "a", until: "4000000100", max: "2")
      _ = try open(store, "b", until: "4000000200", max: "2")
      let before = try store.contents()
      #expect(try open(store, "b", until: "4000000200", max: "2") == 0)
      #expect(try store.contents() == before)

      try store.run(.sessionRenew, sessions, "b", "4000000000", "4000000500")
      let renewed = try store.contents()
      #expect(try open(store, "b", until: "4000000200", max: "2") == 0)
      #expect(try store.contents() == renewed, "a renewal meanwhile stays")
    }

    @Test(arguments: ServerKind.allCases)
    func openingNeedsThePasswordThatWasChecked(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      #expect(try open(store, "a", until: "4000000100") == 1, "no such user")
      try addUser(store)
      #expect(try open(store, "a", until: "4000000100", pwd: "another") == 1)
      #expect(try store.keys() == ["user:{alice}"])
    }

    @Test(arguments: ServerKind.allCases)
    func aSessionIsValidUntilItsExpiry(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try addUser(store)
      _ = try open(store, "a", until: "4000000100")
      #expect(try store.run(.sessionCheck, sessions, "a", "4000000099") == [0, 4_000_000_100])
      #expect(try store.run(.sessionCheck, sessions, "a", "4000000100") == [4])
      #expect(try store.run(.sessionCheck, sessions, "unknown", "4000000000") == [4])
      #expect(try store.run(.sessionCheck, [Keys.sessions(user: "eve")], "a", "4000000000") == [4])
    }

    @Test(arguments: ServerKind.allCases)
    func renewalMovesForwardOnly(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try addUser(store)
      _ = try open(store, "a", until: "4000000100")
      for _ in 1...2 {
        #expect(try store.run(.sessionRenew, sessions, "a", "4000000050", "4000000150") == 1)
        #expect(try store.sortedSet("sessions:{alice}") == ["a", "4000000150"])
        #expect(try store.redis("EXPIRETIME", "sessions:{alice}") == 4_000_000_150)
      }
      #expect(try store.run(.sessionRenew, sessions, "a", "4000000050", "4000000120") == 1)
      #expect(try store.sortedSet("sessions:{alice}") == ["a", "4000000150"])
      #expect(try store.redis("EXPIRETIME", "sessions:{alice}") == 4_000_000_150)
    }

    @Test(arguments: ServerKind.allCases)
    func whatIsOverIsNotRenewed(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try addUser(store)
      _ = try open(store, "a", until: "4000000100")
      let before = try store.contents()
      #expect(try store.run(.sessionRenew, sessions, "a", "4000000100", "4000000900") == 0)
      #expect(try store.run(.sessionRenew, sessions, "b", "4000000000", "4000000900") == 0)
      #expect(try store.contents() == before)
    }

    @Test(arguments: ServerKind.allCases)
    func logoutEndsOneSession(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try addUser(store)
      _ = try open(store, "a", until: "4000000100")
      _ = try open(store, "b", until: "4000000100")
      #expect(try store.run(.sessionEnd, sessions, "a", "4000000000") == 0)
      #expect(try store.sortedSet("sessions:{alice}") == ["b", "4000000100"])
      #expect(try store.run(.sessionEnd, sessions, "a", "4000000000") == 4, "it proves nothing now")
      #expect(try store.run(.sessionEnd, sessions, "b", "4000000100") == 4, "it has expired")
      #expect(try store.sortedSet("sessions:{alice}") == ["b", "4000000100"])
    }
  }
}
