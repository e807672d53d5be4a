import Foundation
import TestSupport
import Testing

extension Scenarios {
  /// `picbed restore`: what a snapshot gives back, and what it refuses.
  @Suite(.serialized) struct S31Restore {
    private static func restore(
      _ data: String, _ options: String..., snapshot: String = "newest"
    ) throws -> FinishedRun {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      return try PicbedBinary.run(
        ["restore", "--data", data] + options + [snapshot], in: folder, seconds: 300)
    }

    private static func snapshot(_ data: String) throws -> String {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let run = try PicbedBinary.run(["snapshot", "--data", data], in: folder)
      // A slow machine hears how far it has come.
      #expect(run.ending == .exit(0), "\(run)")
      #expect(run.errorLines.allSatisfy { $0.contains(" notice ") }, "\(run)")
      return try #require(run.output.split(separator: "\n").first.map(String.init))
    }

    @Test("after FLUSHALL and a restore every answer is the same, byte by byte")
    func everyAnswerIsTheSame() throws {
      // Another port shall not make another answer.
      let server = try PicbedServer([
        "--snapshot-every", "0", "--public-url", "http://img.example.com",
      ])
      let store = try GeneratedStore(users: 20, filesPerUser: 520, on: server)
      let user = try server.newUser()
      let (name, bytes) = ("real.png", Fixtures.bytes(5000, seed: 31))
      let url = try #require(try user.upload(name, bytes)["url"]?.string)
      #expect(try user.call("/api/dealfile?cmd=share", FileID(name, bytes)).code == 0)
      let gone = Fixtures.bytes(500, seed: 32)
      #expect(try user.upload("gone.png", gone).code == 0)
      let link = try user.call("/api/sharepic?cmd=share", FileID("gone.png", gone))
      #expect(try user.call("/api/dealfile?cmd=del", FileID("gone.png", gone)).code == 0)

      _ = try Self.snapshot(server.dataPath)
      let before = try store.answers(of: server.client)
      #expect(before.count > 20 * 5 + 200)
      #expect(before.values.allSatisfy { $0.hasPrefix("{\"code\":0") })
      try RedisProbe(socketPath: server.redisSocketPath).command("FLUSHALL")
      #expect(try server.client.api("/api/sharefiles?cmd=count", [:])["total"] == 0)
      try server.stop()

      let run = try Self.restore(server.dataPath)
      #expect(run.ending == .exit(0), "\(run)")
      #expect(!run.output.contains("left out"), "\(run)")
      #expect(run.output.contains("10,401 files"), "\(run)")
      try server.start()
      try store.signIn(RedisProbe(socketPath: server.redisSocketPath))
      let after = try store.answers(of: server.client)
      for (call, answer) in before where after[call] != answer {
        Issue.record("\(call): \(after[call] ?? "") instead of \(answer)")
      }

      // Sessions are gone, passwords and fields of other versions are not.
      #expect(try user.on(server.client).call("/api/myfiles?cmd=count").code == 1)
      let again = try user.on(server.client).signedInAgain()
      let path = "/" + url.split(separator: "/").dropFirst(2).joined(separator: "/")
      #expect(try server.client.get(path).response.body == bytes)
      let opened = try server.client.api(
        "/api/sharepic?cmd=browse", ["urlmd5": link["urlmd5"] ?? ""])
      #expect(opened.code == 2, "its file was deleted: \(opened)")
      let probe = try RedisProbe(socketPath: server.redisSocketPath)
      let later = try probe.command("HGET", "user:{\(store.users[3])}", "later")
      #expect(later == "a field of another version")
      let sum = try probe.command("GET", "files:{\(store.users[3])}:bytes").integer
      #expect(sum == (1...520).reduce(0, +), "the quota's sum is that of the rows")
      // The instant upload finds what is restored.
      let other = try server.newUser()
      let md5 = try other.call("/api/md5", FileID("mine.png", bytes))
      #expect(md5.code == 0, "\(md5)")
      #expect(try again.call("/api/dealfile?cmd=del", FileID(name, bytes)).code == 0)
      try server.stop()
    }

    @Test("a store that is not empty is refused without --force; --dry-run changes nothing")
    func notEmpty() throws {
      let server = try PicbedServer(["--snapshot-every", "0"])
      let early = try server.newUser()
      let taken = try Self.snapshot(server.dataPath)
      let beside = try Self.restore(server.dataPath)
      S21Commands.expectRefused(beside, naming: "in use by picbed")
      let late = try server.newUser()
      try server.stop()

      S21Commands.expectRefused(try Self.restore(server.dataPath), naming: "--force", linesMax: 2)
      let dry = try Self.restore(server.dataPath, "--dry-run", snapshot: taken)
      #expect(dry.ending == .exit(0) && dry.output.contains("would delete"), "\(dry)")
      S21Commands.expectRefused(
        try Self.restore(server.dataPath, snapshot: "2001-01-01T00-00-00Z"), naming: "2001",
        linesMax: 2)
      try server.start()
      #expect(throws: Never.self) { try late.on(server.client).signedInAgain() }
      let probe = try RedisProbe(socketPath: server.redisSocketPath)
      try probe.command("SET", "somebody else's", "1")
      try server.stop()

      let forced = try Self.restore(server.dataPath, "--force")
      #expect(forced.ending == .exit(0) && forced.output.contains("deleted"), "\(forced)")
      try server.start()
      #expect(throws: Never.self) { try early.on(server.client).signedInAgain() }
      #expect(throws: (any Error).self) { try late.on(server.client).signedInAgain() }
      let others = try RedisProbe(socketPath: server.redisSocketPath)
      #expect(try others.command("GET", "somebody else's") == "1")
      try server.stop()

      // A restore that was cut off leaves half a store: nobody serves it.
      try writeFile(server.dataPath + "/restoring", [])
      #expect(throws: PicbedServerError.self) { try server.start() }
      #expect(try Self.restore(server.dataPath, "--force").ending == .exit(0))
      try server.start()
      try server.stop()
    }

