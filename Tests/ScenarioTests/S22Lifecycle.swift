import Glibc
import TestSupport
import Testing

extension Scenarios {
  /// Start, stop and sudden death: nothing acknowledged is lost, nothing is left running.
  @Suite(.serialized) struct S22Lifecycle {
    @Test(
      "the start prints the URL, the data folder and a redis-cli line that works"
    )
    func banner() throws {
      let server = try PicbedServer(onDisk: true)
      #expect(
        server.output.contains("picbed listening on http://\(server.client.host)"),
        "\(server.output)")
      #expect(server.output.contains("redis-cli -s \(server.redisSocketPath)"), "\(server.output)")
      #expect(server.output.contains(server.dataPath), "\(server.output)")
      let redis = try RedisProbe(socketPath: server.redisSocketPath)
      #expect(try redis.command("PING").text == "PONG")
      #expect(try redis.command("CONFIG", "GET", "appendonly").texts.last == "yes")
      #expect(try redis.command("CONFIG", "GET", "appendfsync").texts.last == "always")
      try server.stop()
    }

    @Test("--durability everysec is handed on to the managed Redis")
    func everySecond() throws {
      let server = try PicbedServer(["--durability", "everysec"])
      let redis = try RedisProbe(socketPath: server.redisSocketPath)
      #expect(try redis.command("CONFIG", "GET", "appendfsync").texts.last == "everysec")
      try server.stop()
    }

    @Test("everything is there again after a stop and a start")
    func survivesRestart() throws {
      let server = try PicbedServer(onDisk: true)
      let world = try World(server)
      let redis = try #require(server.redisPid)
      try server.stop()
      #expect(!ProcessTable.isRunning(redis), "the managed Redis ends with its server")
      try server.start()
      try world.check(server)
      try server.stop()
    }

