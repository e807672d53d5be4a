import RedisClient
import TestSupport
import Testing

/// Against a real Redis that serves.
struct RedisClientTests {
  private static let echo = RedisScript("echo", "#!lua flags=no-writes\nreturn ARGV[1]")
  private static let set = RedisScript("set", "#!lua\nreturn redis.call('SET', KEYS[1], ARGV[1])")

  private func withClient<Value: Sendable>(
    _ endpoint: RedisEndpoint, scripts: [RedisScript] = [],
    _ body: @escaping @Sendable (RedisClient) async throws -> Value
  ) async throws -> Value {
    try await LoopFixture().run { loop in
      let client = RedisClient(loop: loop, endpoint: endpoint, scripts: scripts)
      defer { client.close() }
      try await client.untilReady(on: loop)
      return try await body(client)
    }
  }

  @Test func runsScriptsAndCommands() async throws {
    let redis = try RedisServer()
    try await withClient(redis.endpoint, scripts: [Self.echo, Self.set]) { client in
      let echoed = try await client.call(script: 0, keys: [], arguments: ["héllo"])
      #expect(echoed.string == "héllo")
      let stored = try await client.call(
        script: 1, keys: ["k"], arguments: [.bytes([0, 255, 13, 10])])
      #expect(stored == .status("OK"))
      #expect(try await client.command(["GET", "k"]).bytesValue == [0, 255, 13, 10])
      #expect(try await client.command(["GET", "none"]) == .null)
      #expect(try await client.command(["INCRBY", "n", .integer(.min)]) == .integer(.min))
      #expect(try await client.command(["GET", "n"]).integerValue == .min)
    }
  }

