import Glibc
import Testing

@testable import picbed

struct RedisPresenceTests {
  private let data = TemporaryFolder()

  private func presence() throws -> RedisPresence {
    RedisPresence(folder: try RedisFolder(in: data.path))
  }

  @Test func anEmptyFolderIsFree() throws {
    let presence = try presence()
    var hasWaited = false
    try presence.waitForNone { hasWaited = true }
    #expect(!hasWaited)
  }

  @Test func theLockTells() throws {
    let presence = try presence()
    let descriptor = open(presence.folder.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    #expect(!presence.isLocked)
    #expect(flock(descriptor, LOCK_EX) == 0)
    #expect(presence.isLocked)
    var waits = 0
    #expect(throws: PicbedError.self) {
      try presence.waitForNone(millisecondsMax: 30) { waits += 1 }
    }
    #expect(waits == 1)
    close(descriptor)
    #expect(eventually { !presence.isLocked })
    try presence.waitForNone(millisecondsMax: 0) {}
  }

  @Test func aListenerOnTheSocketTells() throws {
    let presence = try presence()
    let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) {
      $0.copyBytes(from: presence.folder.socket.utf8)
    }
    let bound = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    #expect(bound == 0)
    #expect(!presence.accepts)
    #expect(listen(descriptor, 1) == 0)
    #expect(presence.accepts)
    #expect(throws: PicbedError.self) { try presence.waitForNone(millisecondsMax: 30) {} }
    close(descriptor)
    // The file of a dead server stays behind and means nothing.
    #expect(access(presence.folder.socket, F_OK) == 0)
    #expect(eventually { !presence.accepts })
  }
}
