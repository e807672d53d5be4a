import Events
import Logging
import RedisClient

/// The look at Redis before serving begins: is it there, does it let us in, is it one that picbed
/// can work with? A mistake in --redis shall be seen at once and not in 503 answers.
enum RedisCheck {
  private static let waitMillisecondsMax = 5_000

  /// Connects to `endpoint` and asks. Redis that is still loading its data counts as there. In
  /// `loop`.
  static func run(
    _ endpoint: RedisEndpoint, loop: EventLoop, logger: Logger
  ) async throws(PicbedError) {
    let client = RedisClient(loop: loop, endpoint: endpoint, scripts: [])
    defer { client.close() }
    switch await firstState(of: client, loop: loop) {
    case .ready: break
    case .lost(let reason) where reason.contains("LOADING"):
      return logger.notice("Redis is loading its data; until it is done API calls get 503")
    case .lost(let reason): throw .start("cannot use Redis at \(endpoint): \(reason)")
    default: throw .start("cannot use Redis at \(endpoint): no answer in time")
    }
    let reply: RedisReply
    do throws(RedisError) {
      reply = try await client.command(["INFO"])
    } catch {
      throw .start("cannot use Redis at \(endpoint): \(error)")
    }
    let report = RedisReport(info: reply.string ?? "")
    if let refusal = report.refusal { throw .start("cannot use Redis at \(endpoint): \(refusal)") }
    for warning in report.warnings { logger.warning("\(warning)") }
    logger.info(
      "Redis answers", metadata: ["version": "\(report.version ?? "")", "at": "\(endpoint)"])
  }

  /// The first state after `connecting`; `connecting` when the wait was too long.
  private static func firstState(
    of client: RedisClient, loop: EventLoop
  ) async -> RedisClient.State {
    var timer: LoopEvent?
    let state = await withUnsafeContinuation {
      (continuation: UnsafeContinuation<RedisClient.State, Never>) in
      client.onStateChange = { state in
        client.onStateChange = nil
        continuation.resume(returning: state)
      }
      timer = loop.after(milliseconds: waitMillisecondsMax) {
        guard client.onStateChange != nil else { return }
        client.onStateChange = nil
        continuation.resume(returning: .connecting)
      }
    }
    timer?.cancel()
    return state
  }
}
