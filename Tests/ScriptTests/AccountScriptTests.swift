import Domain
import TestSupport
import Testing

extension ScriptTests {
  /// user_create, password_change and login_failed.
  @Suite struct Accounts {
    let keys = [SampleKeys.sessions, SampleKeys.user]

    @Test(arguments: ServerKind.allCases)
    func aUserIsMadeOnce(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      let made = try store.run(.userCreate, [SampleKeys.user], "Al", "", "123", "hash 1", "17", "")
      #expect(made == 0)
      let stored = ["nick": "Al", "email": "", "phone": "123", "pwd": "hash 1", "created": "17"]
      #expect(try store.hash("user:{alice}") == stored)

      let taken = try store.run(.userCreate, [SampleKeys.user], "Eve", "", "", "hash 2", "18", "")
      #expect(taken == 2)
      #expect(try store.hash("user:{alice}") == stored)
    }

    @Test(arguments: ServerKind.allCases)
    func aRegistrationWhoseReplyWasLostSucceedsAgain(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      for _ in 1...2 {
        #expect(
          try store.run(.userCreate, [SampleKeys.user], "Al", "", "", "salted", "17", "") == 0)
      }
    }

    @Test(arguments: ServerKind.allCases)
    func aNewPasswordEndsEverySession(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      try store.run(
        .sessionCreate, keys, Sample.otherToken, Sample.now, Sample.expiry, Sample.pwd, "10")

      #expect(try store.runForAlice(.passwordChange, keys, Sample.pwd, "new") == 0)
      #expect(try store.keys() == ["user:{alice}"])
      #expect(try store.hash("user:{alice}")["pwd"] == "new")
    }

    @Test(arguments: ServerKind.allCases)
    func aPasswordChangeWhoseReplyWasLostLeavesLaterSessions(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      _ = try store.runForAlice(.passwordChange, keys, Sample.pwd, "new")
      try store.run(.sessionCreate, keys, Sample.otherToken, Sample.now, Sample.expiry, "new", "10")

      #expect(try store.runForAlice(.passwordChange, keys, Sample.pwd, "new") == 0)
      #expect(try store.sortedSet("sessions:{alice}") == [Sample.otherToken, Sample.expiry])
    }

    @Test(arguments: ServerKind.allCases)
    func aPasswordChangeNeedsTheSessionAndTheOldHash(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      let before = try store.contents()

      #expect(
        try store.runForAlice(
          .passwordChange, keys, token: Sample.otherToken, Sample.pwd, "new") == 4)
      #expect(try store.runForAlice(.passwordChange, keys, "replaced meanwhile", "new") == 1)
      #expect(try store.contents() == before)
    }

    @Test(arguments: ServerKind.allCases)
    func failedLoginsAreCountedUntilTheWindowEnds(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      let key = Keys.throttle(user: "alice")
      #expect(try store.run(.loginFailed, [key], "900") == 1)
      try store.redis("EXPIRE", key, "10")
      #expect(try store.run(.loginFailed, [key], "900") == 2)
      #expect(try store.redis("GET", key) == "2")
      let left = try #require(try store.redis("TTL", key).integer)
      #expect(899...900 ~= left, "each failure starts the window anew")

      let address = Keys.throttle(address: "192.0.2.7")
      #expect(try store.run(.loginFailed, [address], "900") == 1)
    }
  }
}
