import BlobStore
import Events
import Faults
import Logging
import RedisClient

/// Deletes the bytes that nobody holds any more, after the grace period. One of all picbeds on the volume sweeps
/// at a time (`SweepLock`). Each blob goes in three steps, each of which a crash may follow: marked in Redis (not
/// while anyone holds it), unlinked, forgotten.
package final class BlobSweep: @unchecked Sendable {
  // Loop-bound: started and run on its store's loop.

  /// Blobs looked at in one turn of the sweep.
  private static let batchMax = 128

  private let store: Store
  private let logger: Logger
  private let onDeleted: @Sendable (BlobName) -> Void
  private var timer: LoopEvent?
  private var isRunning = false

  /// `onDeleted` is called on the store's loop for each blob that was unlinked, for the caches.
  package init(
    store: Store, logger: Logger, onDeleted: @escaping @Sendable (BlobName) -> Void
  ) {
    self.store = store
    self.logger = logger
    self.onDeleted = onDeleted
  }

  /// Sweeps every `milliseconds` from now on.
  package func start(everyMilliseconds milliseconds: Int) {
    timer = store.loop.every(milliseconds: milliseconds) { [unowned self] in
      guard !isRunning, store.redis.isReady else { return }
      isRunning = true
      Task.immediate(executorPreference: store.loop) { [self] in
        do {
          try await sweep()
        } catch {
          logger.warning(
            "the sweep of deleted blobs stopped; it goes on at its next turn: \(error)")
        }
        isRunning = false
      }
    }
  }

  package func stop() { timer?.cancel() }

  private func sweep() async throws(DomainError) {
    let now = Clock.wallMilliseconds
    let due = try await store.command([
      "ZRANGEBYSCORE", .string(Keys.orphansDue), "-inf", .integer(now), "LIMIT", "0",
      .integer(Int64(Self.batchMax)),
    ])
    guard case .array(let md5s) = due, !md5s.isEmpty else { return }
    let lock: SweepLock
    do { lock = try SweepLock(volume: store.volume) } catch { throw DomainError(error) }
    guard lock.tryAcquire() else { return }
    defer { lock.release() }
    for element in md5s {
      if let md5 = element.string { try await sweep(md5) }
    }
  }

  private func sweep(_ md5: String) async throws(DomainError) {
    let keys = [Keys.blob(md5: md5)]
    let now = Clock.wallMilliseconds
    var reply = try await store.run(
      .blobCondemn, keys: keys,
      [.integer(now), .integer(store.policy.deleteGraceMilliseconds)])
    switch reply.code {
    case 0:
      let path = try reply.takeString()
      FaultPoint.sweepCondemned.reach()
      try await unlink(path)
      FaultPoint.sweepUnlinked.reach()
      _ = try await store.run(.blobForget, keys: keys, [])
      FaultPoint.sweepForgotten.reach()
      try await settle(md5, at: now)
    case 3:
      // Released again later than the note says.
      let due = try reply.takeInteger()
      _ = try await store.command(
        ["ZADD", .string(Keys.orphansDue), "XX", .integer(due), .string(md5)])
    default:
      try await settle(md5, at: now)
    }
  }

  /// Takes the note away, unless a release made it anew meanwhile.
  private func settle(_ md5: String, at now: Int64) async throws(DomainError) {
    _ = try await store.run(.orphanSettle, keys: [Keys.orphansDue], [.string(md5), .integer(now)])
  }

  private func unlink(_ path: String) async throws(DomainError) {
    guard let name = BlobName(path: path) else { return }
    let volume = store.volume
    _ = try await store.onDisk { () throws(BlobError) in try volume.remove(name) }
    onDeleted(name)
  }
}
