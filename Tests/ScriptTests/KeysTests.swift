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
    #expect(Keys.orphansDue == "orphans:{due}")
    #expect(Keys.throttle(user: "alice") == "throttle:user:{alice}")
    #expect(Keys.throttle(address: "2001:db8::7") == "throttle:address:{2001:db8::7}")
  }

  @Test func aUsersNameMayHoldAnythingButBraces() {
    #expect(Keys.filesTime(user: "李雷 :pv") == "files:{李雷 :pv}:time")
  }
}
