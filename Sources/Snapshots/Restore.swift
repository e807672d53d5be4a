import Domain
import Events
import RedisClient

/// Makes a store of a snapshot: every row and counter as it stands there, and all that is made from
/// rows anew. An index, a flag, a holder comes from the row that it belongs to and from nowhere
/// else, so that what is restored is whole, although the snapshot was taken while the store changed:
///
/// - A file brings its blob and holds it. A blob that no file holds is an orphan, and noted for the
///   sweep. So a delete that was under way is at its end.
/// - A share whose file is not there in the same row (it was deleted meanwhile) is left out; of two
///   shares of one file the first counts.
/// - A picture link whose file is not there says that its file was deleted.
/// - Files of a user who is not there (registered meanwhile) are left out.
///
/// Sessions are not kept: everybody signs in again. Bound to its loop; a thread of its own reads ahead.
package struct Restore {
  package struct Outcome: Sendable {
    package var restored = SnapshotCounts()
    /// Rows that stood for something that another row says is gone, a sentence for each kind.
    package var leftOut: [String: Int64] = [:]
    package var milliseconds: Int64 = 0
  }

  /// A blob without holders is deleted after so long.
  static let orphanGraceMilliseconds: Int64 = 60_000

  let redis: RedisClient
  private let loop: EventLoop
  private let folder: String
  private let onProgress: (SnapshotCounts) -> Void
  var outcome = Outcome()
  var users: Set<String> = []

  /// `folder` is the snapshot's, checked by `SnapshotCheck`. `redis` is bound to `loop`.
  package init(
    folder: String, redis: RedisClient, loop: EventLoop,
    onProgress: @escaping (SnapshotCounts) -> Void
  ) {
    self.folder = folder
    self.redis = redis
    self.loop = loop
    self.onProgress = onProgress
  }

  /// Fills an empty store. To be called once.
  package mutating func run() async throws(SnapshotError) -> Outcome {
    let start = Clock.monotonicMilliseconds
    let pool: BlockingPool
    do throws(EventError) {
      pool = try BlockingPool(name: "restore", threads: 1, queueMax: 1)
    } catch {
      throw .refused("\(error)")
    }
    defer { pool.stop() }
    let reader = RestoreReader(folder: folder)
    // While Redis takes one part, the next is read.
    var ahead = Self.next(reader, pool, loop)
    while let part = try await ahead.value.get() {
      ahead = Self.next(reader, pool, loop)
      try await restore(part)
      onProgress(outcome.restored)
    }
    outcome.milliseconds = Clock.monotonicMilliseconds - start
    return outcome
  }

  private typealias Ahead = Task<Result<RestorePart?, SnapshotError>, Never>

  private static func next(
    _ reader: RestoreReader, _ pool: BlockingPool, _ loop: EventLoop
  ) -> Ahead {
    Task(executorPreference: loop) {
      do {
        return try await pool.run { reader.next() }
      } catch {
        return .failure(.refused("reading was stopped"))
      }
    }
  }

  private mutating func restore(_ part: RestorePart) async throws(SnapshotError) {
    switch part {
    case .users(let hashes): try await restoreUsers(hashes)
    case .files(let parts): try await restoreFiles(parts)
    case .shares(let rows): try await restoreShares(rows)
    case .pictures(let hashes): try await restorePictures(hashes)
    case .blobs(let known): try await restoreBlobs(known)
    }
  }

  mutating func leaveOut(_ what: String) { outcome.leftOut[what, default: 0] += 1 }

  func commands(_ commands: [[RedisArgument]]) async throws(SnapshotError) -> [RedisReply] {
    do throws(RedisError) {
      return try await redis.commands(commands)
    } catch {
      throw SnapshotError(error)
    }
  }

  func commands(_ commands: CommandBatch) async throws(SnapshotError) -> [RedisReply] {
    do throws(RedisError) {
      return try await redis.commands(commands)
    } catch {
      throw SnapshotError(error)
    }
  }
}
