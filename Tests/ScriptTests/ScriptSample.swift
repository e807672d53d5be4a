import Domain
import TestSupport

/// One call of a script that does its work, from `ScriptStore.fill()` on. A new script must be
/// given one.
struct ScriptSample {
  let keys: [String]
  let arguments: [String]
  let reply: RedisValue
  /// The reply of a second run, if it is another one.
  var replyAgain: RedisValue?
  /// Counts each run: a second one changes what is stored.
  var isCounter = false

  init(_ keys: [String], _ arguments: [String], _ reply: RedisValue) {
    self.keys = keys
    self.arguments = arguments
    self.reply = reply
  }

  func again(_ reply: RedisValue) -> ScriptSample {
    var sample = self
    sample.replyAgain = reply
    return sample
  }

  func counting(_ reply: RedisValue) -> ScriptSample {
    var sample = again(reply)
    sample.isCounter = true
    return sample
  }

  /// Of alice, whose session these arguments prove.
  private static func session(
    _ keys: [String], _ arguments: [String], _ reply: RedisValue
  ) -> ScriptSample {
    ScriptSample(keys, [Sample.token, Sample.now] + arguments, reply)
  }

  init(of script: ScriptName) {
    let catRow = RedisValue.string(Sample.row("cat.png"))
    let urlmd5 = RedisValue.string(Sample.urlmd5)
    self =
      switch script {
      case .userCreate:
        ScriptSample([Keys.user("bob")], ["Bob", "", "", "bob's", Sample.created, ""], 0)
      case .passwordChange:
        .session([SampleKeys.sessions, SampleKeys.user], [Sample.pwd, "new"], 0)
      case .userDisable: ScriptSample([SampleKeys.user, SampleKeys.sessions], ["1000"], 0)
      case .userDelete:
        // As if alice had no files.
        ScriptSample(
          [
            SampleKeys.user, SampleKeys.sessions, SampleKeys.files + ":none",
            SampleKeys.files + ":none", SampleKeys.version,
          ], [], 0)
      case .inviteCreate: ScriptSample([Keys.invite(hash: "new")], ["1000", "4000000000"], 0)
      case .inviteTake: ScriptSample([invite], ["bob"], [0])
      case .passwordSet: ScriptSample([SampleKeys.user, SampleKeys.sessions], ["set"], 0)
      case .passwordUpgrade:
        ScriptSample([SampleKeys.user], [Sample.pwd, "better"], 0)
      case .rateTake:
        ScriptSample([Keys.rate(address: "192.0.2.7")], ["5000000", "1000000000", "9000000000"], 0)
          .counting(0)
      case .rateTakeUser:
        .session(
          [SampleKeys.sessions, Keys.rate(user: "alice")], ["5000000", "1000000000", "9000000000"],
          [0, 4_000_086_400, 0]
        ).counting([0, 4_000_086_400, 0])
      case .loginFailed:
        ScriptSample([Keys.throttle(user: "alice")], ["900"], 1).counting(2)

      case .sessionCreate:
        ScriptSample(
          [SampleKeys.sessions, SampleKeys.user],
          [Sample.otherToken, Sample.now, Sample.expiry, Sample.pwd, "10"], 0)
      case .sessionCheck: .session([SampleKeys.sessions], [], [0, 4_000_086_400])
      case .sessionRenew: .session([SampleKeys.sessions], ["4000090000"], 1)
      case .sessionEnd: .session([SampleKeys.sessions], [], 0).again(4)

      case .sessionList:
        .session(
          [SampleKeys.sessions], [],
          [0, 4_000_086_400, [.string(Sample.token), .string(Sample.expiry)]])
      case .sessionRevoke:
        .session([SampleKeys.sessions], ["a1a1"], [0, 4_000_086_400, 1]).again([4])

      case .fileAdd:
        ScriptSample(
          SampleKeys.add,
          [
            Sample.fox, Sample.rowPrefix("fox", hold: "00000003"), "1", "fresh-2", "5",
            "0", "0",
          ],
          [0])
      case .fileCount: .session([SampleKeys.sessions, SampleKeys.time], [], [0, 4_000_086_400, 2])
      case .fileDelete:
        .session(SampleKeys.delete, [Sample.cat, "fresh-2"], [0, 4_000_086_400, catRow, urlmd5])
      case .fileDeleted:
        ScriptSample([SampleKeys.deleting], ["gone", "row"], 1).again(0)
      case .fileFind:
        .session(
          [SampleKeys.sessions, SampleKeys.files], [Sample.cat], [0, 4_000_086_400, catRow])
      case .fileList:
        .session(
          SampleKeys.list, ["0", "1", "asc", ""],
          [0, 4_000_086_400, .string(Sample.version), 2, [catRow], ["0"], [1]])
      case .fileMend:
        ScriptSample(SampleKeys.mend, [Sample.cat, "fresh-2"], 1)
      case .fileSum:
        ScriptSample([SampleKeys.version, SampleKeys.bytes], ["5", Sample.version], 1)
      case .fileView:
        .session(SampleKeys.view, [Sample.cat, "fresh-2"], [0, 4_000_086_400, 1])
          .counting([0, 4_000_086_400, 2])

      case .shareClaim:
        ScriptSample(
          SampleKeys.shares, [Sample.dog, "alice", Sample.sharePrefix("dog.png"), "1", "fresh-2"], 0
        )
      case .shareDrop:
        ScriptSample(SampleKeys.shares, [Sample.cat, "alice", "", "fresh-2"], 0).again(1)
      case .shareFlag:
        ScriptSample(SampleKeys.flag, [Sample.dog, "1", "fresh-2"], 0)
      case .shareList:
        ScriptSample(
          SampleKeys.shares, ["0", "10", "asc", ""],
          [.string(Sample.version), 1, [.string(Sample.share("cat.png"))], ["0"]])
      case .shareMend:
        ScriptSample(SampleKeys.shares, [Sample.cat, "fresh-2"], 1)
      case .shareRank:
        ScriptSample(
          SampleKeys.ranking, ["0", "10", ""],
          [.string(Sample.version), 1, [.string(Sample.cat), "0"]])
      case .shareView:
        ScriptSample(SampleKeys.ranking, [Sample.cat, "fresh-2"], [0, 1]).counting([0, 2])

      case .pictureShare:
        .session(
          SampleKeys.pictureShare, [Sample.cat, "fresh", "2000"],
          [0, 4_000_086_400, urlmd5, catRow, 1000])
      case .pictureCreate:
        ScriptSample(
          [Keys.picture(urlmd5: "new")], ["alice", Sample.dog, Sample.blob, "1000"], 1
        ).again(0)
      case .pictureList:
        .session(
          SampleKeys.pictureShare, ["0", "10", "desc"],
          [0, 4_000_086_400, 1, [urlmd5, "1000"], [catRow]])
      case .pictureBrowse: ScriptSample([SampleKeys.picture], [], seen(1)).counting(seen(2))
      case .picturePeek: ScriptSample([SampleKeys.picture], [], seen(0))
      case .pictureCancel:
        .session(SampleKeys.pictureCancel, [Sample.urlmd5], [0, 4_000_086_400])
          .again([1, 4_000_086_400])
      case .pictureMend:
        ScriptSample(SampleKeys.pictureMend, [Sample.dog, "fresh", "1000"], 1)
      case .pictureBury: ScriptSample([SampleKeys.picture], [], 1)

      case .blobClaim:
        ScriptSample(
          SampleKeys.blobs, ["5", Sample.blob, Sample.holder("dog.png"), "0"], 0)
      case .blobClaimKnown:
        ScriptSample(
          SampleKeys.blobs, [Sample.holder("dog.png")],
          [0, "5", .string(Sample.blob)])
      case .blobRelease: ScriptSample(SampleKeys.blobs, [Sample.holder("cat.png"), "1000"], 0)
      case .blobCondemn: ScriptSample(orphan, ["2000", "500"], [0, "orphaned path"])
      case .blobForget: ScriptSample(condemned, [], 1).again(0)
      case .orphanSettle: ScriptSample([Keys.orphansDue], ["orphan", "1500"], 1).again(0)
      }
  }
}

