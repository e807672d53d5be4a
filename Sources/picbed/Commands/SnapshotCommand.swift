import ArgumentParser
import Snapshots

/// `picbed snapshot`: takes a snapshot now.
struct SnapshotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot",
    abstract: "Write all metadata to flat files.",
    discussion: """
      Writes every user, file, share, picture link and blob, one line each, to a new folder below \
      DATA/snapshots, and prints that folder. Works while picbed serves, without disturbing it; \
      where none serves, the managed Redis is started for as long as it takes. picbed serve does \
      the same every so often by itself (--snapshot-every), and at once on SIGUSR1.

      picbed restore reads what this writes.
      """)

  /// With nobody to disturb the work need not rest.
  private static let restPercentBesideOthers: Int64 = 50

  @OptionGroup var store: StoreOptions

  @Option(
    help: .setting(
      KeptSnapshots.help, "which", default: Configuration.Default.keepSnapshots, .keepSnapshots),
    transform: KeptSnapshots.init(parsing:))
  var keepSnapshots: KeptSnapshots?

  func run() throws {
    var settings = try StoreSettings(store, .process)
    let kept =
      keepSnapshots ?? settings.environment.value(.keepSnapshots)
      ?? Configuration.known(Configuration.Default.keepSnapshots)
    try settings.check()
    try StoreRun(settings).run("picbed snapshot", .shared) { store throws(PicbedError) in
      try await Self.take(store, kept.retention)
    }
  }

  private static func take(
    _ store: OpenStore, _ retention: Retention
  ) async throws(PicbedError) {
    let progress = ProgressLine(logger: store.logger)
    let settings = Snapshot.Settings(
      retention: retention, restPercent: store.isAlone ? 0 : restPercentBesideOthers,
      onlyIfChanged: false)
    var snapshot = Snapshot(
      folder: SnapshotFolder(in: store.dataFolder), redis: store.redis, loop: store.loop,
      settings: settings
    ) { counts in
      progress.show { "snapshot: \(counts.text)" }
    }
    defer { progress.end() }
    do throws(SnapshotError) {
      guard let taken = try await snapshot.take() else { return }
      progress.end()
      StandardStream.output.write("\(taken.path)\n\(taken.summary)\n")
      for warning in taken.warnings { store.logger.warning("\(warning)") }
    } catch {
      throw .start("no snapshot was taken: \(error)")
    }
  }
}

extension Snapshot.Taken {
  /// `12 users, 10,000 files, …: 3,456,789 bytes in 812 ms`
  var summary: String {
    "\(counts.text): \(bytes.grouped) bytes in \(milliseconds.grouped) ms"
  }

  /// What is not in the snapshot, a sentence each.
  var warnings: [String] {
    var warnings: [String] = []
    if counts.unreadable > 0 {
      warnings.append(
        "\(counts.unreadable) rows in Redis cannot be read and are not in the snapshot")
    }
    if counts.foreign > 0 {
      warnings.append(
        "\(counts.foreign) keys in Redis are none of picbed's and are not in the snapshot")
    }
    return warnings
  }
}
