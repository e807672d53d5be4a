import Glibc
import TestSupport
import Testing

extension Scenarios {
  /// The command line: help, options, environment, and what cannot be served.
  @Suite(.serialized) struct S21Commands {
    static let options = [
      "--listen", "--data", "--redis", "--threads", "--public-url", "--durability",
      "--max-upload", "--web-root", "--open-legacy-endpoints", "--delete-grace", "--request-log",
      "--snapshot-every", "--keep-snapshots",
      "--log-format",
      "--log-level", "--drain", "--take-over",
    ]

    @Test("--help names the subcommands; serve --help names every option")
    func help() throws {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let top = try PicbedBinary.run(["--help"], in: folder)
      #expect(
        top.ending == .exit(0) && top.output.contains("serve") && top.errors.isEmpty, "\(top)")
      let serve = try PicbedBinary.run(["serve", "--help"], in: folder)
      #expect(serve.ending == .exit(0) && serve.errors.isEmpty, "\(serve)")
      for option in Self.options {
        #expect(serve.output.contains(option), "\(option) is not in \(serve)")
      }
      #expect(serve.output.contains("PICBED_"), "options come from variables too: \(serve)")
    }

    @Test(
      "a wrong option is refused with a line that names it",
      arguments: [
        ["--no-such-option"], ["--listen", "nonsense"], ["--listen", "127.0.0.1:99999"],
        ["--max-upload", "12parsecs"],
        ["--threads", "0"], ["--threads", "x"], ["--durability", "sometimes"],
        ["--request-log", "1/0"], ["--request-log", "some"], ["--log-format", "xml"],
        ["--delete-grace", "soon"], ["--snapshot-every", "10"], ["--keep-snapshots", "0"],
        ["--public-url", "not a url"], ["--log-level", "loud"], ["surplus"],
      ])
    func wrongOption(options: [String]) throws {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let run = try PicbedBinary.run(["serve", "--data", folder / "data"] + options, in: folder)
      Self.expectRefused(run, naming: options.last!, linesMax: 4)
    }

    /// A refusal: an exit code, not a signal, and one line that names what is wrong. Where the
    /// command line itself is wrong, its usage may follow.
    static func expectRefused(
      _ run: FinishedRun, naming what: String, linesMax: Int = 1,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      guard case .exit(let code) = run.ending, code != 0 else {
        Issue.record(
          "it should end with a code other than 0: \(run)", sourceLocation: sourceLocation)
        return
      }
      let naming = run.errorLines.filter { $0.contains(what) }
      #expect(!naming.isEmpty, "no line names \(what): \(run)", sourceLocation: sourceLocation)
      #expect(
        run.errorLines.count <= linesMax, "\(linesMax) line(s) at most: \(run)",
        sourceLocation: sourceLocation)
      #expect(!run.output.contains("listening"), "\(run)", sourceLocation: sourceLocation)
    }

    @Test("a port in use is refused with one line")
    func portInUse() throws {
      let first = try PicbedServer()
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let address = first.client.host
      let run = try PicbedBinary.run(
        ["serve", "--listen", address, "--data", folder / "data"], in: folder)
      Self.expectRefused(run, naming: address)
      #expect(try first.client.get("/healthz").response.status == 200)
      try first.stop()
    }

    @Test("a data folder that cannot be made is refused with one line")
    func unwritableFolder() throws {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      // Below a file nobody can make a folder, root included.
      try writeFile(folder / "file", [])
      let data = folder / "file/data"
      let run = try PicbedBinary.run(
        ["serve", "--listen", "127.0.0.1:0", "--data", data], in: folder)
      Self.expectRefused(run, naming: data)
    }

    @Test(
      "a Redis that cannot be reached is refused with one line",
      arguments: [
        "redis://127.0.0.1:1", "unix:/nowhere/redis.sock", "redis://no-such-host.invalid:6379",
      ])
    func unreachableRedis(url: String) throws {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let run = try PicbedBinary.run(
        ["serve", "--listen", "127.0.0.1:0", "--data", folder / "data", "--redis", url], in: folder,
        seconds: 40)
      let place = url.split(separator: "/", maxSplits: 2).last.map(String.init) ?? url
      Self.expectRefused(run, naming: place)
    }

    @Test("a web root that is not there is refused with one line")
    func missingWebRoot() throws {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let root = folder / "no-web"
      let run = try PicbedBinary.run(
        ["serve", "--listen", "127.0.0.1:0", "--data", folder / "data", "--web-root", root],
        in: folder)
      Self.expectRefused(run, naming: root)
    }

    @Test("a second picbed on one data folder is refused with one line; the first goes on")
    func secondServer() throws {
      let first = try PicbedServer()
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let user = try first.newUser()
      let redis = first.redisPid
      let run = try PicbedBinary.run(
        ["serve", "--listen", "127.0.0.1:0", "--data", first.dataPath], in: folder)
      Self.expectRefused(run, naming: first.dataPath)
      try user.call("/api/myfiles?cmd=count").expect(code: 0)
      #expect(redis != nil && first.redisPid == redis, "and its Redis is the same one")
      try first.stop()
    }

    @Test("every option is a variable too")
    func environment() throws {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let process = try ChildProcess(
        try PicbedBinary.path(), ["serve"],
        environment: [
          "PICBED_LISTEN": "127.0.0.1:0", "PICBED_DATA": folder / "from-variable",
          "PICBED_PUBLIC_URL": "https://variable.example", "PICBED_MAX_UPLOAD": "1KiB",
          "PICBED_OPEN_LEGACY_ENDPOINTS": "true",
        ],
        outputPath: folder / "out", errorPath: folder / "err")
      defer { process.send(SIGKILL) }
      let line = #/picbed listening on http://127\.0\.0\.1:([0-9]+)/#
      #expect(
        eventually(within: 60) { process.output.firstMatch(of: line) != nil }, "\(process.errors)")
      let port = try #require(process.output.firstMatch(of: line).flatMap { UInt16($0.1) })
      let client = HTTPClient(port: port)
      let ready = eventually(within: 60) { (try? client.get("/readyz").response.status) == 200 }
      #expect(ready, "\(process.errors)")
      let user = try PicbedUser(registering: "variable", on: client)
      let reply = try user.upload("v.png", Fixtures.png).expect(code: 0)
      #expect(reply["url"]?.string?.hasPrefix("https://variable.example/") == true, "\(reply)")
      try user.upload("big", Fixtures.bytes(100_000, seed: 1)).expect(status: 413)
      let form = DocumentForm(user: user.name, filename: "legacy", token: nil, bytes: [1])
      try user.upload(form.body).expect(code: 0)
      #expect(!regularFiles(under: folder / "from-variable").isEmpty)
      process.send(SIGTERM)
      #expect(process.wait(seconds: PicbedServer.stopSecondsMax) == .exit(0))
    }
  }
}
