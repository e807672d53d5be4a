import BlobStore
import Events
import Logging
import RedisClient

/// Finishes by itself what was cut off: the calls of its loop that an outage of Redis left half done
/// (`Unfinished`), and, once after the start, the deletes that a crash did.
///
/// Everything it repeats may be repeated, also beside a client that does the same.
///
/// Loop-bound: started and run on its store's loop, which holds it until `stop`.
package final class Resumption: @unchecked Sendable {
  private static let everyMilliseconds = 1_000
  /// Commands of a connection that was given up may still be run by a Redis that comes back. After
  /// so long, and with a Redis that answers, they have been.
  private static let settleMilliseconds: Int64 = 5_000
  /// The look at all keys after the start: this many, then a rest. A million keys take 20 s in the
  /// background, and Redis a few in a hundred of its time.
  private static let keysPerStep: Int64 = 512
  private static let restMilliseconds = 10

  private let store: Store
  private let logger: Logger
  private var looksForDeletes: Bool
  private var timer: LoopEvent?
  private var isRunning = false

  /// `looksForDeletes`: of all loops one does.
  package init(store: Store, logger: Logger, looksForDeletes: Bool) {
    self.store = store
    self.logger = logger
    self.looksForDeletes = looksForDeletes
  }

  package func start() {
    timer = store.loop.every(milliseconds: Self.everyMilliseconds) { [unowned self] in
      guard !isRunning, looksForDeletes || !store.unfinished.works.isEmpty, store.redis.isReady
      else { return }
      isRunning = true
      Task.immediate(executorPreference: store.loop) { [self] in
        await resume()
        isRunning = false
      }
    }
  }

  package func stop() { timer?.cancel() }

  private func resume() async {
    do throws(DomainError) {
      if looksForDeletes {
        try await finishDeletes()
        looksForDeletes = false
      }
    } catch {
      return logger.warning("unfinished deletes are looked for again later: \(error)")
    }
    let due = store.unfinished.take(
      notedBefore: Clock.monotonicMilliseconds - Self.settleMilliseconds)
    for work in due {
      do throws(DomainError) { try await finish(work) } catch { store.unfinished.note(work) }
      store.unfinished.putDown()
    }
    if !due.isEmpty {
      logger.info("took up what an outage left half done", metadata: ["calls": "\(due.count)"])
    }
  }

  private func finish(_ work: Unfinished.Work) async throws(DomainError) {
    switch work {
    case .delete(let user, let id):
      let key = Keys.filesDeleting(user: user.text)
      let lines = try await store.command(["HGET", .string(key), .string(id.text)])
      try await finishDelete(id, of: user, lines)
    case .hold(let hold, let digest, let mark):
      try await finish(hold, digest)
      if let mark { try await store.onDisk { () throws(BlobError) in mark.remove() } }
    }
  }

  private func finish(_ hold: BlobHold, _ digest: BlobDigest?) async throws(DomainError) {
    let row = try await store.command([
      "HGET", .string(Keys.files(user: hold.user.text)), .string(hold.id.text),
    ])
    if let bytes = row.bytesValue, let row = StoredRow(bytes), row.text(row.hold) == hold.hold {
      // Held, unless somebody mended the store between the two steps.
      _ = try await Mending(store: store).hold(
        hold, size: row.sizeValue, blob: row.text(row.blob))
      return
    }
    // Claimed and let go of, the bytes go the way of all that nobody holds.
    let blobs = Blobs(store: store)
    if let digest { _ = try await blobs.claim(hold, digest, force: false) }
    try await blobs.release(hold)
  }

  // MARK: deletes

  private func finishDeletes() async throws(DomainError) {
    var cursor: RedisArgument = "0"
    var count = 0
    repeat {
      let step = try await store.command([
        "SCAN", cursor, "MATCH", .string(Keys.filesDeleting(user: "*")), "COUNT",
        .integer(Self.keysPerStep),
      ])
      guard let parts = step.elements, parts.count == 2, let next = parts[0].string,
        let keys = parts[1].elements
      else { throw .malformedReply }
      for key in keys { count += try await finishDeletes(in: key.string ?? "") }
      if next == "0" { break }
      cursor = .string(next)
      await store.loop.sleep(milliseconds: Self.restMilliseconds)
    } while true
    if count > 0 {
      logger.notice("finished deletes that were cut off", metadata: ["files": "\(count)"])
    }
  }

  /// `key` is the hash of one user's; answers how many files were in it.
  private func finishDeletes(in key: String) async throws(DomainError) -> Int {
    guard let name = Keys.tag(of: key), let user = try? UserName(name) else { return 0 }
    let reply = try await store.command(["HGETALL", .string(key)])
    guard let fields = reply.elements else { throw .malformedReply }
    for index in stride(from: 0, to: fields.count - 1, by: 2) {
      guard let id = fields[index].string.flatMap({ FileID(stored: $0) }) else { continue }
      try await finishDelete(id, of: user, fields[index + 1])
    }
    return fields.count / 2
  }

  /// `lines` is the record of `files:{user}:deleting`.
  private func finishDelete(
    _ id: FileID, of user: UserName, _ lines: RedisReply
  ) async throws(DomainError) {
    guard let lines = lines.string else { return }
    try await Mending(store: store).finishDelete(of: id, user: user, lines: lines)
  }
}
