import Foundation
import TestSupport
import Testing

extension Scenarios {
  /// `picbed verify` and `picbed status`: damage of every kind is made, found, and mended.
  @Suite(.serialized) struct S32Verify {
    private static func verify(_ data: String, _ options: String...) throws -> FinishedRun {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      return try PicbedBinary.run(
        ["verify", "--data", data] + options, in: folder, seconds: 60)
    }

    /// A user's file, and where its bytes lie.
    private struct File {
      let id: FileID
      let bytes: [UInt8]
      let path: String

      init(_ number: Int, of user: PicbedUser, on server: PicbedServer) throws {
        bytes = Fixtures.bytes(3000 + number, seed: UInt64(320 + number))
        id = FileID("f\(number).png", bytes)
        let url = try #require(try user.upload(id.name, bytes)["url"]?.string)
        let parts = url.split(separator: "/").dropFirst(2).joined(separator: "/")
        path = String(parts.prefix(60))
      }

      func blobPath(on server: PicbedServer) -> String { server.dataPath + "/blobs/" + path }
    }

    @Test("what was cut off or lost from the indexes is found, and mended beside a running server")
    func everythingMendable() throws {
      let server = try PicbedServer(["--snapshot-every", "0"])
      let user = try server.newUser("verify")
      let files = try (0..<7).map { try File($0, of: user, on: server) }
      let ids = files.map { "\($0.id)" }
      let probe = try RedisProbe(socketPath: server.redisSocketPath)
      for index in [2, 3] {
        #expect(try user.call("/api/dealfile?cmd=share", files[index].id).code == 0)
      }
      let links = try [4, 5].map {
        try #require(try user.call("/api/sharepic?cmd=share", files[$0].id)["urlmd5"]?.string)
      }
      // A server that has just started finishes deletes that were cut off by itself. Not these.
      usleep(2_500_000)
      let clean = try Self.verify(server.dataPath, "--deep")
      #expect(clean.ending == .exit(0) && clean.output.contains("all is well"), "\(clean)")

      func key(_ kind: String) -> String { kind.replacing("*", with: "{\(user.name)}") }
      func blob(_ index: Int) -> String { "blob:{\(files[index].id.md5)}" }
      let ghostMD5 = String(repeating: "0", count: 32)
      let ghost = "\(ghostMD5):ghost.png"
      let ghostRow =
        "\"md5\":\"\(ghostMD5)\",\"name\":\"ghost.png\",\"size\":1,\"type\":\"png\","
        + "\"blob\":\"group1/x\",\"hold\":\"00000009\",\"created\":7}"
      let holder = try #require(
        try probe.command("HKEYS", blob(0)).texts.first { $0.contains("/") })
      for command in [
        ["INCRBY", key("files:*:bytes"), "3"], ["ZREM", key("files:*:time"), ids[0]],
        ["ZADD", key("files:*:time"), "5", ghost],
        ["ZREM", key("files:*:pv"), ids[1]], ["SADD", key("files:*:shared"), ids[1]],
        ["SREM", key("files:*:shared"), ids[2]], ["ZREM", "shares:{public}:pv", ids[3]],
        ["HSET", "shares:{public}", ghost, "{\"user\":\"\(user.name)\",\(ghostRow)"],
        ["ZADD", "shares:{public}:time", "7", ghost], ["ZADD", "shares:{public}:pv", "0", ghost],
        ["HDEL", key("pictures:*"), ids[4], links[0]], ["DEL", "picture:{\(links[1])}"],
        [
          "HSET", "picture:{\(ghostMD5)}", "user", user.name, "file", ghost, "created", "1", "pv",
          "0",
        ],
        ["HDEL", blob(0), holder], ["HSET", blob(1), "\(user.name)/gone.png@00000001", ""],
        ["DEL", blob(2)],
        [
          "HSET", "blob:{\(ghostMD5)}", "size", "1", "name", "group1/x", "state", "orphan",
          "orphaned", "1",
        ],
        ["HSET", key("files:*:deleting"), ghost, "- {\(ghostRow)"],
        // A file on the disk that nothing names any more.
        ["HDEL", key("files:*"), ids[6]], ["ZREM", key("files:*:time"), ids[6]],
        ["ZREM", key("files:*:pv"), ids[6]], ["DEL", blob(6)],
      ] { try probe.command(command) }

      let found = try Self.verify(server.dataPath, "--unknown-after", "0s")
      #expect(found.ending == .exit(3), "\(found)")
      for what in [
        "the sum of the user's files", "does not say when", "an index names a file without a row",
        "count is lost",
        "the share flag is not", "public indexes are not", "a share's file is gone",
        "is not in its owner's list", "names one that is not there", "the link does not say so",
        "does not hold its blob", "held by no row", "not noted for the sweep",
        "a delete was cut off", "a file that no blob knows",
      ] {
        #expect(
          found.output.contains("found: \(what)") || found.output.contains(what),
          "\(what): \(found)")
      }
      let mended = try Self.verify(server.dataPath, "--repair", "--unknown-after", "0s")
      #expect(mended.ending == .exit(3) && !mended.output.contains("left: "), "\(mended)")
      let after = try Self.verify(server.dataPath, "--deep", "--unknown-after", "0s")
      #expect(after.ending == .exit(0), "\(after)")

