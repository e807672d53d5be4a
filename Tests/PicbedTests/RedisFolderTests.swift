import Glibc
import Testing

@testable import picbed

struct RedisFolderTests {
  private let data = TemporaryFolder()

  @Test func isItsOwnersAlone() throws {
    let folder = try RedisFolder(in: data.path)
    try folder.prepare(.always)
    var status = stat()
    #expect(stat(folder.path, &status) == 0 && status.st_mode & 0o777 == 0o700)
    #expect(stat(folder.configuration, &status) == 0 && status.st_mode & 0o777 == 0o600)
  }

  @Test func theFileSaysWhatDurabilityNeeds() throws {
    let folder = try RedisFolder(in: data.path)
    let always = folder.configurationText(.always)
    for line in [
      "port 0", "unixsocket \"\(data.path)/redis/redis.sock\"", "unixsocketperm 700",
      "dir \"\(data.path)/redis\"", "appendonly yes", "appendfsync always",
      "no-appendfsync-on-rewrite no",
      "save \"\"", "maxmemory-policy noeviction", "daemonize no",
    ] {
      #expect(always.contains("\n\(line)\n"), "\(line)")
    }
    #expect(folder.configurationText(.everysec).contains("\nappendfsync everysec\n"))
  }

  @Test func valuesAreQuoted() {
    #expect(RedisFolder.quoted("/a b") == "\"/a b\"")
    #expect(RedisFolder.quoted("/a\"b\\c\nd") == "\"/a\\\"b\\\\c\\x0ad\"")
    #expect(RedisFolder.quoted("/图") == "\"/图\"")
  }

  /// unix(7): 108 bytes with the NUL at the end.
  @Test func aSocketPathThatDoesNotFitIsRefused() throws {
    let room = 107 - "/redis/redis.sock".utf8.count - data.path.utf8.count - 1
    let fits = data.path + "/" + String(repeating: "f", count: room)
    let tooLong = fits + "f"
    mkdir(fits, 0o700)
    mkdir(tooLong, 0o700)
    #expect(try RedisFolder(in: fits).socket.utf8.count == 107)
    #expect(throws: PicbedError.self) { try RedisFolder(in: tooLong) }
    #expect(!File.isFolder(tooLong + "/redis"))
  }

  @Test func theLastLineOfTheLogIsFound() throws {
    let folder = try RedisFolder(in: data.path)
    #expect(folder.lastLogLine() == nil)
    try File.write(folder.log, Array("first\nthe last\n\n".utf8))
    #expect(folder.lastLogLine() == "the last")
    let long = String(repeating: "x", count: 10_000)
    try File.write(folder.log, Array("\(long)\nend".utf8))
    #expect(folder.lastLogLine() == "end")
  }

  @Test func aLongLogIsSetAside() throws {
    let folder = try RedisFolder(in: data.path)
    try File.write(folder.log, [UInt8](repeating: 0x61, count: 1000))
    try folder.prepare(.always)
    #expect(access(folder.log, F_OK) == 0)
    #expect(truncate(folder.log, (8 << 20) + 1) == 0)
    try folder.prepare(.always)
    #expect(access(folder.log, F_OK) != 0)
    #expect(access(folder.log + ".old", F_OK) == 0)
  }
}
