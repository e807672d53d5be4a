import Glibc
import TestSupport
import Testing

/// The server and the client that tests use.
@Suite struct RedisServerTests {
  @Test func repliesComeAsTheyAre() throws {
    let server = try RedisServer()
    let probe = try server.probe()
    #expect(try probe.command("SET", "key", "") == .status("OK"))
    #expect(try probe.command("GET", "key") == "")
    #expect(try probe.command("GET", "none") == .nil)
    #expect(try probe.command("APPEND", "key", "a\0ä 🦊") == 9)
    #expect(try probe.command("GET", "key") == "a\0ä 🦊")
    #expect(
      try probe.command("EVAL", "return {1, {'a', {}}, false}", "0") == [1, ["a", []], .nil])
    #expect(try probe.command("INCR", "key").text?.hasPrefix("ERR value is not an integer") == true)
    #expect(try probe.command("PING") == .status("PONG"), "an error reply leaves the probe usable")
  }

  @Test func itEndsAndStartsAgainOnItsSocket() throws {
    let server = try RedisServer(options: ["--appendonly", "yes", "--appendfsync", "always"])
    let probe = try server.probe()
    try probe.command("SET", "key", "kept")
    let firstPID = server.pid
    server.kill()
    #expect(throws: RedisProbeError.self) { try probe.command("PING") }
    #expect(throws: RedisProbeError.self) { try server.probe() }

    try server.restart()
    #expect(server.pid != firstPID)
    #expect(try server.probe().command("GET", "key") == "kept")
    server.stop()
    #expect(access(server.socketPath, F_OK) != 0, "the folder is gone")
  }

  @Test func onePasswordProtectedOnTCP() throws {
    let server = try RedisServer(tcp: true, options: ["--requirepass", "secret"])
    #expect(server.port != nil)
    let probe = try server.probe()
    #expect(try probe.command("PING").text?.hasPrefix("NOAUTH") == true)
    #expect(try probe.command("AUTH", "secret") == .status("OK"))
    #expect(
      try probe.command("CONFIG", "GET", "port") == ["port", .string("\(server.port ?? 0)")])
  }

  @Test func whatDoesNotStartIsAnErrorWithRedisOwnWords() {
    #expect {
      try RedisServer(options: ["--no-such-option", "1"])
    } throws: { error in
      "\(error)".contains("no-such-option")
    }
  }
}
