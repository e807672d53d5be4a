import Glibc
import TestSupport
import Testing

extension Scenarios {
  /// A wall clock that jumps while picbed serves.
  @Suite(
    .serialized, .enabled(if: FakeClock.isPossible, "the package faketime is not installed")
  ) struct S41Clock {
    @Test("a clock that jumps back and forth loses nothing, reorders nothing, deletes nothing held")
    func jumps() throws {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let clock = try FakeClock(in: folder)
      let server = try PicbedServer(
        [
          "--delete-grace", "1s", "--redis-server", clock.redisServer, "--rate-per-user", "500/s",
          "--snapshot-every", "0",
        ], environment: clock.environment)
      let client = try FaultClient(server, seed: 47)
      let (alice, bob) = (try server.newUser("alice"), try server.newUser("bob"))
      let held = Fixtures.bytes(3000, seed: 470)
      let url = try #require(try bob.upload("held.bin", held).expect(code: 0)["url"]?.string)
      var mine: [FileID] = []
      // Hours behind, where sessions are from the future; ahead, but not for as long as they last; and
      // three days behind.
      for (round, seconds) in [0, -7_200, 3_600, -259_200, -60, 1_800].enumerated() {
        try clock.set(ahead: seconds)
        for _ in 0..<8 { client.step() }
        #expect(client.unknown == 0, "a call was refused \(seconds) s ahead: \(server.log)")
        try client.audit()
        let name = "file \(round)"
        try alice.upload(name, Array(name.utf8)).expect(code: 0)
        mine.append(FileID(name, Array(name.utf8)))
        #expect(try alice.files().entries.map(\.id) == mine, "in the order of arrival")
        // Bytes that bob holds too, and bytes that nobody holds then.
        let (shared, lonely) = (FileID("held.bin", held), Fixtures.bytes(50, seed: UInt64(round)))
        try alice.upload("held.bin", held).expect(code: 0)
        let lonelyURL = try #require(
          try alice.upload("lonely", lonely).expect(code: 0)["url"]?.string)
        try alice.call("/api/dealfile?cmd=del", shared).expect(code: 0)
        try alice.call("/api/dealfile?cmd=del", FileID("lonely", lonely)).expect(code: 0)
        #expect(
          eventually(within: 60) {
            (try? server.client.download(lonelyURL).response.status) == 404
          },
          "what nobody holds stays, \(seconds) s ahead")
        try expectDownload(url, is: held, on: server.client)
        // A snapshot of its own, behind all earlier ones.
        server.process.send(SIGUSR1)
        #expect(eventually(within: 60) { Self.snapshots(server).count == round + 1 })
      }
      // The newest by name is the last one taken.
      let newest = try #require(Self.snapshots(server).max())
      let rows = fileBytes(server.dataPath + "/snapshots/\(newest)/files.jsonl")
      #expect(String(decoding: rows, as: UTF8.self).contains("\"file 5\""))
      try server.stop()
      try FaultVerify.expectOnlyGarbage(server, "clock")
    }

    private static func snapshots(_ server: PicbedServer) -> [String] {
      regularFiles(under: server.dataPath + "/snapshots")
        .filter { $0.hasSuffix("/MANIFEST.json") && !$0.hasPrefix(".") }
        .map { String($0.split(separator: "/")[0]) }
    }
  }
}
