import Domain
import Testing

/// The names that are stored: a change here is a change of the format. No Redis here.
@Suite struct KeysTests {
  @Test func namesAreAsDocumented() {
    #expect(Keys.user("alice") == "user:{alice}")
    #expect(Keys.sessions(user: "alice") == "sessions:{alice}")
    #expect(Keys.files(user: "alice") == "files:{alice}")
    #expect(Keys.filesTime(user: "alice") == "files:{alice}:time")
    #expect(Keys.filesPV(user: "alice") == "files:{alice}:pv")
    #expect(Keys.filesShared(user: "alice") == "files:{alice}:shared")
    #expect(Keys.filesVersion(user: "alice") == "files:{alice}:version")
    #expect(Keys.filesDeleting(user: "alice") == "files:{alice}:deleting")
    #expect(Keys.pictures(user: "alice") == "pictures:{alice}")
    #expect(Keys.picturesTime(user: "alice") == "pictures:{alice}:time")
    #expect(Keys.picture(urlmd5: "c3c3") == "picture:{c3c3}")
    #expect(Keys.blob(md5: "e10a") == "blob:{e10a}")
    #expect(Keys.shares == "shares:{public}")
    #expect(Keys.sharesTime == "shares:{public}:time")
    #expect(Keys.sharesPV == "shares:{public}:pv")
    #expect(Keys.sharesVersion == "shares:{public}:version")
    #expect(Keys.filesBytes(user: "alice") == "files:{alice}:bytes")
    #expect(Keys.rate(user: "alice") == "rate:user:{alice}")
    #expect(Keys.rate(address: "2001:db8::") == "rate:address:{2001:db8::}")
    #expect(Keys.invite(hash: "9f86") == "invite:{9f86}")
    #expect(Keys.orphansDue == "orphans:{due}")
    #expect(Keys.throttle(user: "alice") == "throttle:user:{alice}")
    #expect(Keys.throttle(address: "2001:db8::7") == "throttle:address:{2001:db8::7}")
  }

  @Test func aUsersNameMayHoldAnythingButBraces() {
    #expect(Keys.filesTime(user: "李雷 :pv") == "files:{李雷 :pv}:time")
  }

  @Test func aKeysNameSaysWhatItIs() {
    let user = "李雷 :pv"
    #expect(Keys.kind(of: Keys.user(user)) == .user(user))
    #expect(Keys.kind(of: Keys.files(user: user)) == .files(user: user))
    #expect(Keys.kind(of: Keys.picture(urlmd5: "c3")) == .picture(urlmd5: "c3"))
    #expect(Keys.kind(of: Keys.blob(md5: "e1")) == .blob(md5: "e1"))
    #expect(Keys.kind(of: Keys.shares) == .shares)
    for key in [
      Keys.filesTime(user: user), Keys.filesPV(user: user), Keys.filesShared(user: user),
      Keys.filesVersion(user: user), Keys.filesDeleting(user: user), Keys.pictures(user: user),
      Keys.picturesTime(user: user), Keys.filesBytes(user: user),
    ] {
      #expect(Keys.kind(of: key) == .index(user: user), "\(key)")
    }
    for key in [Keys.sharesTime, Keys.sharesPV, Keys.sharesVersion, Keys.orphansDue] {
      #expect(Keys.kind(of: key) == .derived, "\(key)")
    }
    for key in [
      Keys.sessions(user: user), Keys.throttle(user: user), Keys.throttle(address: "::1"),
    ] {
      #expect(Keys.kind(of: key) == .passing, "\(key)")
    }
    for key in ["", "user", "user:{a}:x", "else:{a}", "}user:{", "user:a", "shares"] {
      #expect(Keys.kind(of: key) == .unknown, "\(key)")
    }
  }
}
