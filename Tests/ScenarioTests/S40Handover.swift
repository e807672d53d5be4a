import Glibc
import Synchronization
import TestSupport
import Testing

extension Scenarios {
  /// One picbed takes over from another while clients are at it: nobody notices.
  @Suite(.serialized) struct S40Handover {
    @Test("ten restarts by take-over under wrk and slow uploads: no request fails")
    func restartsUnderLoad() throws {
      let server = try PicbedServer()
      try Self.restartUnderLoad(server, restarts: max(10, Int(S41Faults.soakSeconds ?? 0) / 3))
      try server.stop()
    }

    @Test("the same with TLS")
    func restartsWithTLS() throws {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let certificate = try TLSCertificate(in: folder)
      let server = try PicbedServer([
        "--tls-cert", certificate.certificatePath, "--tls-key", certificate.keyPath,
      ])
      try Self.restartUnderLoad(server, restarts: 2)
      try server.stop()
    }

    /// So that some of the slow uploads, which take a second, begin with one picbed and end under the
    /// next but one.
    private static let pauseMicroseconds: UInt32 = 300_000

    /// Has wrk and clients of every kind work on `server` while it is replaced `restarts` times.
    static func restartUnderLoad(_ server: PicbedServer, restarts: Int) throws {
      let load = try HandoverLoad(server)
      let redis = try #require(server.redisPid)
      let endings = Mutex<[ChildProcess.Ending?]>([])
      let wrk = try WrkRun(server.client, load.user, picture: load.url)
      let counts = try inParallel(HandoverLoad.clients + 1) { number -> Int in
        guard number == HandoverLoad.clients else { return try load.run(number) }
        defer { load.finish() }
        var old: [ChildProcess] = []
        for _ in 0..<restarts {
          usleep(Self.pauseMicroseconds)
          old.append(try server.takeOver())
        }
        usleep(Self.pauseMicroseconds)
        let ends = old.map { $0.wait(seconds: PicbedServer.stopSecondsMax) }
        endings.withLock { $0 = ends }
        return 0
      }
      let report = try wrk.finish()
      #expect(endings.withLock { $0 } == Array(repeating: .exit(0), count: restarts))
      #expect(load.failures.isEmpty, "of \(counts.reduce(0, +)) requests: \(load.failures)")
      #expect(report.problems.isEmpty && report.requests > 0, "\(report)")
      #expect(server.redisPid == redis, "one redis-server served them all")
      print(
        "take-overs: \(restarts), requests of wrk: \(report.requests), failed:",
        "\(report.problems.count); of the others: \(counts), failed: \(load.failures.count)")
      try load.checkStored(server)
    }

    @Test("a take-over that cannot serve leaves the old one, its lock and its Redis as they are")
    func failedTakeOver() throws {
      let server = try PicbedServer()
      let user = try server.newUser()
      let redis = try #require(server.redisPid)
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let occupied = try PicbedServer()
      let run = try PicbedBinary.run(
        ["serve", "--listen", occupied.client.host, "--data", server.dataPath, "--take-over"],
        in: folder)
      S21Commands.expectRefused(run, naming: occupied.client.host, linesMax: 20)
      let other = try PicbedBinary.run(
        [
          "serve", "--listen", server.client.host, "--data", server.dataPath, "--take-over",
          "--redis", "unix:\(occupied.redisSocketPath)",
        ], in: folder)
      S21Commands.expectRefused(other, naming: "another Redis", linesMax: 20)
      // This one has been given everything when it finds that it cannot serve.
      Glibc.kill(redis, SIGSTOP)
      let late = try PicbedBinary.run(
        ["serve", "--listen", server.client.host, "--data", server.dataPath, "--take-over"],
        in: folder)
      Glibc.kill(redis, SIGCONT)
      S21Commands.expectRefused(late, naming: "cannot use Redis", linesMax: 20)
      #expect(eventually(within: 30) { (try? user.files().total) == 0 })
      try user.upload("after.png", Fixtures.png).expect(code: 0)
      #expect(server.process.poll() == nil && server.redisPid == redis)
      let again = try PicbedBinary.run(
        ["serve", "--listen", "127.0.0.1:0", "--data", server.dataPath], in: folder)
      S21Commands.expectRefused(again, naming: "pid \(server.pid)")
      // And it can still be taken over from.
      let old = try server.takeOver()
      #expect(old.wait(seconds: PicbedServer.stopSecondsMax) == .exit(0))
      #expect(try user.files().total == 1)
      try server.stop()
      try occupied.stop()
    }

    @Test("--take-over with nobody to take over from is an ordinary start")
    func nobodyThere() throws {
      let server = try PicbedServer(["--take-over"])
      let user = try server.newUser()
      server.kill()
      try server.start()
      try user.on(server.client).upload("a.png", Fixtures.png).expect(code: 0)
      try server.stop()
    }