    @Test("a torn, cut, edited or missing file is named with its line, and nothing is changed")
    func damage() throws {
      let server = try PicbedServer(["--snapshot-every", "0"])
      _ = try GeneratedStore(users: 2, filesPerUser: 40, on: server)
      let taken = try Self.snapshot(server.dataPath)
      let probe = try RedisProbe(socketPath: server.redisSocketPath)
      try probe.command("FLUSHALL")
      try server.stop()

      let files = taken + "/files.jsonl"
      let whole = fileBytes(files)
      let lines = String(decoding: whole, as: UTF8.self).split(separator: "\n").map(String.init)
      func text(_ lines: some Sequence<String>) -> [UInt8] {
        lines.flatMap { Array($0.utf8) + [0x0A] }
      }
      var edited = lines
      edited[16] = edited[16].replacing("\"pv\":", with: "\"pv\":1")
      var spoilt = lines
      spoilt[4] = "{\"user\":\"x\"}"
      for (what, bytes, place) in [
        ("edited", text(edited), "files.jsonl, line 17:"),
        ("no row", text(spoilt), "files.jsonl, line 5:"),
        ("cut at a line", text(lines.prefix(30)), "files.jsonl, line 30:"),
        ("torn", Array(whole.dropLast(10)), "files.jsonl, line 80:"),
        ("longer", whole + Array(lines[0].utf8) + [0x0A], "files.jsonl, line 81:"),
        ("lines swapped", text([lines[1], lines[0]] + lines.dropFirst(2)), "files.jsonl, line 1:"),
        (
          "bit flipped", whole.prefix(200) + [whole[200] ^ 1] + whole.dropFirst(201),
          "files.jsonl, line 1:"
        ),
      ] {
        try writeFile(files, Array(bytes))
        let run = try Self.restore(server.dataPath)
        S21Commands.expectRefused(run, naming: place, linesMax: 2)
        #expect(run.errors.contains("nothing is restored"), "\(what): \(run)")
      }
      try writeFile(files, whole)
      for name in ["MANIFEST.json", "shares.jsonl"] {
        let bytes = fileBytes("\(taken)/\(name)")
        try FileManager.default.removeItem(atPath: "\(taken)/\(name)")
        S21Commands.expectRefused(try Self.restore(server.dataPath), naming: name, linesMax: 2)
        try writeFile("\(taken)/\(name)", bytes)
      }
      // Nothing was written by any of these; now it is.
      let run = try Self.restore(server.dataPath)
      #expect(run.ending == .exit(0) && run.output.contains("80 files"), "\(run)")
    }

    @Test("a snapshot that was taken while rows came and went makes a whole store")
    func torn() throws {
      let server = try PicbedServer(["--snapshot-every", "0"])
      _ = try GeneratedStore(users: 2, filesPerUser: 100, on: server)
      let probe = try RedisProbe(socketPath: server.redisSocketPath)
      // As a walk would see it between other people's steps: a share, a link, a blob and a user
      // whose counterparts it missed.
      let ids = try probe.command("SMEMBERS", "files:{gen 0 \"雷\"/\\}:shared").texts
      let users = try probe.command("KEYS", "files:{gen 0*}").texts.first { $0.hasSuffix("}") }
      let key = try #require(users)
      let linked = try probe.command("HKEYS", "pictures:{gen 0 \"雷\"/\\}").texts
      let sharedId = try #require(ids.first { !linked.contains($0) })
      try probe.command("HDEL", key, sharedId)
      let linkedId = try #require(linked.first { $0.contains(":") })
      try probe.command("HDEL", key, linkedId)
      try probe.command("DEL", "user:{gen 1 \"雷\"/\\}")
      _ = try Self.snapshot(server.dataPath)
      try probe.command("FLUSHALL")
      try server.stop()
      let run = try Self.restore(server.dataPath)
      #expect(run.ending == .exit(0), "\(run)")
      for what in ["shares of files", "picture links made to say", "files of users"] {
        #expect(run.output.contains(what), "\(run)")
      }
      try server.start()
      let after = try RedisProbe(socketPath: server.redisSocketPath)
      #expect(try after.command("HEXISTS", "shares:{public}", sharedId) == 0)
      #expect(try after.command("KEYS", "files:{gen 1*}").texts == [])
      let orphans = try after.command("ZCARD", "orphans:{due}").integer ?? 0
      #expect(orphans > 60, "blobs that no file holds any more: \(orphans)")
      try server.stop()
    }
  }
}