  @Test func returnsNestedReplies() async throws {
    let redis = try RedisServer()
    let nested = RedisScript(
      "nested", "#!lua\nreturn {1, {'a', {}, {2, false, 'b'}}, {ok='FINE'}, 3.9}")
    try await withClient(redis.endpoint, scripts: [nested]) { client in
      let reply = try await client.call(script: 0, keys: [], arguments: [])
      #expect(
        reply
          == .array([
            .integer(1),
            .array([.bytes([97]), .array([]), .array([.integer(2), .null, .bytes([98])])]),
            .status("FINE"), .integer(3),
          ]))
    }
  }

  @Test func failsWithRedisOwnWords() async throws {
    let redis = try RedisServer()
    let broken = RedisScript("broken", "#!lua\nreturn {1, redis.error_reply('OWN words')}")
    try await withClient(redis.endpoint, scripts: [broken]) { client in
      await #expect(throws: RedisError.rejected("OWN words")) {
        try await client.call(script: 0, keys: [], arguments: [])
      }
      _ = try await client.command(["SET", "k", "text"])
      await #expect(
        throws: RedisError.rejected("ERR value is not an integer or out of range")
      ) { try await client.command(["INCR", "k"]) }
      // The connection goes on.
      #expect(try await client.command(["GET", "k"]).string == "text")
    }
  }

  @Test func givesEachOfManyTasksItsOwnReply() async throws {
    let redis = try RedisServer()
    try await LoopFixture().run { loop in
      let client = RedisClient(loop: loop, endpoint: redis.endpoint, scripts: [Self.echo])
      defer { client.close() }
      try await client.untilReady(on: loop)
      let tasks = (0..<500).map { number in
        Task.immediate(executorPreference: loop) {
          for round in 0..<10 {
            // Of many lengths, so that replies are cut in all places.
            let text = "\(number)/\(round)/" + String(repeating: "x", count: number)
            let reply = try await client.call(script: 0, keys: [], arguments: [.string(text)])
            guard reply.string == text else { return false }
          }
          return true
        }
      }
      for task in tasks { #expect(try await task.value) }
    }
  }

  @Test func carriesBigArgumentsAndReplies() async throws {
    let redis = try RedisServer()
    try await withClient(redis.endpoint, scripts: [Self.echo, Self.set]) { client in
      // Much more than a socket buffer takes at once.
      let big = Array(String(repeating: "0123456789\0abc\r\n", count: 500_000).utf8)
      _ = try await client.call(script: 1, keys: ["big"], arguments: [.bytes(big)])
      #expect(try await client.command(["GET", "big"]) == .bytes(big))
      #expect(try await client.call(script: 0, keys: [], arguments: [.bytes(big)]) == .bytes(big))
      let words = (0..<20_000).map { RedisArgument.integer($0) }
      _ = try await client.command(["RPUSH", "list"] + words)
      let list = try await client.command(["LRANGE", "list", "0", "-1"]).elements
      #expect(list?.compactMap(\.integerValue) == Array(0..<20_000))
    }
  }

  @Test func loadsLostScriptsOnceForAll() async throws {
    let redis = try RedisServer()
    try await LoopFixture().run { loop in
      let client = RedisClient(
        loop: loop, endpoint: redis.endpoint, scripts: [Self.echo, Self.set])
      defer { client.close() }
      try await client.untilReady(on: loop)
      for round in 1...3 {
        _ = try await client.command(["SCRIPT", "FLUSH"])
        let tasks = (0..<50).map { number in
          Task.immediate(executorPreference: loop) {
            try await client.call(script: 0, keys: [], arguments: [.integer(number)]).integerValue
          }
        }
        for (number, task) in tasks.enumerated() { #expect(try await task.value == Int64(number)) }
        // Two scripts at the start, and two for each flush: not for each call.
        let info = try await client.command(["INFO", "commandstats"]).string ?? ""
        #expect(info.contains("cmdstat_script|load:calls=\(2 + 2 * round),"))
      }
    }
  }

  @Test func takesAFullRedisForUnavailable() async throws {
    let redis = try RedisServer()
    try await withClient(redis.endpoint, scripts: [Self.set, Self.echo]) { client in
      _ = try await client.command(["CONFIG", "SET", "maxmemory", "1"])
      let error = await #expect(throws: RedisError.self) {
        try await client.call(script: 0, keys: ["k"], arguments: ["v"])
      }
      guard case .unavailable(let reason) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(reason.hasPrefix("OOM "))
      // What writes nothing still runs, and so does everything once there is room.
      #expect(try await client.call(script: 1, keys: [], arguments: ["a"]).string == "a")
      _ = try await client.command(["CONFIG", "SET", "maxmemory", "0"])
      let stored = try await client.call(script: 0, keys: ["k"], arguments: ["v"])
      #expect(stored == .status("OK"))
    }
  }

  @Test func logsInAndSelects() async throws {
    let redis = try RedisServer(options: ["--requirepass", "pass word"])
    let endpoint = RedisEndpoint.unix(path: redis.socketPath, password: "pass word", database: 3)
    let list = try await withClient(endpoint) { try await $0.command(["CLIENT", "LIST"]).string }
    #expect(list?.contains(" db=3 ") == true)
  }

  @Test func logsInAsAUser() async throws {
    let redis = try RedisServer(options: ["--user", "bob", "on", ">secret", "~*", "+@all"])
    let endpoint = RedisEndpoint.unix(path: redis.socketPath, user: "bob", password: "secret")
    let name = try await withClient(endpoint) { try await $0.command(["ACL", "WHOAMI"]).string }
    #expect(name == "bob")
  }

  @Test func keepsTryingWithAWrongPassword() async throws {
    let redis = try RedisServer(options: ["--requirepass", "right"])
    try await LoopFixture().run { loop in
      let endpoint = RedisEndpoint.unix(path: redis.socketPath, password: "wrong")
      let client = RedisClient(loop: loop, endpoint: endpoint, scripts: [Self.echo])
      defer { client.close() }
      let seen = await client.states(
        until: { $0.description.contains("AUTH: WRONGPASS") }, on: loop)
      #expect(seen.last?.description.contains("WRONGPASS") == true)
      #expect(!client.isReady)
      await #expect(throws: RedisError.self) { try await client.command(["PING"]) }
    }
  }

  @Test func tellsWhichScriptRedisRefuses() async throws {
    let redis = try RedisServer()
    try await LoopFixture().run { loop in
      let scripts = [Self.echo, RedisScript("file_list", "this is no Lua")]
      let client = RedisClient(loop: loop, endpoint: redis.endpoint, scripts: scripts)
      defer { client.close() }
      let seen = await client.states(
        until: { $0.description.contains("SCRIPT LOAD file_list: ERR ") }, on: loop)
      #expect(seen.last?.description.contains("SCRIPT LOAD file_list: ERR ") == true)
    }
  }

  @Test(arguments: ["localhost", "127.0.0.1"])
  func connectsOverTCP(_ host: String) async throws {
    let redis = try RedisServer(tcp: true)
    let endpoint = RedisEndpoint.tcp(host: host, port: Int(try #require(redis.port)))
    let reply = try await withClient(endpoint) { try await $0.command(["PING"]) }
    #expect(reply == .status("PONG"))
    withExtendedLifetime(redis) {}
  }
}
