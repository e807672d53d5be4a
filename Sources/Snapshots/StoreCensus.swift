import Domain
import Events
import RedisClient

/// How much a store holds. Bound to its client's loop.
package struct StoreCensus {
  package private(set) var counts = SnapshotCounts()
  /// Of all blobs, each once.
  package private(set) var blobBytes: Int64 = 0
  private var walk: StoreWalk

  package init(redis: RedisClient, loop: EventLoop) {
    walk = StoreWalk(redis: redis, loop: loop, restPercent: 0)
  }

  /// Takes a second or two for each million of blobs.
  package mutating func take() async throws(SnapshotError) {
    var cursor = StoreWalk.firstCursor
    repeat {
      var lengths: [[RedisArgument]] = []
      var sizes: [[RedisArgument]] = []
      for key in try await walk.nextKeys(&cursor) {
        switch Keys.kind(of: key) {
        case .user: counts[.users] += 1
        case .files: lengths.append(["HLEN", .string(key)])
        case .picture: counts[.pictures] += 1
        case .blob: sizes.append(["HGET", .string(key), "size"])
        case .shares, .index, .derived, .passing: break
        case .unknown: counts.foreign += 1
        }
      }
      for length in try await walk.commands(lengths) { counts[.files] += length.integerValue ?? 0 }
      counts[.blobs] += Int64(sizes.count)
      for part in sizes.chunked(Pace.batchRowsMax) {
        for size in try await walk.commands(part) { blobBytes += size.integerValue ?? 0 }
      }
    } while cursor != StoreWalk.firstCursor
    counts[.shares] = try await walk.command(["HLEN", .string(Keys.shares)]).integerValue ?? 0
  }
}
