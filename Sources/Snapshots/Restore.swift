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
/// Sessions are not kept: everybody signs in again. Bound to its loop, which its reading blocks.
package struct Restore {
  package struct Outcome: Sendable {
    package var restored = SnapshotCounts()
    /// Rows that stood for something that another row says is gone, a sentence for each kind.
    package var leftOut: [String: Int64] = [:]
    package var milliseconds: Int64 = 0
  }

  /// Rows of files in one pipeline. Nobody else waits for this Redis.
  static let batchRows = 2_000
  /// A blob without holders is deleted after so long.
  static let orphanGraceMilliseconds: Int64 = 60_000

  let redis: RedisClient
  private let folder: String
  private let onProgress: (SnapshotCounts) -> Void
  var outcome = Outcome()
  var users: Set<String> = []

  /// `folder` is the snapshot's, checked by `SnapshotCheck`. Bound to the loop of `redis`.
  package init(
    folder: String, redis: RedisClient, onProgress: @escaping (SnapshotCounts) -> Void
  ) {
    self.folder = folder
    self.redis = redis
    self.onProgress = onProgress
  }

  /// Fills an empty store. To be called once.
  package mutating func run() async throws(SnapshotError) -> Outcome {
    let start = Clock.monotonicMilliseconds
    for kind in SnapshotFormat.Kind.allCases {
      let reader = try LineReader("\(folder)/\(kind.fileName)")
      var batch: [[UInt8]] = []
      while true {
        let line = try reader.next()
        if let line { batch.append(line) }
        guard batch.count == Self.batchRows || line == nil else { continue }
        if !batch.isEmpty { try await restore(kind, batch, reader) }
        onProgress(outcome.restored)
        if line == nil { break }
        batch.removeAll(keepingCapacity: true)
      }
    }
    outcome.milliseconds = Clock.monotonicMilliseconds - start
    return outcome
  }

  private mutating func restore(
    _ kind: SnapshotFormat.Kind, _ lines: [[UInt8]], _ reader: LineReader
  ) async throws(SnapshotError) {
    switch kind {
    case .users: try await restoreUsers(try hashes(lines, "user", reader))
    case .files: try await restoreFiles(try rows(lines, reader, SnapshotLine.file))
    case .shares: try await restoreShares(try rows(lines, reader, SnapshotLine.share))
    case .pictures: try await restorePictures(try hashes(lines, "urlmd5", reader))
    case .blobs: try await restoreBlobs(try hashes(lines, "md5", reader))
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

  // The lines were checked; the file may have been changed since.

  private func rows(
    _ lines: [[UInt8]], _ reader: LineReader, _ read: ([UInt8]) -> OwnedRow?
  ) throws(SnapshotError) -> [OwnedRow] {
    var rows: [OwnedRow] = []
    rows.reserveCapacity(lines.count)
    for line in lines {
      guard let row = read(line) else { throw reader.damaged("changed since it was checked") }
      rows.append(row)
    }
    return rows
  }

  private func hashes(
    _ lines: [[UInt8]], _ name: StaticString, _ reader: LineReader
  ) throws(SnapshotError) -> [SnapshotLine.Hash] {
    var hashes: [SnapshotLine.Hash] = []
    for line in lines {
      guard let hash = try? SnapshotLine.hash(line, name: name) else {
        throw reader.damaged("changed since it was checked")
      }
      hashes.append(hash)
    }
    return hashes
  }
}
