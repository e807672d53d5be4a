import Events
import RedisClient
import TestSupport

/// One event loop on a thread of its own, for a test to run async work on.
final class LoopFixture: @unchecked Sendable {
  private let group: EventLoopGroup

  init() throws {
    group = try EventLoopGroup(count: 1)
    try group.start()
  }

  deinit { group.stopAndJoin() }

  /// Runs `body` on the loop, as an endpoint runs.
  func run<Value: Sendable>(
    _ body: @escaping @Sendable (EventLoop) async throws -> Value
  ) async throws -> Value {
    let loop = group.loops[0]
    return try await withCheckedThrowingContinuation { continuation in
      loop.execute {
        Task.immediate(executorPreference: loop) {
          do {
            continuation.resume(returning: try await body(loop))
          } catch {
            continuation.resume(throwing: error)
          }
        }
      }
    }
  }
}

extension RedisClient {
  /// Waits until `isWanted` holds for the state, at most ten seconds; returns the states seen. In
  /// the loop.
  @discardableResult
  func states(
    until isWanted: @escaping (State) -> Bool, on loop: EventLoop
  ) async -> [State] {
    var seen = [state]
    if isWanted(state) { return seen }
    var deadline: LoopEvent?
    await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
      deadline = loop.after(milliseconds: 10_000) {
        self.onStateChange = nil
        continuation.resume()
      }
      onStateChange = { state in
        seen.append(state)
        guard isWanted(state) else { return }
        self.onStateChange = nil
        deadline?.cancel()
        continuation.resume()
      }
    }
    withExtendedLifetime(deadline) {}
    return seen
  }

  func untilReady(on loop: EventLoop) async throws {
    let seen = await states(until: { $0 == .ready }, on: loop)
    guard seen.last == .ready else { throw NotReady(states: seen) }
  }

  func untilLost(on loop: EventLoop) async -> String? {
    let seen = await states(until: { if case .lost = $0 { true } else { false } }, on: loop)
    if case .lost(let reason) = seen.last { return reason }
    return nil
  }
}

struct NotReady: Error {
  let states: [RedisClient.State]
}

extension RedisScript {
  init(_ name: String, _ source: String) {
    self.init(name: name, source: Array(source.utf8))
  }
}

extension RedisServer {
  var endpoint: RedisEndpoint { .unix(path: socketPath) }
}
