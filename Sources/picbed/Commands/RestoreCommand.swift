import ArgumentParser
import Snapshots

/// `picbed restore`: makes the metadata of a snapshot.
struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Fill an empty Redis from a snapshot.",
    discussion: """
      Checks all of the snapshot first: every count, every SHA-256, every line. What is torn, cut \
      short or edited is named with its file and line, and nothing is changed. Then every user, \
      file, share, picture link and blob is made again with all counters, and every index from \
      those. Sessions are not kept: people sign in again. Files that came after the snapshot are \
      not in it; their bytes are still in DATA/blobs, where picbed verify finds them.

      No picbed may serve from the data folder meanwhile. With --redis it is assumed that no other \
      picbed, with another data folder, uses that Redis either.
      """)

  @OptionGroup var store: StoreOptions

  @Flag(
    help: """
      If Redis is not empty, first delete every key of picbed's in it: all users, files, shares, \
      sessions. Other keys are left alone.
      """)
  var force = false

  @Flag(help: "Check the snapshot and say what would be done; change nothing.")
  var dryRun = false

  @Argument(
    help: "A name below DATA/snapshots, newest for the newest one there, or a folder's path.")
  var snapshot: String

  func run() throws {
    let settings = try StoreSettings(store, .process)
    let job = Job(wanted: snapshot, force: force, dryRun: dryRun)
    try StoreRun(settings.withoutWaitingForDisk).run("picbed restore", .alone) {
      store throws(PicbedError) in try await job.perform(in: store)
    }
  }

  private struct Job {
    let wanted: String
    let force: Bool
    let dryRun: Bool

    func perform(in store: OpenStore) async throws(PicbedError) {
      let progress = ProgressLine(logger: store.logger)
      defer { progress.end() }
      let folder: String
      do throws(SnapshotError) {
        folder = try find(in: SnapshotFolder(in: store.dataFolder))
        let check = try SnapshotCheck(folder: folder) { counts in
          progress.show { "checking: \(counts.text)" }
        }
        try check.run()
        progress.end()
        StandardStream.output.write(
          "\(folder) is whole, taken \(check.manifest.started): \(check.manifest.summary)\n")
        guard try await isToBeFilled(store) else { return }
      } catch {
        throw .start("nothing is restored: \(error)")
      }
      let mark = RestoreMark(in: store.dataFolder)
      try mark.set(folder)
      do throws(SnapshotError) {
        try await restore(folder, store, progress)
      } catch {
        throw .start("the restore was cut off, the store is not whole: \(error)")
      }
      mark.clear()
    }

    private func find(in folder: SnapshotFolder) throws(SnapshotError) -> String {
      if wanted.contains("/") { return wanted }
      if wanted == "newest" {
        guard let newest = try folder.names().last else {
          throw .refused("there is no snapshot in \(folder.path)")
        }
        return folder.path(of: newest)
      }
      guard let name = SnapshotName(wanted), try folder.names().contains(name) else {
        throw .refused("there is no snapshot \(wanted) in \(folder.path)")
      }
      return folder.path(of: name)
    }

    /// Whether to go on; throws where the store holds what must not be lost.
    private func isToBeFilled(_ store: OpenStore) async throws(SnapshotError) -> Bool {
      let keys = try await StoreContents(redis: store.redis).count()
      let place = "Redis at \(store.redis.endpoint)"
      if keys > 0, !force, !dryRun {
        throw .refused(
          """
          \(place) has \(keys.grouped) keys of picbed's: --force deletes them first, with all \
          users, files and shares that they stand for
          """)
      }
      guard dryRun else { return true }
      StandardStream.output.write(
        keys == 0
          ? "\(place) is empty\n"
          : "\(place) has \(keys.grouped) keys of picbed's, which --force would delete first\n")
      return false
    }

    private func restore(
      _ folder: String, _ store: OpenStore, _ progress: ProgressLine
    ) async throws(SnapshotError) {
      let deleted = try await StoreContents(redis: store.redis).delete()
      if deleted > 0 { StandardStream.output.write("deleted \(deleted.grouped) keys\n") }
      await leaveLogAsItGrows(store)
      var restore = Restore(folder: folder, redis: store.redis, loop: store.loop) { counts in
        progress.show { "restoring: \(counts.text)" }
      }
      let outcome = try await restore.run()
      progress.end()
      var text = "restored \(outcome.summary)\n"
      for (what, count) in outcome.leftOut.sorted(by: { $0.key < $1.key }) {
        text += "left out, since they changed while the snapshot was taken: \(count) \(what)\n"
      }
      StandardStream.output.write(text)
    }

    /// The managed Redis, which ends with this command, shall not rewrite its append-only file twice
    /// while it grows. The next one does that once.
    private func leaveLogAsItGrows(_ store: OpenStore) async {
      guard !store.isOutside else { return }
      _ = try? await store.redis.command(["CONFIG", "SET", "auto-aof-rewrite-percentage", "0"])
    }
  }
}

extension Manifest {
  /// `12 users, 10,000 files, …`
  fileprivate var summary: String {
    SnapshotFormat.Kind.allCases.map { "\(rows($0).grouped) \($0.rawValue)" }
      .joined(separator: ", ")
  }
}

extension Restore.Outcome {
  /// `12 users, …: 10,332 rows in 99 ms, 104,363 rows/s`
  fileprivate var summary: String {
    let perSecond = restored.total * 1000 / max(milliseconds, 1)
    return """
      \(restored.text): \(restored.total.grouped) rows in \(milliseconds.grouped) ms, \
      \(perSecond.grouped) rows/s
      """
  }
}

extension StoreSettings {
  /// The same store, whose managed Redis syncs its log every second and at its end instead of before
  /// each answer.
  fileprivate var withoutWaitingForDisk: StoreSettings {
    guard case .managed(let program, _) = redis else { return self }
    var other = self
    other.redis = .managed(program: program, .everysec)
    return other
  }
}
