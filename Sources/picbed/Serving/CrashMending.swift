import BlobStore
import Domain
import Events
import Logging
import RedisClient
import Snapshots

/// Mends by itself what operations of a picbed that died have left half done: a hold on bytes without a
/// row, a share without its flag, a picture link that no list names, a file on the disk that nobody
/// knows. That a picbed died is told by the folder that its uploads were in (`AbandonedFolder`), which
/// goes when all is mended, and not before: a crash in the middle begins anew.
///
/// What it does is what `picbed verify --repair` does, beside requests and beside other picbeds.
///
/// Bound to its loop, where files may be read: nobody waits for it.
final class CrashMending: @unchecked Sendable {
  // `@unchecked`: made on the main loop; everything else happens on `loop`.

  private static let firstMilliseconds = 1_000
  private static let everyMilliseconds = 10_000
  /// Four fifths of the time the walk rests.
  private static let restPercent: Int64 = 400
  private static let bytesPerSecond: Int64 = 64 << 20

  struct Parts: Sendable {
    let endpoint: RedisEndpoint
    let scripts: [RedisScript]
    let snapshots: SnapshotFolder
    let volume: BlobVolume
    let diskPool: BlockingPool
    let passwordPool: BlockingPool
    let policy: StorePolicy
    let logger: Logger
  }

  private let loop: EventLoop
  private let parts: Parts
  private var timer: LoopEvent?
  private var store: Store?
  private var abandoned: [AbandonedFolder] = []
  private var isRunning = false

  init(_ loop: EventLoop, _ parts: Parts) {
    self.loop = loop
    self.parts = parts
  }

  func start() { look(afterMilliseconds: Self.firstMilliseconds) }

  /// What was not finished is another picbed's to finish.
  func stop() {
    timer?.cancel()
    store?.redis.close()
  }

  private func look(afterMilliseconds milliseconds: Int) {
    timer = loop.after(milliseconds: milliseconds) { [unowned self] in
      look(afterMilliseconds: Self.everyMilliseconds)
      begin()
    }
  }

  private func begin() {
    guard !isRunning else { return }
    do throws(BlobError) {
      abandoned += try parts.volume.takeAbandoned()
    } catch {
      return parts.logger.warning("cannot look for uploads that were cut off: \(error)")
    }
    guard !abandoned.isEmpty else { return }
    isRunning = true
    Task.immediate(executorPreference: loop) { [self] in
      await mend()
      isRunning = false
    }
  }

  private func mend() async {
    let store = store ?? makeStore()
    self.store = store
    while !store.redis.isReady {
      // Redis may read its append-only file for long.
      if store.redis.state == .closed { return }
      await loop.sleep(milliseconds: Self.firstMilliseconds)
    }
    do {
      try await mendOperations(store)
      for folder in abandoned { try await adopt(folder, store) }
      for folder in abandoned { try folder.remove() }
      abandoned = []
      store.redis.close()
      self.store = nil
    } catch {
      parts.logger.warning("what a crash cut off is not mended yet; it is tried again: \(error)")
    }
  }

  private func makeStore() -> Store {
    Store(
      loop: loop,
      redis: RedisClient(loop: loop, endpoint: parts.endpoint, scripts: parts.scripts),
      volume: parts.volume, diskPool: parts.diskPool, passwordPool: parts.passwordPool,
      policy: parts.policy)
  }

  private func mendOperations(_ store: Store) async throws(SnapshotError) {
    var settings = Verify.Settings(
      isDeep: false, repairs: true, bytesPerSecond: Self.bytesPerSecond, isShared: true,
      unknownFileSeconds: 0)
    settings.scope = .operations
    settings.restPercent = Self.restPercent
    var verify = Verify(store: store, snapshots: parts.snapshots, settings: settings) { _ in }
    let report = try await verify.run()
    for finding in report.findings {
      if finding.kind.grade == .damage {
        parts.logger.error("found after a crash: \(finding.text)")
      } else {
        parts.logger.info("mended after a crash: \(finding.text)")
      }
    }
    parts.logger.notice(
      "looked at all rows after a crash",
      metadata: [
        "found": "\(report.findings.count)",
        "mended": "\(report.findings.count - report.left.count)", "ms": "\(report.milliseconds)",
      ])
  }

  /// Bytes that were published and that nobody knows become a blob that nobody holds: the sweep's.
  private func adopt(_ folder: AbandonedFolder, _ store: Store) async throws {
    let hashing = BlobHashing(
      volume: parts.volume, loop: loop, bytesPerSecond: Self.bytesPerSecond)
    for name in folder.published {
      let digest = try await hashing.digest(of: try folder.open(name))
      guard try parts.volume.size(of: digest.name) != nil else { continue }
      _ = try await Mending(store: store).adopt(digest)
    }
  }
}
