import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

extension Scenarios {
  /// Everything that dies, fails or stops, while clients are at it: what was acknowledged is there,
  /// and nothing else is half there.
  @Suite(.serialized) struct S41Faults {
    /// `make soak` runs the random parts for longer.
    static let soakSeconds =
      ProcessInfo.processInfo.environment["PICBED_SOAK_SECONDS"].flatMap { Double($0) }
    static let seconds = soakSeconds ?? 8

    @Test("picbed, its Redis, or both killed at random moments under load lose nothing")
    func randomKills() throws {
      let seed = UInt64.random(in: 1..<1_000_000)
      let server = try PicbedServer(["--delete-grace", "1s"], onDisk: true)
      let end = monotonicNanoseconds() + UInt64(Self.seconds * 1e9)
      var random = SeededGenerator(seed: seed)
      let clients = try (0..<3).map { try FaultClient(server, seed: seed + $0) }
      let crew = FaultCrew(clients)
      var kills = [0, 0, 0]
      var outages: [Double] = []
      while monotonicNanoseconds() < end {
        let kind = Int.random(in: 0..<3, using: &random)
        let pause = UInt32.random(in: 50_000...500_000, using: &random)
        try crew.work {
          usleep(pause)
          if kind > 0, let redis = server.redisPid { Glibc.kill(redis, SIGKILL) }
          if kind != 1 { server.kill() }
        }
        kills[kind] += 1
        if kind != 1 { try FaultVerify.expectOnlyGarbage(server, "seed \(seed)") }
        let began = monotonicNanoseconds()
        if kind != 1 { try server.start() }
        #expect(Self.isReady(server), "\(server.log)")
        outages.append(Double(monotonicNanoseconds() - began) / 1e6)
        for client in clients { try client.audit() }
      }
      try FaultVerify.expectMended(server)
      let (done, open) = clients.reduce(into: (0, 0)) {
        $0.0 += $1.acknowledged
        $0.1 += $1.unknown
      }
      print(
        "kills of picbed, Redis, both: \(kills); calls acknowledged: \(done), unknown: \(open);",
        "lost: 0 unless reported; longest outage: \(Int(outages.max() ?? 0)) ms; seed \(seed)")
      try server.stop()
    }

    static let killed = [
      "upload.staged", "upload.published", "upload.claimed", "upload.added", "save.claimed",
      "save.added", "delete.begun", "delete.unshared", "delete.buried", "delete.released",
      "delete.ended", "share.claimed", "share.flagged", "share.dropped", "picture.noted",
      "picture.cancelled", "sweep.condemned", "sweep.unlinked", "sweep.forgotten",
      "snapshot.begun", "snapshot.written", "snapshot.named",
    ]

    @Test("SIGKILL at each step of each operation leaves what was acknowledged, and no half of it")
    func everyStep() throws {
      let server = try PicbedServer(["--delete-grace", "300ms"])
      let client = try FaultClient(server, seed: 41)
      let other = try server.newUser("saver")
      var found: Set<String> = []
      for point in Self.killed {
        try server.stop()
        try server.start(environment: ["PICBED_FAULTS": "\(point)=kill"])
        Self.playAll(client, other, server)
        if point.hasPrefix("snapshot") { server.process.send(SIGUSR1) }
        #expect(server.process.wait(seconds: 10) == .signal(SIGKILL), "\(point) was not reached")
        found.formUnion(
          try FaultVerify.expectOnlyGarbage(server, point).map { String($0.prefix { $0 != ":" }) })
        try server.start()
        try client.audit()
        // What a crash cut off is finished without anyone's help.
        let redis = try RedisProbe(socketPath: server.redisSocketPath)
        let isFinished = eventually(within: 10) {
          (try? redis.command("KEYS", "files:*:deleting").elements?.isEmpty) == true
        }
        #expect(isFinished, "\(point): a delete stays unfinished")
      }
      for kind in ["a blob is held by no row", "a file that no blob knows", "a delete was cut off"]
      {
        #expect(found.contains(kind), "no kill left what it should: \(found)")
      }
      try FaultVerify.expectMended(server)
      try client.audit()
      let leftOver = regularFiles(under: server.dataPath + "/blobs/tmp")
      #expect(leftOver.isEmpty, "\(leftOver)")
      try server.stop()
    }

    /// One call of each kind; they end where the server does.
    private static func playAll(
      _ client: FaultClient, _ other: PicbedUser, _ server: PicbedServer
    ) {
      client.upload()
      client.upload()
      guard let file = client.newestFile else { return }
      client.share(file)
      let saver = other.on(server.client)
      if (try? saver.call("/api/dealsharefile?cmd=save", file).code) == 0 {
        _ = try? saver.call("/api/dealfile?cmd=del", file)
      }
      let owner = client.user.on(server.client)
      let shared = try? owner.call("/api/sharepic?cmd=share", file)
      if let urlmd5 = shared?["urlmd5"] {
        _ = try? owner.call("/api/sharepic?cmd=cancel", ["urlmd5": urlmd5])
      }
      _ = try? owner.call("/api/sharepic?cmd=share", file)
      client.endShare(file)
      client.share(file)
      client.delete(file)
    }

    @Test("a disk that is full or fails: 507 or 503, nothing half stored, and all is well again")
    func disk() throws {
      let server = try PicbedServer(["--delete-grace", "300ms"])
      let client = try FaultClient(server, seed: 43)
      client.upload()
      let calls = ["write=ENOSPC", "sync=EIO", "link=EIO", "open=ENOSPC", "sync=ENOSPC"]
      for call in calls {
        try server.stop()
        // The start itself makes some of these calls.
        try server.start(environment: ["PICBED_FAULTS": "disk.\(call)@12-14"])
        for _ in 0..<30 { client.upload() }
        try client.audit()
      }
      try server.restart()
      try client.audit()
      let leftOver = server.settledFiles.filter { $0.contains("/tmp/") }
      #expect(leftOver.isEmpty, "\(leftOver)")
      #expect(client.unknown > 0, "no fault was met")
      try server.stop()
    }