private let orphan = [Keys.blob(md5: "orphan")]
private let invite = Keys.invite(hash: "invited")
private let condemned = [Keys.blob(md5: "condemned")]

private func seen(_ pv: Int64) -> RedisValue {
  [0, "alice", .string(Sample.cat), .string(Sample.blob), "1000", .integer(pv)]
}

extension ScriptStore {
  /// Something for every script to work on: alice with two files, one of them shared in both ways,
  /// an unfinished delete, and blobs in every state.
  func fill() throws {
    try signIn()
    try run(
      .blobClaim, SampleKeys.blobs, "5", Sample.blob, Sample.holder("cat.png"), "0")
    try addFile("cat.png")
    try addFile("dog.png", hold: "00000002")
    try redis("HSET", SampleKeys.deleting, "gone", "- row")
    try run(.inviteCreate, [invite], "1000", "4000000000")

    try run(
      .shareClaim, SampleKeys.shares, Sample.cat, "alice", Sample.sharePrefix("cat.png"),
      Sample.created, Sample.version)
    try run(.shareFlag, SampleKeys.flag, Sample.cat, "1", Sample.version)
    _ = try runForAlice(
      .pictureShare, SampleKeys.pictureShare, Sample.cat, Sample.urlmd5, "1000")
    try run(.pictureCreate, [SampleKeys.picture], "alice", Sample.cat, Sample.blob, "1000")

    for keys in [orphan, condemned] {
      try run(.blobClaim, keys, "5", "orphaned path", "bob/x@00000009", "0")
      try run(.blobRelease, keys, "bob/x@00000009", "1000")
    }
    try run(.blobCondemn, condemned, "2000", "500")
    try redis("ZADD", Keys.orphansDue, "1500", "orphan", "1500", "condemned")
  }
}
