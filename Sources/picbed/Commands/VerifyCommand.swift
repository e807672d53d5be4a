import ArgumentParser
import BlobStore
import Domain
import Events
import Glibc
import RedisClient
import Snapshots

/// `picbed verify`: compares the store with itself, and mends it.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Find what does not fit together, and mend it.",
    discussion: """
      Compares rows, indexes, the public list, picture links, blobs, their files and the newest \
      snapshot. Works while picbed serves: what looks wrong is looked at again after a few \
      seconds, so that what is only on its way is not reported.

      With --repair, what was cut off is finished, indexes are made from rows again, bytes that no \
      row holds are let go, and bytes that nobody knows become a blob that nobody holds, which \
      stays for a week for whoever uploads it again. A blob whose file has other bytes than its \
      name says is moved to DATA/blobs/damaged: its URL then answers 404 instead of wrong bytes, \
      and an upload of the same file makes it whole.

      Exit codes: 0 all is well; 3 something was found and is mended, or can be with --repair; 2 \
      bytes or rows are damaged or gone, each named in a line; 1 it could not be verified.
      """)

  static let mendedExitCode: Int32 = 3
  static let damagedExitCode: Int32 = 2
  /// Lines of findings; all are counted.
  private static let linesMax = 1_000
  private static let defaultRate = "64MiB"

  @OptionGroup var store: StoreOptions

  @Flag(help: "Mend what can be mended.")
  var repair = false

  @Flag(help: "Read every blob and compare its SHA-256 with its name.")
  var deep = false

  @Option(
    help: ArgumentHelp(
      "The most bytes to read a second with --deep (default: \(defaultRate)).",
      valueName: "size"),
    transform: ByteSize.init(parsing:))
  var rate: ByteSize?

  @Option(
    help: ArgumentHelp(
      "A file that no blob knows is an upload on its way until it is so old (default: 1h).",
      valueName: "time"),
    transform: TimeSpan.init(parsing:))
  var unknownAfter: TimeSpan?

  func run() throws {
    let settings = try StoreSettings(store, .process)
    let rate = rate?.bytes ?? (Configuration.known(Self.defaultRate) as ByteSize).bytes
    let job = Job(
      settings: Verify.Settings(
        isDeep: deep, repairs: repair, bytesPerSecond: max(rate, 1), isShared: true,
        unknownFileSeconds: (unknownAfter?.milliseconds ?? 3_600_000) / 1000))
    let run = try StoreRun(settings, scripts: true)
    try run.run("picbed verify", .shared) { store throws(PicbedError) in
      try await job.perform(in: store)
    }
    if job.exitCode != 0 { Glibc.exit(job.exitCode) }
  }

  /// `@unchecked Sendable`: used on the main thread only.
  private final class Job: @unchecked Sendable {
    private var settings: Verify.Settings
    private(set) var exitCode: Int32 = 0

    init(settings: Verify.Settings) { self.settings = settings }

    func perform(in open: OpenStore) async throws(PicbedError) {
      settings.isShared = !open.isAlone
      let progress = ProgressLine(logger: open.logger)
      defer { progress.end() }
      let store = try Self.store(open)
      var verify = Verify(
        store: store, snapshots: SnapshotFolder(in: open.dataFolder), settings: settings
      ) { counts in
        progress.show { "verifying: \(counts.text)" }
      }
      let report: Verify.Report
      do throws(SnapshotError) { report = try await verify.run() } catch {
        throw .start("the store could not be verified: \(error)")
      }
      progress.end()
      tell(report)
      let result = VerifyResult(report, settings)
      exitCode =
        switch result.result {
        case .clean: 0
        case .damaged: damagedExitCode
        case .mended, .mendable: mendedExitCode
        }
      do throws(FileError) { try result.save(in: open.dataFolder) } catch {
        open.logger.warning("the result is not written down: \(error)")
      }
    }

    private static func store(_ open: OpenStore) throws(PicbedError) -> Store {
      var policy = StorePolicy()
      policy.deleteGraceMilliseconds = Verify.adoptedGraceMilliseconds
      do {
        return Store(
          loop: open.loop, redis: open.redis,
          volume: try BlobVolume(root: open.dataFolder + "/blobs"),
          diskPool: try BlockingPool(name: "disk", threads: 1, queueMax: 16),
          passwordPool: try BlockingPool(name: "password", threads: 1, queueMax: 1),
          policy: policy)
      } catch {
        throw .start("the store could not be verified: \(error)")
      }
    }

    private func tell(_ report: Verify.Report) {
      let left = Set(report.left)
      var text = ""
      for finding in report.findings.prefix(linesMax) {
        let state =
          finding.kind.grade == .damage
          ? "DAMAGED" : !settings.repairs ? "found" : left.contains(finding) ? "left" : "mended"
        text += "\(state): \(finding.text)\n"
      }
      if report.findings.count > linesMax || report.isCut {
        text += "and more: \(report.findings.count.description) in all were listed\n"
      }
      let mended = report.findings.count - report.left.count
      text += "\(report.counts.text)"
      if settings.isDeep { text += ", \(report.bytesHashed.grouped) bytes read" }
      text += " in \(report.milliseconds.grouped) ms: "
      text +=
        report.findings.isEmpty
        ? "all is well\n"
        : "\(report.findings.count) findings, \(mended) mended, \(left.count { $0.kind.grade == .damage }) damaged\n"
      StandardStream.output.write(text)
    }
  }
}
