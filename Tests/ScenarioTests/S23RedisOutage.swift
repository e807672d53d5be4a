import Glibc
import TestSupport
import Testing

extension Scenarios {
  /// Redis away: 503 with Retry-After at once, blobs as ever, and recovery without help.
  @Suite(.serialized) struct S23RedisOutage {
    /// The longest that a call may take while Redis is away.
    static let answerMillisecondsMax = 10_000.0

    /// Calls of every kind that need Redis.
    static func calls(_ user: PicbedUser, _ file: FileID) -> [() throws -> Exchange] {
      [
        { try user.call("/api/myfiles?cmd=count") },
        { try user.call("/api/dealfile?cmd=pv", file) },
        { try user.client.api("/api/sharefiles?cmd=normal", ["start": 0, "count": 1]) },
        {
          try user.client.api(
            "/api/login", ["user": .string(user.name), "pwd": .string(user.password)])
        },
        { try user.upload("outage.bin", Fixtures.bytes(100, seed: 230)) },
      ]
    }

    static func expectUnavailable(
      _ reply: Exchange, sourceLocation: SourceLocation = #_sourceLocation
    ) {
      reply.expect(status: 503, sourceLocation: sourceLocation)
      let delay = reply.response["Retry-After"].flatMap { Int($0) }
      #expect(
        delay ?? 0 > 0, "503 says when to come again: \(reply)", sourceLocation: sourceLocation)
    }

    @Test(
      "a Redis that hangs: 503 with Retry-After in time, blobs as ever, then all is well again"
    )
    func hangingRedis() throws {
      let server = try PicbedServer()
      let user = try server.newUser()
      let bytes = Fixtures.bytes(50_000, seed: 231)
      let file = FileID("kept.bin", bytes)
      let url = try #require(try user.upload(file.name, bytes).expect(code: 0)["url"]?.string)
      let redis = try #require(server.redisPid)
      Glibc.kill(redis, SIGSTOP)
      defer { Glibc.kill(redis, SIGCONT) }
      for call in Self.calls(user, file) {
        let answer = try measuringMilliseconds(call)
        Self.expectUnavailable(answer.result)
        #expect(
          answer.milliseconds < Self.answerMillisecondsMax,
          "\(answer.milliseconds) ms \(answer.result)")
        try expectDownload(url, is: bytes, on: server.client)
      }
      #expect(try server.client.get("/healthz").response.status == 200)
      #expect(try server.client.get("/readyz").response.status == 503)
      Glibc.kill(redis, SIGCONT)
      try Self.expectRecovery(server, user, file)
      try server.stop()
    }

    @Test("a Redis that dies: 503 or success meanwhile, a new one by itself, and nothing lost")
    func killedRedis() throws {
      let server = try PicbedServer()
      let user = try server.newUser()
      let bytes = Fixtures.bytes(50_000, seed: 232)
      let file = FileID("kept.bin", bytes)
      let url = try #require(try user.upload(file.name, bytes).expect(code: 0)["url"]?.string)
      for _ in 0..<2 {
        let redis = try #require(server.redisPid)
        Glibc.kill(redis, SIGKILL)
        let recovered = try eventually(within: 60) {
          let answer = try measuringMilliseconds { try user.call("/api/myfiles?cmd=count") }
          if answer.result.response.status != 200 { Self.expectUnavailable(answer.result) }
          #expect(answer.milliseconds < Self.answerMillisecondsMax, "\(answer.milliseconds) ms")
          try expectDownload(url, is: bytes, on: server.client)
          return answer.result.code == 0
        }
        #expect(recovered, "no recovery in 60 s: \(server.log)")
        #expect(server.redisPid != nil && server.redisPid != redis, "a new redis-server")
      }
      try Self.expectRecovery(server, user, file)
      try server.stop()
    }

    static func expectRecovery(_ server: PicbedServer, _ user: PicbedUser, _ file: FileID) throws {
      let ready = eventually(within: 60) {
        (try? server.client.get("/readyz").response.status) == 200
      }
      #expect(ready, "/readyz stays unready: \(server.log)")
      #expect(try user.entry(file) != nil)
      for call in calls(user, file) { try call().expect(code: 0) }
    }

    @Test(
      "an outside Redis: used where --redis says, left running, its outage survived too"
    )
    func outsideRedis() throws {
      let redis = try RedisServer(
        tcp: true, options: ["--requirepass", "pa55phrase", "--appendonly", "yes"])
      let port = try #require(redis.port)
      let url = "redis://:pa55phrase@127.0.0.1:\(port)/3"
      let server = try PicbedServer(["--redis", url])
      #expect(server.redisPid == nil, "no Redis of its own beside it")
      let user = try server.newUser()
      let file = try uploadedOn(server, user)
      let probe = try redis.probe()
      _ = try probe.command("AUTH", "pa55phrase")
      _ = try probe.command("SELECT", "3")
      #expect(try probe.command("EXISTS", "user:{\(user.name)}").integer == 1, "in database 3")
      redis.send(SIGSTOP)
      for call in Self.calls(user, file) { Self.expectUnavailable(try call()) }
      redis.send(SIGCONT)
      try Self.expectRecovery(server, user, file)
      try server.stop()
      #expect(try probe.command("PING").text == "PONG", "someone else's Redis stays")
      #expect(!server.log.contains("pa55phrase"), "its password is in the log")
    }

    @Test("an outside Redis on a unix socket")
    func outsideSocket() throws {
      let redis = try RedisServer()
      let server = try PicbedServer(["--redis", "unix:\(redis.socketPath)"])
      let user = try server.newUser()
      try Self.expectRecovery(server, user, uploadedOn(server, user))
      try server.stop()
    }

    private func uploadedOn(_ server: PicbedServer, _ user: PicbedUser) throws -> FileID {
      try user.upload("kept.bin", Fixtures.png).expect(code: 0)
      return FileID("kept.bin", Fixtures.png)
    }
  }
}
