/// The replies of several commands that were sent together, gathered for one caller, who is resumed
/// with the last of them. Bound to its client's loop.
final class ReplyBatch {
  private let count: Int
  private let continuation: UnsafeContinuation<Result<[RedisReply], RedisError>, Never>
  private var replies: [RedisReply] = []
  private var answered = 0
  private var error: RedisError?

  init(
    count: Int, _ continuation: UnsafeContinuation<Result<[RedisReply], RedisError>, Never>
  ) {
    self.count = count
    self.continuation = continuation
    replies.reserveCapacity(count)
  }

  /// The outcome of the next command. The first that failed fails the batch, once all are answered.
  func add(_ outcome: ReplyOutcome) {
    do throws(RedisError) { replies.append(try outcome.get()) } catch {
      self.error = self.error ?? error
    }
    answered += 1
    guard answered == count else { return }
    continuation.resume(returning: error.map { .failure($0) } ?? .success(replies))
  }
}
