import TestSupport

/// A store of many users and files, written straight into Redis as picbed's scripts would leave it:
/// uploads of that many would take minutes. All users have one session's token.
struct GeneratedStore {
  let users: [String]
  let filesPerUser: Int
  let pictures: [String]
  private let hash: String
  private let sessions: [String]
  /// For calls as any of the users.
  let model: PicbedUser

  /// Fills the Redis of `server`. Names need quoting, some equal counts need an order.
  init(users count: Int, filesPerUser: Int, on server: PicbedServer) throws {
    let probe = try RedisProbe(socketPath: server.redisSocketPath)
    model = try server.newUser("model")
    hash = try probe.command("HGET", "user:{\(model.name)}", "pwd").text ?? ""
    sessions = try probe.command("ZRANGE", "sessions:{\(model.name)}", "0", "-1", "WITHSCORES")
      .texts
    users = (0..<count).map { "gen \($0) \"雷\"/\\" }
    self.filesPerUser = filesPerUser
    var random = SeededGenerator(seed: 30)
    var pictures: [String] = []
    for (number, user) in users.enumerated() {
      try Self.write(
        user, number, filesPerUser, hash: hash, to: probe, using: &random, pictures: &pictures)
    }
    self.pictures = pictures
    try signIn(probe)
  }

  func user(_ name: String, on client: HTTPClient) -> PicbedUser {
    var user = model.on(client)
    (user.name, user.sessionCookie) = (name, "")
    return user
  }

  /// Sessions are in no snapshot.
  func signIn(_ probe: RedisProbe) throws {
    for user in users {
      try probe.command("ZADD", "sessions:{\(user)}", sessions[1], sessions[0])
    }
  }

  private static func write(
    _ user: String, _ number: Int, _ count: Int, hash: String, to probe: RedisProbe,
    using random: inout SeededGenerator, pictures: inout [String]
  ) throws {
    try probe.command(
      "HSET", "user:{\(user)}", "nick", "42", "email", "", "phone", "", "pwd", hash, "created",
      "17", "later", "a field of another version")
    var files = ["HSET", "files:{\(user)}"]
    var time = ["ZADD", "files:{\(user)}:time"]
    var views = ["ZADD", "files:{\(user)}:pv"]
    var flags = ["SADD", "files:{\(user)}:shared"]
    for index in 0..<count {
      // Every third file has bytes that another user has too.
      let owner = index % 3 == 0 ? 0 : number + 1
      let md5 = hex(owner, 16) + hex(index, 16)
      let name = "图 \(index) \"\(number)\".jpg"
      let id = "\(md5):\(name)"
      let created = 1_700_000_000_000 + index / 2
      let blob =
        "group1/M00/00/00/" + String(repeating: "A", count: 27) + hex(owner, 8) + hex(index, 8)
      let quoted = name.replacing("\"", with: "\\\"")
      let rest =
        "\"md5\":\"\(md5)\",\"name\":\"\(quoted)\",\"size\":\(index + 1),\"type\":\"jpg\","
        + "\"blob\":\"\(blob)\",\"hold\":\"\(hex(index, 8))\",\"created\":"
      files += [id, "{\(rest)\(created)}"]
      time += ["\(created)", id]
      views += ["\(Int.random(in: 0..<50, using: &random))", id]
      try probe.command(
        "HSET", "blob:{\(md5)}", "size", "\(index + 1)", "name", blob, "state", "live",
        "\(user)/\(name)@\(hex(index, 8))", "")
      if index % 4 == 0 {
        let sharer = user.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        flags.append(id)
        try probe.command(
          "HSET", "shares:{public}", id, "{\"user\":\"\(sharer)\",\(rest)\(created + 5)}")
        try probe.command("ZADD", "shares:{public}:time", "\(created + 5)", id)
        try probe.command(
          "ZADD", "shares:{public}:pv", "\(Int.random(in: 0..<9, using: &random))", id)
      }
      if index % 50 == 0 {
        let urlmd5 = hex(number, 16) + hex(index, 16)
        pictures.append(urlmd5)
        try probe.command(
          "HSET", "picture:{\(urlmd5)}", "user", user, "file", id, "blob", blob, "created",
          "\(created + 9)", "pv", "\(index % 7)")
        try probe.command("HSET", "pictures:{\(user)}", id, urlmd5, urlmd5, id)
        try probe.command("ZADD", "pictures:{\(user)}:time", "\(created + 9)", urlmd5)
      }
    }
    for command in [files, time, views, flags] { try probe.command(command) }
  }

  private static func hex(_ number: Int, _ digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: digits - text.count) + text
  }

  /// What every list, count, ranking, share and link answers, by call. Opening a link counts, so the
  /// same calls give the same answers only from the same state.
  func answers(of client: HTTPClient) throws -> [String: String] {
    var answers: [String: String] = [:]
    func ask(_ what: String, _ exchange: Exchange) {
      answers[what] = String(decoding: exchange.response.body, as: UTF8.self)
    }
    for name in users {
      let user = user(name, on: client)
      for call in ["count", "normal", "pvdesc", "pvasc"] {
        for start in stride(from: 0, to: filesPerUser, by: 1000) {
          ask(
            "\(name) \(call) \(start)",
            try user.call("/api/myfiles?cmd=\(call)", ["start": .integer(start), "count": 1000]))
        }
      }
      ask(
        "\(name) pictures", try user.call("/api/sharepic?cmd=normal", ["start": 0, "count": 1000]))
    }
    for call in ["count", "normal", "pvdesc"] {
      for start in stride(from: 0, to: users.count * filesPerUser / 4, by: 1000) {
        ask(
          "public \(call) \(start)",
          try client.api(
            "/api/sharefiles?cmd=\(call)", ["start": .integer(start), "count": 1000]))
      }
    }
    for urlmd5 in pictures {
      ask("link \(urlmd5)", try client.api("/api/sharepic?cmd=browse", ["urlmd5": .string(urlmd5)]))
    }
    return answers
  }
}
