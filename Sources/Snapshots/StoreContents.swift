import Domain
import Events
import RedisClient

/// What of picbed's own is in a Redis, and how it is emptied of that. Bound to its client's loop.
package struct StoreContents {
  private static let keysPerStep: Int64 = 1_000

  private let redis: RedisClient

  package init(redis: RedisClient) { self.redis = redis }

  /// How many keys are picbed's. Others are not looked at.
  package func count() async throws(SnapshotError) -> Int64 {
    var count: Int64 = 0
    try await forEachStep { (keys) async throws(SnapshotError) in count += Int64(keys.count) }
    return count
  }

  /// Deletes every key of picbed's, and no other; how many there were.
  package func delete() async throws(SnapshotError) -> Int64 {
    var count: Int64 = 0
    try await forEachStep { (keys) async throws(SnapshotError) in
      guard !keys.isEmpty else { return }
      count += Int64(keys.count)
      do throws(RedisError) {
        _ = try await redis.command(["UNLINK"] + keys.map { .string($0) })
      } catch {
        throw SnapshotError(error)
      }
    }
    return count
  }

  private func forEachStep(
    _ body: ([String]) async throws(SnapshotError) -> Void
  ) async throws(SnapshotError) {
    var cursor = StoreWalk.firstCursor
    repeat {
      let reply: RedisReply
      do throws(RedisError) {
        reply = try await redis.command(
          ["SCAN", .bytes(cursor), "COUNT", .integer(Self.keysPerStep)])
      } catch {
        throw SnapshotError(error)
      }
      let keys = try StoreWalk.step(reply, &cursor).compactMap(\.string)
      try await body(keys.filter { Keys.kind(of: $0) != .unknown })
    } while cursor != StoreWalk.firstCursor
  }
}
