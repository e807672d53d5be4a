import Glibc
import TestSupport
import Testing

extension Scenarios {
  /// `picbed snapshot`, and the snapshots that a serving picbed takes by itself.
  @Suite(.serialized, .server("--snapshot-every", "0", "--keep-snapshots", "3"))
  struct S30Snapshots {
    private static var folder: String { Scenarios.server.dataPath + "/snapshots" }

    private static var names: [String] {
      Set(
        regularFiles(under: folder).compactMap { $0.split(separator: "/").first.map(String.init) }
      )
      .filter { $0 != ".lock" }.sorted()
    }

    private static func take(_ options: String...) throws -> FinishedRun {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      return try PicbedBinary.run(
        ["snapshot", "--data", Scenarios.server.dataPath] + options, in: folder)
    }

    /// The folder that `picbed snapshot` names in its first line.
    private static func taken() throws -> String {
      let run = try take("--keep-snapshots", "100")
      #expect(run.ending == .exit(0) && run.errors.isEmpty, "\(run)")
      return try #require(run.output.split(separator: "\n").first.map(String.init))
    }

    private static func lines(_ path: String) throws -> [JSONValue] {
      try String(decoding: fileBytes(path), as: UTF8.self).split(separator: "\n").map {
        try JSONValue(parsing: Array($0.utf8))
      }
    }

    @Test("while it serves, a snapshot has every row as one line of JSON")
    func snapshotOfARunningServer() throws {
      let user = try Scenarios.server.newUser("snap <\"雷\">")
      let file = FileID("a \"quoted\" 图.png", Fixtures.bytes(1000, seed: 30))
      #expect(try user.upload(file.name, Fixtures.bytes(1000, seed: 30)).code == 0)
      #expect(try user.call("/api/dealfile?cmd=share", file).code == 0)
      #expect(try user.call("/api/dealfile?cmd=pv", file).code == 0)
      #expect(try user.call("/api/sharepic?cmd=share", file).code == 0)

      let folder = try Self.taken()
      let users = try Self.lines(folder + "/users.jsonl")
      #expect(users.contains { $0["user"] == .string(user.name) && $0["created"]?.integer != nil })
      let files = try Self.lines(folder + "/files.jsonl")
      let row = try #require(files.first { $0["user"] == .string(user.name) })
      #expect(row["name"] == .string(file.name) && row["md5"] == .string(file.md5))
      #expect(row["pv"] == 1 && row["size"] == 1000)
      let shares = try Self.lines(folder + "/shares.jsonl")
      #expect(shares.contains { $0["user"] == .string(user.name) && $0["pv"] == 0 })
      let pictures = try Self.lines(folder + "/pictures.jsonl")
      #expect(
        pictures.contains { $0["user"] == .string(user.name) && $0["file"] == .string("\(file)") })
      let blobs = try Self.lines(folder + "/blobs.jsonl")
      #expect(blobs.contains { $0["md5"] == .string(file.md5) && $0["state"] == "live" })
      let all = regularFiles(under: folder).map { Self.text(folder + "/" + $0) }.joined()
      #expect(!all.contains(user.token), "no session is kept")
    }

    private static func text(_ path: String) -> String {
      String(decoding: fileBytes(path), as: UTF8.self)
    }

    @Test("the manifest counts and hashes every file, and only its owner can read them")
    func manifest() throws {
      _ = try Scenarios.someone()
      let folder = try Self.taken()
      let manifest = try JSONValue(parsing: fileBytes(folder + "/MANIFEST.json"))
      for name in ["users", "files", "shares", "pictures", "blobs"] {
        let path = "\(folder)/\(name).jsonl"
        let entry = try #require(manifest["files"]?["\(name).jsonl"])
        #expect(entry["rows"]?.integer == (try Self.lines(path).count))
        #expect(entry["bytes"]?.integer == fileBytes(path).count)
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
      }
    }

    @Test("SIGUSR1 takes one at once, and only as many stay as --keep-snapshots says")
    func signalAndRetention() throws {
      var newest = Self.names.last
      for _ in 0..<5 {
        Scenarios.server.process.send(SIGUSR1)
        #expect(eventually(within: 10) { Self.names.last != newest && Self.names.count <= 3 })
        newest = Self.names.last
      }
      #expect(Self.names.count == 3)
      #expect(eventually(within: 5) { Scenarios.server.log.contains("snapshot taken") })
    }

    @Test("what a crash left is removed, and a second snapshot at once is refused with one line")
    func leftOversAndLock() throws {
      _ = try Self.taken()
      let stale = Self.folder + "/.tmp-1"
      #expect(mkdir(stale, 0o700) == 0)
      try writeFile(stale + "/users.jsonl", [0x7B])
      let lock = open(Self.folder + "/.lock", O_RDWR)
      defer { close(lock) }
      #expect(flock(lock, LOCK_EX) == 0)
      S21Commands.expectRefused(try Self.take(), naming: "already")
      #expect(access(stale, F_OK) == 0)
      #expect(flock(lock, LOCK_UN) == 0)
      _ = try Self.taken()
      #expect(access(stale, F_OK) != 0)
    }

    @Test("a snapshot that cannot be written is one line, and serving goes on")
    func unwritable() throws {
      let aside = Scenarios.server.dataPath + "/aside"
      #expect(rename(Self.folder, aside) == 0)
      defer {
        unlink(Self.folder)
        rename(aside, Self.folder)
      }
      try writeFile(Self.folder, [])
      S21Commands.expectRefused(try Self.take(), naming: "snapshots")
      Scenarios.server.process.send(SIGUSR1)
      #expect(eventually(within: 5) { Scenarios.server.log.contains("no snapshot was taken") })
      #expect(try Scenarios.client.get("/readyz").response.status == 200)
    }
  }

  /// What needs servers of its own.
  @Suite(.serialized) struct S30PeriodicSnapshots {
    @Test("a snapshot comes every so often, and none while nothing changes")
    func periodic() throws {
      let server = try PicbedServer(["--snapshot-every", "300ms"])
      let folder = server.dataPath + "/snapshots"
      let manifests = { regularFiles(under: folder).filter { $0.hasSuffix("MANIFEST.json") }.count }
      #expect(eventually(within: 10) { manifests() >= 1 })
      usleep(1_500_000)
      let quiet = manifests()
      #expect(quiet <= 2, "two at most: one at the start, one after the start's own writes")
      _ = try server.newUser()
      #expect(eventually(within: 10) { manifests() > quiet })
      try server.stop()

      // And without a server.
      let before = manifests()
      let scratch = try TemporaryFolder()
      defer { scratch.remove() }
      let run = try PicbedBinary.run(["snapshot", "--data", server.dataPath], in: scratch)
      #expect(run.ending == .exit(0) && run.output.contains("1 users"), "\(run)")
      #expect(manifests() == before + 1)
      let nowhere = try PicbedBinary.run(["snapshot", "--data", scratch / "none"], in: scratch)
      S21Commands.expectRefused(nowhere, naming: "none")
    }
  }
}