    @Test("a snapshot that cannot be synced or named leaves the earlier ones, and serving goes on")
    func snapshotDisk() throws {
      let server = try PicbedServer()
      let client = try FaultClient(server, seed: 44)
      client.upload()
      for call in ["sync", "rename"] {
        try server.stop()
        try server.start(environment: ["PICBED_FAULTS": "snapshot.\(call)=ENOSPC@1-"])
        server.process.send(SIGUSR1)
        #expect(eventually(within: 10) { server.log.contains("no snapshot was taken") })
        try client.audit()
        let left = regularFiles(under: server.dataPath + "/snapshots").filter { $0 != ".lock" }
        #expect(left.isEmpty, "\(left)")
      }
      try server.stop()
    }

    /// How long Redis hangs, in seconds.
    private static let hungSeconds = 10.0

    @Test("Redis hung for 10 s: 503, no body is asked for, blobs are served, and nothing is lost")
    func hung() throws {
      let server = try PicbedServer(["--delete-grace", "300ms"])
      let clients = try (0..<2).map { try FaultClient(server, seed: 45 + $0) }
      let user = try server.newUser("asker")
      let bytes = Fixtures.bytes(40_000, seed: 450)
      let url = try #require(try user.upload("kept.bin", bytes).expect(code: 0)["url"]?.string)
      let redis = try #require(server.redisPid)
      let answers = Mutex<[Exchange]>([])
      let served = Mutex<[Int]>([])
      try FaultCrew(clients).work {
        usleep(300_000)
        Glibc.kill(redis, SIGSTOP)
        let end = Deadline(secondsFromNow: Self.hungSeconds)
        while !end.hasPassed {
          // A body of 500 MB that is never sent: the answer comes by the head alone.
          for expectation in [[(name: "Expect", value: "100-continue")], []] {
            let head = HTTPRequest(
              "PUT", "/api/upload/x.bin",
              headers: [user.basic, ("Content-Length", "500000000")] + expectation,
              framing: .unframed)
            if let answer = try? server.client.connect().exchange(head) {
              answers.withLock { $0.append(answer) }
            }
          }
          let status = try? server.client.download(url).response.status
          served.withLock { $0.append(status ?? 0) }
          usleep(200_000)
        }
        Glibc.kill(redis, SIGCONT)
      }
      let refused = answers.withLock { $0 }
      #expect(refused.count >= 4)
      for answer in refused {
        S23RedisOutage.expectUnavailable(answer)
        #expect(answer.response.interim.isEmpty, "the body was asked for: \(answer)")
      }
      #expect(served.withLock { $0 }.allSatisfy { $0 == 200 })
      #expect(Self.isReady(server))
      for client in clients {
        #expect(client.unknown > 0, "no call met the outage")
        try client.audit()
      }
      try FaultVerify.expectMended(server)
      for client in clients { try client.audit() }
      try server.stop()
    }

    @Test("Redis out of memory: 503, deletes go on without memory, and nothing is lost")
    func outOfMemory() throws {
      let server = try PicbedServer(["--delete-grace", "300ms"])
      let clients = try (0..<2).map { try FaultClient(server, seed: 45 + $0) }
      for client in clients { for _ in 0..<5 { client.upload() } }
      let probe = try RedisProbe(socketPath: server.redisSocketPath)
      let file = try #require(clients[0].newestFile)
      try probe.command("CONFIG", "SET", "maxmemory", "1")
      let user = clients[0].user
      S23RedisOutage.expectUnavailable(try user.upload("full.bin", [1, 2, 3]))
      clients[0].delete(file)
      try probe.command("CONFIG", "SET", "maxmemory", "0")
      try user.upload("after.bin", [1, 2, 3, 4]).expect(code: 0)
      try user.call("/api/dealfile?cmd=del", FileID("after.bin", [1, 2, 3, 4])).expect(code: 0)
      for client in clients { try client.audit() }
      // Bytes that were published for the refused upload, and are nobody's, go by themselves.
      let refused = Set([md5Hex([1, 2, 3])])
      let isTidy = eventually(within: 20) {
        let files = server.blobFiles.map {
          md5Hex(fileBytes(server.dataPath + "/blobs/group1/" + $0))
        }
        return refused.isDisjoint(with: files)
      }
      #expect(isTidy, "the bytes of a refused upload stay")
      try server.stop()
    }

    static func isReady(_ server: PicbedServer) -> Bool {
      eventually(within: 30) { (try? server.client.get("/readyz").response.status) == 200 }
    }
  }
}

/// Clients at work, each on a thread of its own, while something happens.
///
/// `@unchecked Sendable`: each client is used by one thread, and by the test when that has ended.
final class FaultCrew: @unchecked Sendable {
  private let clients: [FaultClient]

  init(_ clients: [FaultClient]) { self.clients = clients }

  /// Has all clients make calls until `body` has ended, and a little longer.
  func work(_ body: @escaping @Sendable () -> Void) throws {
    let isOver = Atomic<Bool>(false)
    _ = try inParallel(clients.count + 1) { [self] number in
      if number == clients.count {
        body()
        isOver.store(true, ordering: .releasing)
        return
      }
      while !isOver.load(ordering: .acquiring) { clients[number].step() }
    }
  }
}
