import Events
import Glibc
import RedisClient
import TestSupport
import Testing

/// When Redis goes away, keeps silent or talks nonsense.
struct RedisClientFailureTests {
  private static let echo = RedisScript("echo", "return ARGV[1]")

  /// Quick deadlines, so that a test takes a moment.
  private static var quick: RedisClient.Limits {
    var limits = RedisClient.Limits()
    limits.replyTimeoutMilliseconds = 200
    limits.connectTimeoutMilliseconds = 200
    limits.tickMilliseconds = 20
    limits.backoffLeastMilliseconds = 5
    limits.backoffMostMilliseconds = 20
    return limits
  }

  private func reason(of error: RedisError?) -> String? {
    if case .unavailable(let reason) = error { reason } else { nil }
  }

  /// The error of a call that must not succeed.
  private func failure(of client: RedisClient, _ words: RedisArgument...) async -> RedisError? {
    do throws(RedisError) {
      let reply = try await client.command(words)
      Issue.record("answered: \(reply)")
      return nil
    } catch {
      return error
    }
  }

  @Test func recoversWhenRedisIsKilledAndStartedAgain() async throws {
    let redis = try RedisServer()
    try await LoopFixture().run { loop in
      let client = RedisClient(
        loop: loop, endpoint: redis.endpoint, scripts: [Self.echo], limits: Self.quick)
      defer { client.close() }
      try await client.untilReady(on: loop)
      for _ in 0..<3 {
        // Asked, and not answered before the end.
        redis.send(SIGSTOP)
        let waiting = Task.immediate(executorPreference: loop) {
          await failure(of: client, "PING")
        }
        redis.kill()
        #expect(reason(of: await waiting.value) != nil)
        #expect(!client.isReady)
        #expect(reason(of: await failure(of: client, "PING")) != nil)
        try redis.restart()
        try await client.untilReady(on: loop)
        // The new server is empty: its scripts came with the connection.
        let reply = try await client.call(script: 0, keys: [], arguments: ["back"])
        #expect(reply.string == "back")
      }
    }
  }

  @Test func waitsForARedisThatIsNotThereYet() async throws {
    let redis = try RedisServer()
    redis.kill()
    try await LoopFixture().run { loop in
      let client = RedisClient(
        loop: loop, endpoint: redis.endpoint, scripts: [], limits: Self.quick)
      defer { client.close() }
      let text = "cannot connect: Connection refused"
      #expect(await client.untilLost(on: loop) == text)
      #expect(await failure(of: client, "PING") == .unavailable(reason: text))
      try redis.restart()
      try await client.untilReady(on: loop)
    }
  }

  @Test func saysThatASocketIsNotThere() async throws {
    try await LoopFixture().run { loop in
      let client = RedisClient(
        loop: loop, endpoint: .unix(path: "/nowhere/redis.sock"), scripts: [], limits: Self.quick)
      defer { client.close() }
      #expect(await client.untilLost(on: loop) == "cannot connect: No such file or directory")
    }
  }

  @Test func reportsARefusedConnection() async throws {
    try await LoopFixture().run { loop in
      // Nothing listens on the discard port of loopback here.
      let client = RedisClient(
        loop: loop, endpoint: .tcp(host: "127.0.0.1", port: 9), scripts: [], limits: Self.quick)
      defer { client.close() }
      #expect(await client.untilLost(on: loop) == "cannot connect: Connection refused")
    }
  }