    @Test("everything is there again after SIGKILL, and the managed Redis was not left behind")
    func survivesKill() throws {
      let server = try PicbedServer(onDisk: true)
      let world = try World(server)
      let redis = try #require(server.redisPid)
      server.kill()
      #expect(
        eventually(within: 30) { !ProcessTable.isRunning(redis) },
        "redis-server \(redis) outlived picbed")
      try server.start()
      try world.check(server)
      try server.stop()
    }

    /// One of everything that a server stores.
    struct World {
      let alice: PicbedUser
      let file: FileID
      let picture: String
      let entries: [ListedFile]

      init(_ server: PicbedServer) throws {
        alice = try server.newUser("alice")
        let bob = try server.newUser("bob")
        file = FileID("world.png", Fixtures.png)
        try alice.upload(file.name, Fixtures.png).expect(code: 0)
        try alice.upload("second.gif", Fixtures.gif).expect(code: 0)
        try alice.call("/api/dealfile?cmd=pv", file).expect(code: 0)
        try alice.call("/api/dealfile?cmd=share", file).expect(code: 0)
        try bob.call("/api/dealsharefile?cmd=save", file).expect(code: 0)
        for _ in 0..<3 { try bob.call("/api/dealsharefile?cmd=pv", file).expect(code: 0) }
        let shared = try alice.call("/api/sharepic?cmd=share", file).expect(code: 0)
        picture = try #require(shared["urlmd5"]?.string)
        try server.client.api("/api/sharepic?cmd=browse", ["urlmd5": .string(picture)]).expect(
          code: 0)
        entries = try alice.files().entries
      }

      func check(_ server: PicbedServer) throws {
        let client = server.client
        let alice = alice.on(client)
        // The token of before is still good, and so is the password.
        let now = try alice.files().entries
        #expect(now.map(\.id) == entries.map(\.id) && now.map(\.pv) == [1, 0], "\(now)")
        #expect(
          now.map(\.createTime) == entries.map(\.createTime) && now.map(\.shareStatus) == [1, 0])
        _ = try alice.signedInAgain()
        try expectDownload(now[0].url, is: Fixtures.png, on: client)
        try expectDownload(now[1].url, is: Fixtures.gif, on: client)
        #expect(try client.shares().entries.map(\.pv) == [3])
        #expect(try client.ranking().entries == [RankedFile(name: file.name, pv: 3)])
        let browsed = try client.api("/api/sharepic?cmd=browse", ["urlmd5": .string(picture)])
        #expect(browsed["pv"] == 2, "\(browsed)")
      }
    }

    @Test("SIGTERM finishes what is in flight, takes no more, and exits with 0")
    func finishesUploads() throws {
      let server = try PicbedServer(onDisk: true)
      let user = try server.newUser()
      let bytes = Fixtures.bytes(300_000, seed: 220)
      let request = HTTPRequest(
        "PUT", "/api/upload/flight.bin", headers: [user.basic, ("Expect", "100-continue")],
        body: bytes)
      let connection = try server.client.connect()
      try connection.send(request.headBytes(host: "h"))
      // The 100 shows that the head has been read: from here on it is in flight.
      #expect(try connection.hasBytes(withinMilliseconds: 30_000))
      try connection.send(Array(bytes[..<200_000]))
      server.process.send(SIGTERM)
      let client = server.client
      let refuses = eventually(within: 30) {
        // A new connection is refused, or taken and closed without an answer.
        (try? client.get("/healthz").response.status) != 200
      }
      #expect(refuses, "it goes on serving newcomers after SIGTERM")
      try connection.send(Array(bytes[200_000...]))
      Exchange(request, try connection.readResponse(to: "PUT")).expect(code: 0)
      #expect(
        server.process.wait(seconds: PicbedServer.stopSecondsMax) == .exit(0), "\(server.log)")
      try server.start()
      #expect(
        try user.on(server.client).entry(FileID("flight.bin", bytes)) != nil,
        "what was answered is kept")
      try server.stop()
    }

    @Test("an idle connection and a stalled upload do not keep it from ending")
    func boundedStop() throws {
      let server = try PicbedServer(["--drain", "1s"], onDisk: true)
      let user = try server.newUser()
      let idle = try server.client.connect()
      _ = try idle.exchange(HTTPRequest("GET", "/healthz"))
      let stalled = try server.client.connect()
      let head = HTTPRequest(
        "PUT", "/api/upload/stalled.bin", headers: [user.basic, ("Content-Length", "1000")],
        framing: .unframed)
      try stalled.send(head.headBytes(host: "h") + [1, 2, 3])
      try user.call("/api/myfiles?cmd=count").expect(code: 0)
      try server.stop()
    }

    @Test("uploads that were answered before SIGKILL are all there after it, whole")
    func acknowledgedUploads() throws {
      let server = try PicbedServer(onDisk: true)
      let user = try server.newUser()
      let client = server.client
      let acknowledged = try inParallel(5) { number -> [FileID] in
        if number == 4 {
          _ = eventually(within: 1.5) { false }
          server.process.send(SIGKILL)
          return []
        }
        var done: [FileID] = []
        for round in 0..<100_000 {
          let bytes = Fixtures.bytes(20_000, seed: UInt64(number * 1_000_000 + round))
          // The server dies under one of these: no answer then, and no promise.
          guard let reply = try? user.on(client).upload("\(number)-\(round)", bytes),
            reply.code == 0
          else { break }
          done.append(FileID("\(number)-\(round)", bytes))
        }
        return done
      }.flatMap { $0 }
      server.kill()
      #expect(!acknowledged.isEmpty)
      try server.start()
      let restarted = user.on(server.client)
      var listed: [FileID: ListedFile] = [:]
      var start = 0
      while true {
        let page = try restarted.files(start: start)
        if page.entries.isEmpty { break }
        for entry in page.entries { listed[entry.id] = entry }
        start += page.entries.count
      }
      for file in acknowledged {
        #expect(listed[file] != nil, "\(file) was answered with 0 and is lost")
      }
      // What is listed can be downloaded, acknowledged or not.
      for entry in listed.values {
        let answer = try server.client.download(entry.url)
        #expect(
          answer.response.status == 200 && md5Hex(answer.response.body) == entry.md5, "\(entry)")
      }
      try server.stop()
    }
  }
}
