import Glibc
import Testing

@testable import picbed

struct RedisProgramTests {
  private let folder = TemporaryFolder()

  @Test func isFoundInPath() throws {
    let path = folder.path + "/redis-server"
    try File.write(path, [])
    // The first in PATH that can be run: not this one, yet.
    #expect(throws: PicbedError.self) { try RedisProgram.find(nil, searchPath: folder.path) }
    chmod(path, 0o700)
    #expect(try RedisProgram.find(nil, searchPath: "/nowhere::\(folder.path)") == path)
    #expect(throws: PicbedError.self) { try RedisProgram.find("other", searchPath: folder.path) }
  }

  @Test func aPathIsTakenAsItStands() throws {
    #expect(try RedisProgram.find("/bin/sh", searchPath: "") == "/bin/sh")
    for path in ["/bin/nothing", "/tmp", "/etc/passwd"] {
      #expect(throws: PicbedError.start("\(path) is not a program that can be run")) {
        try RedisProgram.find(path, searchPath: "")
      }
    }
  }
}
