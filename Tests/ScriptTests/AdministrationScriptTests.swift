import Domain
import TestSupport
import Testing

extension ScriptTests {
  /// user_disable, user_delete, password_set, the invites, session_list and session_revoke.
  @Suite struct Administration {
    private let account = [SampleKeys.user, SampleKeys.sessions]
    private let invite = Keys.invite(hash: "9f86")

    private func logIn(_ store: ScriptStore, _ token: String = Sample.otherToken) throws
      -> RedisValue
    {
      try store.run(
        .sessionCreate, [SampleKeys.sessions, SampleKeys.user], token, Sample.now, Sample.expiry,
        Sample.pwd, "10")
    }

    @Test(arguments: ServerKind.allCases)
    func aDisabledUserHasNoSessionsAndGetsNone(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      #expect(try store.run(.userDisable, account, "1000") == 0)
      #expect(try store.keys() == ["user:{alice}"])
      #expect(try logIn(store) == 2)
      #expect(try store.run(.userDisable, account, "2000") == 0)
      #expect(try store.hash("user:{alice}")["disabled"] == "1000")
      try store.redis("HDEL", SampleKeys.user, "disabled")
      #expect(try logIn(store) == 0)
    }

    @Test(arguments: ServerKind.allCases)
    func nobodyIsMadeByBeingDisabledOrGivenAPassword(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      #expect(try store.run(.userDisable, account, "1000") == 1)
      #expect(try store.run(.passwordSet, account, "new") == 1)
      #expect(try store.keys() == [])
    }

    @Test(arguments: ServerKind.allCases)
    func aPasswordThatIsSetEndsEverySession(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.signIn()
      #expect(try store.run(.passwordSet, account, "new") == 0)
      #expect(try store.hash("user:{alice}")["pwd"] == "new")
      #expect(try store.keys() == ["user:{alice}"])
    }

    @Test(arguments: ServerKind.allCases)
    func anAccountWithFilesOrUnfinishedDeletesStays(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      let keys =
        account + [SampleKeys.files, SampleKeys.deleting, SampleKeys.version]
      try store.signIn()
      try store.addFile("cat.png")
      let before = try store.contents()
      #expect(try store.run(.userDelete, keys) == 1)
      #expect(try store.contents() == before)
      _ = try store.runForAlice(.fileDelete, SampleKeys.delete, Sample.cat, "v")
      #expect(try store.run(.userDelete, keys) == 1)
      try store.run(.fileDeleted, [SampleKeys.deleting], Sample.cat, Sample.row("cat.png"))
      #expect(try store.run(.userDelete, keys) == 0)
      #expect(try store.keys() == [])
    }

    @Test(arguments: ServerKind.allCases)
    func anInviteIsForOneName(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      #expect(try store.run(.inviteTake, [invite], "bob") == [1])
      #expect(try store.run(.inviteCreate, [invite], "1000", "4000000000") == 0)
      #expect(try store.run(.inviteTake, [invite], "bob") == [0])
      #expect(try store.run(.inviteTake, [invite], "eve") == [2, "bob"])
      #expect(try store.run(.inviteTake, [invite], "bob") == [0], "a first try that was cut off")
      #expect(try store.redis("EXPIRETIME", invite) == 4_000_000_000)
    }

    @Test(arguments: ServerKind.allCases)
    func anAccountNotesTheInviteThatMadeIt(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      try store.run(.userCreate, [SampleKeys.user], "Al", "", "", "salted", "17", "9f86")
      #expect(try store.hash("user:{alice}")["invite"] == "9f86")
    }

    @Test(arguments: ServerKind.allCases)
    func sessionsAreListedAndEndedByTheirFirstDigits(_ kind: ServerKind) throws {
      let store = try ScriptStore(kind)
      let sessions = [SampleKeys.sessions]
      try store.signIn()
      _ = try logIn(store)
      try store.redis("ZADD", SampleKeys.sessions, "3999999999", "over")
      let listed = try store.runForAlice(.sessionList, sessions)
      #expect(
        listed == [
          0, 4_000_086_400,
          [
            .string(Sample.token), .string(Sample.expiry), .string(Sample.otherToken),
            .string(Sample.expiry),
          ],
        ])
      #expect(try store.runForAlice(.sessionRevoke, sessions, "cccc") == [0, 4_000_086_400, 0])
      #expect(try store.runForAlice(.sessionRevoke, sessions, "b2b2") == [0, 4_000_086_400, 1])
      _ = try logIn(store)
      #expect(try store.runForAlice(.sessionRevoke, sessions, "") == [0, 4_000_086_400, 1])
      #expect(try store.sortedSet(SampleKeys.sessions) == [Sample.token, Sample.expiry])
      #expect(try store.runForAlice(.sessionList, sessions, token: "none") == [4])
      #expect(try store.runForAlice(.sessionRevoke, sessions, token: "none", "") == [4])
    }
  }
}
