import Glibc
import TestSupport
import Testing

extension Scenarios {
  /// Disks that are really full: of the blobs, of the snapshots, of Redis.
  @Suite(
    .serialized, .enabled(if: SmallVolume.isPossible, "mount(8) is not allowed here")
  ) struct S41FullDisks {
    /// A stopped server with a small volume at `folder` of its data, which is unmounted behind `body`.
    private func withVolume(
      _ folder: String, kilobytes: Int, _ options: [String] = [],
      _ body: (PicbedServer, SmallVolume) throws -> Void
    ) throws {
      let server = try PicbedServer(["--delete-grace", "300ms"] + options)
      try server.stop()
      let volume = try SmallVolume(at: server.dataPath + "/" + folder, kilobytes: kilobytes)
      defer {
        if server.process.poll() == nil { server.kill() }
        _ = eventually(within: 30) { server.redisPid == nil }
        volume.unmount()
      }
      try server.start()
      try body(server, volume)
    }

    @Test("the blobs' disk is full: 507, what is there is served, and room is all it takes")
    func blobs() throws {
      try withVolume("blobs", kilobytes: 4096) { server, volume in
        let client = try FaultClient(server, seed: 46)
        for _ in 0..<10 { client.step() }
        #expect(client.unknown == 0)
        // More than there is room for, while there is some.
        let large = try client.user.upload("large.bin", Fixtures.bytes(8 << 20, seed: 460))
        large.expect(status: 507)
        // What was written of it is removed beside the answer, and would make room later.
        _ = server.settledFiles
        try volume.fill()
        for _ in 0..<20 { client.upload() }
        #expect(client.unknown > 0, "no upload met the full disk")
        try client.audit()
        volume.free()
        let known = client.acknowledged
        for _ in 0..<10 { client.upload() }
        #expect(client.acknowledged == known + 10)
        try client.audit()
        try server.stop()
        // Once in a while, not for each upload.
        let lines = server.log.split(separator: "\n").filter { $0.contains("the disk is full") }
        #expect((1...8).contains(lines.count), "\(lines)")
        try FaultVerify.expectOnlyGarbage(server, "full disk")
      }
    }

    @Test("the snapshots' disk is full: none is taken, the earlier ones stay, serving goes on")
    func snapshots() throws {
      try withVolume("snapshots", kilobytes: 256) { server, volume in
        let client = try FaultClient(server, seed: 48)
        let manifests = {
          regularFiles(under: server.dataPath + "/snapshots").filter {
            $0.hasSuffix("MANIFEST.json")
          }
        }
        client.upload()
        server.process.send(SIGUSR1)
        #expect(eventually(within: 30) { manifests().count == 1 }, "\(server.log)")
        let first = manifests()
        try volume.fill()
        client.upload()
        server.process.send(SIGUSR1)
        #expect(eventually(within: 30) { server.log.contains("no snapshot was taken") })
        try client.audit()
        #expect(manifests() == first)
        let left = regularFiles(under: server.dataPath + "/snapshots")
        #expect(!left.contains { $0.hasPrefix(".tmp") }, "\(left)")
        volume.free()
        server.process.send(SIGUSR1)
        #expect(eventually(within: 30) { manifests().count == 2 }, "\(server.log)")
        try server.stop()
        try FaultVerify.expectOnlyGarbage(server, "full disk")
      }
    }

    @Test(
      "the disk of Redis is full: changes are refused, none is half there, and room is all it takes",
      arguments: ["always", "everysec"])
    func redis(_ durability: String) throws {
      try withVolume("redis", kilobytes: 2048, ["--durability", durability]) { server, volume in
        let client = try FaultClient(server, seed: 49)
        for _ in 0..<10 { client.step() }
        #expect(client.unknown == 0)
        try volume.fill()
        // With everysec Redis finds out within a second.
        let isRefused = eventually(within: 30) {
          client.step()
          return client.unknown > 0
        }
        #expect(isRefused, "nothing met the full disk")
        for _ in 0..<5 { client.step() }
        volume.free()
        let isBack = eventually(within: 60) {
          let known = client.acknowledged
          client.upload()
          return client.acknowledged > known
        }
        #expect(isBack && S41Faults.isReady(server), "\(server.log.suffix(2000))")
        try client.audit()
        try server.restart()
        try client.audit()
        try server.stop()
        try FaultVerify.expectOnlyGarbage(server, "full disk")
      }
    }
  }
}