    @Test("after a take-over the lock and Redis are the new one's, and end with it")
    func ownership() throws {
      let server = try PicbedServer()
      let user = try server.newUser()
      let redis = try #require(server.redisPid)
      let old = try server.takeOver()
      #expect(old.wait(seconds: PicbedServer.stopSecondsMax) == .exit(0))
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let second = try PicbedBinary.run(
        ["serve", "--listen", "127.0.0.1:0", "--data", server.dataPath], in: folder)
      S21Commands.expectRefused(second, naming: "pid \(server.pid)")
      Glibc.kill(redis, SIGKILL)
      #expect(eventually(within: 30) { (try? user.files().total) == 0 }, "Redis is started again")
      let next = try #require(server.redisPid)
      server.kill()
      #expect(
        eventually(within: 30) { !ProcessTable.isRunning(next) }, "redis-server outlived picbed")
      try server.start()
      #expect(try user.on(server.client).files().total == 0)
      try server.stop()
    }

    @Test("a keeper of Redis that is killed has a successor, and nothing acknowledged is lost")
    func killedKeeper() throws {
      let server = try PicbedServer(onDisk: true)
      let user = try server.newUser()
      try user.upload("kept.png", Fixtures.png).expect(code: 0)
      let redis = try #require(server.redisPid)
      let keeper = try #require(ProcessTable.parent(of: redis))
      #expect(keeper != server.pid)
      Glibc.kill(keeper, SIGKILL)
      #expect(eventually(within: 30) { !ProcessTable.isRunning(redis) })
      #expect(eventually(within: 30) { (try? user.files().total) == 1 }, "\(server.log)")
      try server.stop()
      #expect(server.redisPid == nil)
    }
  }
}

/// Clients of a server that is replaced under them: each request must succeed.
final class HandoverLoad: Sendable {
  static let clients = 6
  private static let slowUploads = 2
  private static let failuresShown = 20

  let user: PicbedUser
  let url: String
  private let state = Mutex(State())

  private struct State {
    var isOver = false
    var failures: [String] = []
    var stored: [FileID] = []
  }

  init(_ server: PicbedServer) throws {
    user = try server.newUser("load")
    url = try user.upload("picture.png", Fixtures.png).expect(code: 0)["url"]?.string ?? ""
  }

  var failures: [String] { state.withLock { $0.failures } }

  func finish() { state.withLock { $0.isOver = true } }

  /// Makes requests until the load is over; answers how many.
  func run(_ number: Int) throws -> Int {
    var connection = try user.client.connect()
    var count = 0
    while !state.withLock({ $0.isOver }) {
      count += 1
      let file = Fixtures.bytes(number < Self.slowUploads ? 60_000 : 3_000, seed: UInt64(count))
      let name = "\(number)-\(count)"
      do {
        let response: HTTPResponse
        switch number {
        case 0..<Self.slowUploads: response = try slowUpload(name, file)
        case Self.slowUploads:
          // A connection for each request.
          response = try user.client.get("/group1" + url.split(separator: "/group1")[1]).response
        case Self.slowUploads + 1:
          let request = HTTPRequest("PUT", "/api/upload/\(name)", headers: [user.basic], body: file)
          response = try connection.exchange(request).response
        default:
          let call = HTTPRequest(
            "POST", "/api/myfiles?cmd=normal", body: user.proof(["start": 0, "count": 10]).bytes)
          response = try connection.exchange(call).response
        }
        if response.status != 200 { fail(number, "\(response.text)") }
        if response.status == 200, number < 2 || number == 3 {
          state.withLock { $0.stored.append(FileID(name, file)) }
        }
        if response.closesConnection { connection = try user.client.connect() }
      } catch {
        fail(number, "\(error)")
        connection = try user.client.connect()
      }
    }
    return count
  }

  /// An upload that takes a second: some of them begin with one picbed and end under the next.
  private func slowUpload(_ name: String, _ bytes: [UInt8]) throws -> HTTPResponse {
    let request = HTTPRequest("PUT", "/api/upload/\(name)", headers: [user.basic], body: bytes)
    let connection = try user.client.connect()
    try connection.send(request.headBytes(host: user.client.host))
    try connection.send(bytes, inPiecesOf: bytes.count / 10, pauseMicroseconds: 100_000)
    return try connection.readResponse(to: "PUT")
  }

  private func fail(_ number: Int, _ what: String) {
    state.withLock {
      if $0.failures.count < Self.failuresShown { $0.failures.append("client \(number): \(what)") }
    }
  }

  /// Everything that was acknowledged is there, with its bytes.
  func checkStored(_ server: PicbedServer) throws {
    let stored = state.withLock { $0.stored }
    #expect(!stored.isEmpty)
    var listed: [FileID: ListedFile] = [:]
    var page = try user.files()
    while !page.entries.isEmpty {
      for entry in page.entries { listed[entry.id] = entry }
      page = try user.files(start: listed.count)
    }
    for file in stored {
      let entry = try #require(listed[file], "\(file) was acknowledged and is lost")
      let answer = try server.client.download(entry.url)
      #expect(md5Hex(answer.response.body) == file.md5, "\(file)")
    }
  }
}
