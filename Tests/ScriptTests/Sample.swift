import Domain
import TestSupport

/// Values that the tests share. The times are in the far future: Redis itself deletes a key of
/// sessions whose expiry is past by its own clock.
enum Sample {
  static let now = "4000000000"
  static let expiry = "4000086400"
  static let created = "4000000000000"
  static let token = String(repeating: "a1", count: 32)
  static let otherToken = String(repeating: "b2", count: 32)
  static let pwd = "$scrypt$ln=14,r=8,p=1$salt$hash"
  static let md5 = "e10adc3949ba59abbe56e057f20f883e"
  static let blob = "group1/M00/5E/5E/Xl5eXl5eXl5eXl5eXl5eXl5eXl5eXl5eXl5eXl5eXl4"
  /// What scripts that change a list set as its version.
  static let version = "fresh-1"
  static let urlmd5 = String(repeating: "c3", count: 16)

  static let cat = id("cat.png")
  static let dog = id("dog.png")
  static let fox = id("狐狸 \"fox\".png")

  static func id(_ name: String) -> String { md5 + ":" + name }

  /// A row as file_add takes it: without "created" and the closing brace.
  static func rowPrefix(_ name: String, hold: String = "00000001") -> String {
    let escaped = String(name.flatMap { $0 == "\"" ? "\\\"" : "\($0)" })
    return "{\"md5\":\"\(md5)\",\"name\":\"\(escaped)\",\"size\":5,\"type\":\"png\","
      + "\"blob\":\"\(blob)\",\"hold\":\"\(hold)\""
  }

  /// The row that is stored then.
  static func row(_ name: String, hold: String = "00000001", created: String = created) -> String {
    rowPrefix(name, hold: hold) + ",\"created\":\(created)}"
  }

  /// A row of the public list as share_claim takes it.
  static func sharePrefix(_ name: String, user: String = "alice") -> String {
    "{\"user\":\"\(user)\",\"md5\":\"\(md5)\",\"name\":\"\(name)\""
  }

  /// The row that is stored then.
  static func share(_ name: String, user: String = "alice", created: String = created) -> String {
    sharePrefix(name, user: user) + ",\"created\":\(created)}"
  }

  static func holder(_ name: String, user: String = "alice", hold: String = "00000001") -> String {
    "\(user)/\(name)@\(hold)"
  }
}

/// The keys of the sample user, picture and blob, in the order in which scripts take them.
enum SampleKeys {
  static let user = Keys.user("alice")
  static let sessions = Keys.sessions(user: "alice")
  static let files = Keys.files(user: "alice")
  static let time = Keys.filesTime(user: "alice")
  static let pv = Keys.filesPV(user: "alice")
  static let shared = Keys.filesShared(user: "alice")
  static let deleting = Keys.filesDeleting(user: "alice")
  static let pictures = Keys.pictures(user: "alice")
  static let picturesTime = Keys.picturesTime(user: "alice")
  static let picture = Keys.picture(urlmd5: Sample.urlmd5)
  static let blob = Keys.blob(md5: Sample.md5)

  static let version = Keys.filesVersion(user: "alice")

  static let bytes = Keys.filesBytes(user: "alice")

  static let mend = [files, time, pv, shared, version]
  static let pictureMend = [files, pictures, picturesTime]
  static let add = [user, files, time, pv, version, bytes]
  static let list = [sessions, files, time, pv, shared, version]
  static let listByPV = [sessions, files, pv, pv, shared, version]
  static let view = [sessions, pv, version]
  static let flag = [files, shared, version]
  static let delete = [
    sessions, files, time, pv, shared, deleting, pictures, picturesTime, version, bytes,
  ]
  static let shares = [Keys.shares, Keys.sharesTime, Keys.sharesPV, Keys.sharesVersion]
  static let ranking = [Keys.sharesPV, Keys.sharesVersion]
  static let pictureShare = [sessions, files, pictures, picturesTime]
  static let pictureCancel = [sessions, pictures, picturesTime]
  static let blobs = [blob]
}

/// Steps that bring a store into a state to start from.
extension ScriptStore {
  /// Alice, with one session.
  func signIn() throws {
    try run(
      .userCreate, [SampleKeys.user], "Al", "al@example.com", "123", Sample.pwd, Sample.created, "")
    try run(
      .sessionCreate, [SampleKeys.sessions, SampleKeys.user],
      Sample.token, Sample.now, Sample.expiry, Sample.pwd, "10")
  }

  /// Gives alice a file.
  func addFile(_ name: String, hold: String = "00000001", created: String = Sample.created) throws {
    try run(
      .fileAdd, SampleKeys.add, Sample.id(name), Sample.rowPrefix(name, hold: hold), created,
      Sample.version, "5", "0", "0")
  }

  /// Runs a script that acts for alice.
  func runForAlice(
    _ script: ScriptName, _ keys: [String], token: String = Sample.token, now: String = Sample.now,
    _ arguments: String...
  ) throws -> RedisValue {
    try run(script, keys, [token, now] + arguments)
  }
}