  @Test func givesUpOnASilentRedisAndComesBack() async throws {
    let redis = try RedisServer()
    try await LoopFixture().run { loop in
      let client = RedisClient(
        loop: loop, endpoint: redis.endpoint, scripts: [Self.echo], limits: Self.quick)
      defer { client.close() }
      try await client.untilReady(on: loop)
      redis.send(SIGSTOP)
      let start = Clock.monotonicMilliseconds
      #expect(reason(of: await failure(of: client, "PING")) == "no reply within 200 ms")
      let took = Clock.monotonicMilliseconds - start
      #expect((200..<5_000).contains(took), "\(took) ms")
      // The kernel accepts for a stopped process, so now the handshake is what times out.
      #expect(
        await client.states(
          until: { $0 == .lost(reason: "not connected within 200 ms") }, on: loop
        ).last == .lost(reason: "not connected within 200 ms"))
      redis.send(SIGCONT)
      try await client.untilReady(on: loop)
      let reply = try await client.call(script: 0, keys: [], arguments: ["back"])
      #expect(reply.string == "back")
    }
  }

  @Test func stopsLookingAtDeadlinesWhenNothingWaits() async throws {
    let redis = try RedisServer()
    try await LoopFixture().run { loop in
      let client = RedisClient(
        loop: loop, endpoint: redis.endpoint, scripts: [], limits: Self.quick)
      defer { client.close() }
      try await client.untilReady(on: loop)
      await loop.sleep(milliseconds: 500)
      // Longer than a deadline without a command is no silence of Redis.
      #expect(try await client.command(["PING"]) == .status("PONG"))
    }
  }

  @Test func failsWaitingAndLaterCallsWhenClosed() async throws {
    let redis = try RedisServer()
    try await LoopFixture().run { loop in
      let client = RedisClient(loop: loop, endpoint: redis.endpoint, scripts: [Self.echo])
      try await client.untilReady(on: loop)
      let tasks = (0..<10).map { _ in
        Task.immediate(executorPreference: loop) { await failure(of: client, "PING") }
      }
      client.close()
      for task in tasks { #expect(await task.value == .unavailable(reason: "closed")) }
      #expect(await failure(of: client, "PING") == .unavailable(reason: "closed"))
      client.close()
      #expect(client.state == .closed)
    }
  }

  @Test func mayBeClosedByItsOwnNews() async throws {
    let redis = try RedisServer()
    try await LoopFixture().run { loop in
      let client = RedisClient(loop: loop, endpoint: redis.endpoint, scripts: [])
      await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
        client.onStateChange = { [unowned client] state in
          if state == .closed { continuation.resume() } else { client.close() }
        }
      }
      #expect(client.state == .closed)
    }
  }

  @Test func mayBeFreedAtAnyTime() async throws {
    let redis = try RedisServer()
    try await LoopFixture().run { loop in
      for milliseconds in 0..<20 {
        var client: RedisClient? = RedisClient(
          loop: loop, endpoint: redis.endpoint, scripts: [Self.echo], limits: Self.quick)
        weak let observed = client
        // Somewhere between the first turn and the end of the handshake.
        await loop.sleep(milliseconds: milliseconds / 2)
        client = nil
        #expect(observed == nil)
        _ = client
      }
    }
  }

  @Test func refusesMoreThanItsQueueTakes() async throws {
    let redis = try RedisServer()
    try await LoopFixture().run { loop in
      var limits = RedisClient.Limits()
      limits.pendingMax = 10
      let client = RedisClient(
        loop: loop, endpoint: redis.endpoint, scripts: [], limits: limits)
      defer { client.close() }
      try await client.untilReady(on: loop)
      let tasks = (0..<25).map { _ in
        Task.immediate(executorPreference: loop) { () -> Bool in
          do throws(RedisError) {
            return try await client.command(["PING"]) == .status("PONG")
          } catch {
            #expect(error == .unavailable(reason: "too many commands wait for Redis"))
            return false
          }
        }
      }
      var served = 0
      for task in tasks where await task.value { served += 1 }
      #expect(served == 10)
      #expect(try await client.command(["PING"]) == .status("PONG"))
    }
  }

  @Test func refusesMoreBytesThanItsQueueTakes() async throws {
    let redis = try RedisServer()
    try await LoopFixture().run { loop in
      var limits = RedisClient.Limits()
      limits.pendingBytesMax = 1000
      let client = RedisClient(
        loop: loop, endpoint: redis.endpoint, scripts: [], limits: limits)
      defer { client.close() }
      try await client.untilReady(on: loop)
      let error = await failure(of: client, "ECHO", .bytes([UInt8](repeating: 120, count: 1000)))
      #expect(error == .unavailable(reason: "too many commands wait for Redis"))
      // Not a byte of it was sent.
      #expect(try await client.command(["ECHO", "next"]).string == "next")
    }
  }

  @Test func dropsAReplyOverTheLimit() async throws {
    let redis = try RedisServer()
    try await LoopFixture().run { loop in
      var limits = Self.quick
      limits.replyBytesMax = 100_000
      let client = RedisClient(
        loop: loop, endpoint: redis.endpoint, scripts: [], limits: limits)
      defer { client.close() }
      try await client.untilReady(on: loop)
      _ = try await client.command(["SETRANGE", "big", "200000", "x"])
      let tasks = [["GET", "big"], ["PING"]].map { (words: [RedisArgument]) in
        Task.immediate(executorPreference: loop) {
          do throws(RedisError) {
            _ = try await client.command(words)
            return nil as RedisError?
          } catch {
            return error
          }
        }
      }
      #expect(await tasks[0].value == .malformedReply)
      #expect(reason(of: await tasks[1].value) != nil)
      try await client.untilReady(on: loop)
    }
  }
}
