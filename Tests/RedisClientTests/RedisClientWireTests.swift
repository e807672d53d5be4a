import Events
import RedisClient
import Testing

/// Against a server that says what a real Redis says seldom, or never should.
struct RedisClientWireTests {
  private static let echo = RedisScript("echo", "return ARGV[1]")

  private static var quick: RedisClient.Limits {
    var limits = RedisClient.Limits()
    limits.backoffLeastMilliseconds = 1
    limits.backoffMostMilliseconds = 1
    limits.connectTimeoutMilliseconds = 100
    limits.tickMilliseconds = 20
    return limits
  }

  /// Runs a client against `server` until it is ready; returns the states before.
  private func states(_ server: ScriptedRedis) async throws -> [RedisClient.State] {
    try await LoopFixture().run { loop in
      let client = RedisClient(
        loop: loop, endpoint: server.endpoint, scripts: [Self.echo], limits: Self.quick)
      defer { client.close() }
      return await client.states(until: { $0 == .ready }, on: loop)
    }
  }

  @Test func triesAgainWhileRedisIsLoading() async throws {
    let loading = "-LOADING Redis is loading the dataset in memory\r\n"
    let server = try ScriptedRedis(
      { session in
        _ = session.command()
        session.send(loading + loading)
        _ = session.command()
        _ = session.command()
      },
      { session in
        // The scripts may load while the data do: the ping decides.
        _ = session.command()
        session.send("$40\r\n\(String(repeating: "a", count: 40))\r\n" + loading)
        while session.command() != nil {}
      },
      { session in
        session.handshake(scripts: 1)
        while session.command() != nil {}
      })
    let text = "LOADING Redis is loading the dataset in memory"
    #expect(
      try await states(server) == [
        .connecting, .lost(reason: "SCRIPT LOAD echo: " + text), .lost(reason: "PING: " + text),
        .ready,
      ])
  }

  @Test func reportsWhatRedisSaysBeforeItCloses() async throws {
    let server = try ScriptedRedis(
      { $0.send("-ERR max number of clients reached\r\n") },
      { session in
        session.handshake(scripts: 1)
        while session.command() != nil {}
      })
    #expect(
      try await states(server) == [
        .connecting, .lost(reason: "SCRIPT LOAD echo: ERR max number of clients reached"), .ready,
      ])
  }

  @Test func repeatsNoPasswordThatRedisQuotes() async throws {
    let server = try ScriptedRedis(
      { session in
        _ = session.command()
        session.send("-ERR unknown command 'AUTH', with args beginning with: 'geheim' \r\n")
        while session.command() != nil {}
      })
    guard case .unix(let path) = server.endpoint.address else { return }
    try await LoopFixture().run { loop in
      let client = RedisClient(
        loop: loop, endpoint: .unix(path: path, password: "geheim"), scripts: [],
        limits: Self.quick)
      defer { client.close() }
      #expect(await client.untilLost(on: loop) == "AUTH: refused")
    }
  }

  @Test func failsAHandshakeThatDoesNotFit() async throws {
    let server = try ScriptedRedis({ session in while session.command() != nil {} })
    try await LoopFixture().run { loop in
      var limits = Self.quick
      limits.pendingMax = 1
      let client = RedisClient(
        loop: loop, endpoint: server.endpoint, scripts: [Self.echo], limits: limits)
      defer { client.close() }
      #expect(await client.untilLost(on: loop) == "no room for the handshake")
    }
  }

  @Test func givesUpASilentHandshake() async throws {
    let server = try ScriptedRedis(
      { session in while session.command() != nil {} },
      { session in
        session.handshake(scripts: 1)
        while session.command() != nil {}
      })
    #expect(
      try await states(server) == [
        .connecting, .lost(reason: "not connected within 100 ms"), .ready,
      ])
  }

  @Test func distrustsAReplyThatNobodyAskedFor() async throws {
    let server = try ScriptedRedis(
      { session in
        session.handshake(scripts: 1)
        session.send(":1\r\n")
        while session.command() != nil {}
      })
    try await LoopFixture().run { loop in
      let client = RedisClient(
        loop: loop, endpoint: server.endpoint, scripts: [Self.echo], limits: Self.quick)
      defer { client.close() }
      let seen = await client.states(
        until: { $0 == .lost(reason: "Redis spoke unasked: an unexpected reply") }, on: loop)
      #expect(seen.count == 3)
    }
  }

  @Test func failsTheFirstCallOfABrokenStreamApart() async throws {
    let server = try ScriptedRedis(
      { session in
        session.handshake(scripts: 1)
        for _ in 0..<3 { _ = session.command() }
        session.send(":1\r\nHTTP/1.1 400 Bad Request\r\n\r\n")
        while session.command() != nil {}
      })
    try await LoopFixture().run { loop in
      let client = RedisClient(
        loop: loop, endpoint: server.endpoint, scripts: [Self.echo], limits: Self.quick)
      defer { client.close() }
      try await client.untilReady(on: loop)
      let tasks = (0..<3).map { _ in
        Task.immediate(executorPreference: loop) { () -> Result<RedisReply, RedisError> in
          do throws(RedisError) {
            return .success(try await client.command(["PING"]))
          } catch {
            return .failure(error)
          }
        }
      }
      #expect(await tasks[0].value == .success(.integer(1)))
      #expect(await tasks[1].value == .failure(.malformedReply))
      guard case .failure(.unavailable) = await tasks[2].value else {
        Issue.record("the third call did not fail with unavailable")
        return
      }
    }
  }

  @Test func givesUpWhenAReloadDoesNotHelp() async throws {
    let server = try ScriptedRedis(
      { session in
        session.handshake(scripts: 1)
        // The call, the load, the call again; then the next command.
        #expect(session.command()?.first == "EVALSHA")
        session.send("-NOSCRIPT No matching script.\r\n")
        #expect(session.command()?.prefix(2) == ["SCRIPT", "LOAD"])
        #expect(session.command()?.first == "EVALSHA")
        session.send("-ERR out of order\r\n-NOSCRIPT No matching script.\r\n")
        #expect(session.command() == ["PING"])
        session.send("+PONG\r\n")
        while session.command() != nil {}
      })
    try await LoopFixture().run { loop in
      let client = RedisClient(
        loop: loop, endpoint: server.endpoint, scripts: [Self.echo], limits: Self.quick)
      defer { client.close() }
      try await client.untilReady(on: loop)
      await #expect(throws: RedisError.unavailable(reason: "Redis has lost its scripts")) {
        try await client.call(script: 0, keys: [], arguments: ["a"])
      }
      #expect(try await client.command(["PING"]) == .status("PONG"))
    }
  }

  @Test func writesItsHandshakeInOrder() async throws {
    let words = [
      ["AUTH", "bob", "secret"], ["SELECT", "2"], ["SCRIPT", "LOAD", "return ARGV[1]"], ["PING"],
    ]
    let server = try ScriptedRedis(
      { session in
        // All of it comes before the first answer.
        for expected in words { #expect(session.command() == expected) }
        session.send("+OK\r\n+OK\r\n$40\r\n\(String(repeating: "a", count: 40))\r\n+PONG\r\n")
        while session.command() != nil {}
      })
    guard case .unix(let path) = server.endpoint.address else { return }
    try await LoopFixture().run { loop in
      let client = RedisClient(
        loop: loop,
        endpoint: .unix(path: path, user: "bob", password: "secret", database: 2),
        scripts: [Self.echo], limits: Self.quick)
      defer { client.close() }
      try await client.untilReady(on: loop)
    }
  }
}