      // And for the API's users.
      #expect(try user.call("/api/myfiles?cmd=count")["total"] == 6)
      let list = try user.call("/api/myfiles?cmd=normal", ["start": 0, "count": 100])
      let shared = try #require(list["files"]?.array).map { $0["share_status"] }
      #expect(shared == [0, 0, 1, 1, 0, 0])
      for link in links {
        #expect(
          try user.client.api("/api/sharepic?cmd=browse", ["urlmd5": .string(link)]).code == 0)
      }
      #expect(
        try user.client.api("/api/sharepic?cmd=browse", ["urlmd5": .string(ghostMD5)]).code == 2)
      #expect(try user.client.api("/api/sharefiles?cmd=count", [:])["total"] == 2)
      // The bytes that nobody knew are there for whoever has them too.
      #expect(try user.call("/api/md5", files[6].id).code == 0)
      try server.stop()
    }

    @Test("bytes that are gone, cut or changed are found; no wrong byte is served; an upload heals")
    func bytes() throws {
      let server = try PicbedServer(["--snapshot-every", "0"])
      let user = try server.newUser("bytes")
      let files = try (0..<4).map { try File($0, of: user, on: server) }
      let others = try server.newUser("healer")
      try server.stop()
      try FileManager.default.removeItem(atPath: files[0].blobPath(on: server))
      try writeFile(files[1].blobPath(on: server), Array(files[1].bytes.dropLast()))
      var flipped = files[2].bytes
      flipped[1234] ^= 1
      try writeFile(files[2].blobPath(on: server), flipped)

      let quick = try Self.verify(server.dataPath)
      #expect(quick.ending == .exit(2), "\(quick)")
      #expect(quick.output.contains("DAMAGED: the blob's file is gone"), "\(quick)")
      #expect(quick.output.contains("DAMAGED: the blob's file has another size"), "\(quick)")
      #expect(!quick.output.contains("other bytes"), "\(quick)")
      let deep = try Self.verify(server.dataPath, "--deep", "--repair")
      #expect(deep.ending == .exit(2), "\(deep)")
      #expect(deep.output.contains("DAMAGED: the blob's file has other bytes"), "\(deep)")

      try server.start()
      for index in 0..<3 {
        #expect(try server.client.get("/" + files[index].path).response.status == 404)
        // The server does not have them: not by the instant upload, but by an upload.
        let other = others.on(server.client)
        #expect(try other.call("/api/md5", files[index].id).code == 1)
        #expect(try other.upload(files[index].id.name, files[index].bytes).code == 0)
        let healed = try server.client.get("/" + files[index].path).response
        #expect(healed.status == 200 && healed.body == files[index].bytes)
      }
      #expect(try server.client.get("/" + files[3].path).response.body == files[3].bytes)
      try server.stop()
      let healed = try Self.verify(server.dataPath, "--deep")
      #expect(healed.ending == .exit(0), "\(healed)")
    }

    @Test("operations on their way are no findings; status tells the result")
    func underLoad() throws {
      let server = try PicbedServer(["--snapshot-every", "0"])
      let users = try (0..<3).map { try server.newUser("load\($0)") }
      let isDone = Flag()
      let load = Thread {
        var round = 0
        while !isDone.isSet {
          let user = users[round % users.count]
          let bytes = Fixtures.bytes(500, seed: UInt64(round / 6))
          let id = FileID("l\(round % 7).png", bytes)
          _ = try? user.upload(id.name, bytes)
          _ = try? user.call("/api/dealfile?cmd=share", id)
          _ = try? user.call("/api/sharepic?cmd=share", id)
          if round % 2 == 0 { _ = try? user.call("/api/dealfile?cmd=del", id) }
          round += 1
        }
        isDone.end()
      }
      load.start()
      defer {
        isDone.set()
        isDone.waitForEnd()
      }
      for _ in 0..<2 {
        let run = try Self.verify(server.dataPath, "--repair")
        #expect(run.ending == .exit(0), "\(run)")
      }
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let taken = try PicbedBinary.run(["snapshot", "--data", server.dataPath], in: folder)
      #expect(taken.ending == .exit(0))
      let text = try PicbedBinary.run(["status", "--data", server.dataPath], in: folder)
      #expect(text.ending == .exit(0) && text.errors.isEmpty, "\(text)")
      for part in ["pid \(server.pid)", "users     3", "clean", "ago", "free of"] {
        #expect(text.output.contains(part), "\(part): \(text)")
      }
      let json = try PicbedBinary.run(["status", "--json", "--data", server.dataPath], in: folder)
      let status = try JSONValue(parsing: Array(json.output.utf8))
      #expect(status["users"] == 3 && status["verify"]?["result"] == "clean", "\(json)")
      #expect(status["server"]?["pid"]?.integer == Int(server.pid), "\(json)")
      #expect((status["snapshot"]?["age"]?.integer ?? 100) < 60, "\(json)")
      #expect((status["redis"]?["memory"]?.integer ?? 0) > 100_000, "\(json)")
    }
  }
}

/// Tells a thread to end, and hears that it did.
private final class Flag: @unchecked Sendable {
  // `@unchecked`: the condition guards both.
  private let condition = NSCondition()
  private var isRaised = false
  private var hasEnded = false

  var isSet: Bool { condition.withLock { isRaised } }
  func set() { condition.withLock { isRaised = true } }

  func end() {
    condition.withLock { hasEnded = true }
    condition.broadcast()
  }

  func waitForEnd() {
    condition.lock()
    while !hasEnded { condition.wait() }
    condition.unlock()
  }
}
