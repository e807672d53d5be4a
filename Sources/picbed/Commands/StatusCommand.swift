import ArgumentParser
import Events
import Glibc
import JSON
import RedisClient
import Snapshots

/// `picbed status`: what is there, and how it is.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show what the store holds and how it is.",
    discussion: """
      Whether a picbed serves, and since when; users, files, blobs and their bytes; Redis' memory \
      and append-only file; the disk; the newest snapshot and its age; the last picbed verify and \
      what it said. Counts are taken at this moment, which takes a second or two for each million \
      of blobs.
      """)

  @OptionGroup var store: StoreOptions

  @Flag(help: "As one JSON object: sizes in bytes, ages in seconds.")
  var json = false

  func run() throws {
    let settings = try StoreSettings(store, .process)
    // Before this command perhaps takes the lock itself.
    let server = DataFolder.holder(of: settings.dataFolder)
    let isJSON = json
    try StoreRun(settings).run("picbed status", .shared) { store throws(PicbedError) in
      let status: Status
      do throws(SnapshotError) { status = try await Status(of: store, server: server) } catch {
        throw .start("the status could not be found out: \(error)")
      }
      StandardStream.output.write(isJSON ? status.json : Array(status.text.utf8))
    }
  }
}

/// What `picbed status` tells.
struct Status {
  private static let daySeconds: Int64 = 86_400

  let dataFolder: String
  let server: LockNote?
  let census: StoreCensus
  let redis: String
  let report: RedisReport
  /// Of the data folder's file system; nil where it does not tell.
  let disk: (free: Int64, total: Int64)?
  let snapshot: (name: SnapshotName, manifest: Manifest?)?
  let verify: VerifyResult?
  private let now = Clock.wallSeconds

  init(of store: OpenStore, server: LockNote?) async throws(SnapshotError) {
    self.server = server
    dataFolder = store.dataFolder
    redis = "\(store.redis.endpoint)"
    var census = StoreCensus(redis: store.redis, loop: store.loop)
    try await census.take()
    self.census = census
    let info: RedisReply
    do throws(RedisError) { info = try await store.redis.command(["INFO"]) } catch {
      throw .store("\(error)")
    }
    report = RedisReport(info: info.string ?? "")
    disk = Self.disk(dataFolder)
    let snapshots = SnapshotFolder(in: dataFolder)
    snapshot = try snapshots.names().last.map { ($0, try? snapshots.manifest(of: $0)) }
    verify = VerifyResult(in: dataFolder)
  }

  private static func disk(_ path: String) -> (free: Int64, total: Int64)? {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    let block = Int64(status.f_frsize)
    return (Int64(status.f_bavail) * block, Int64(status.f_blocks) * block)
  }

  private var uptimeSeconds: Int64? {
    server.flatMap { SnapshotName(rfc3339: $0.startTime) }.map { now - $0.seconds }
  }

  private var counts: SnapshotCounts { census.counts }

  // MARK: As text

  var text: String {
    var lines: [(String, String)] = [("data", dataFolder)]
    if let server {
      let uptime = uptimeSeconds.map { ", up \(Self.span($0))" } ?? ""
      lines.append(("server", "\(server.command), pid \(server.pid)\(uptime)"))
    } else {
      lines.append(("server", "none serves from this folder"))
    }
    for kind in [SnapshotFormat.Kind.users, .files, .shares, .pictures] {
      lines.append((kind.rawValue, counts[kind].grouped))
    }
    lines.append(("blobs", "\(counts[.blobs].grouped), \(Self.size(census.blobBytes))"))
    let memory = report["used_memory"].map { ", \(Self.size($0)) of memory" } ?? ""
    let log = report["aof_current_size"].map { ", \(Self.size($0)) of append-only file" } ?? ""
    lines.append(("redis", "\(report.version ?? "?") at \(redis)\(memory)\(log)"))
    if let disk {
      lines.append(("disk", "\(Self.size(disk.free)) free of \(Self.size(disk.total))"))
    }
    lines.append(("snapshot", snapshotText))
    lines.append(("verify", verifyText))
    return lines.map { name, value in
      name + String(repeating: " ", count: 10 - name.utf8.count) + value + "\n"
    }.joined()
  }

  private var snapshotText: String {
    guard let snapshot else { return "none yet" }
    let age = "\(snapshot.name), \(Self.span(now - snapshot.name.seconds)) ago"
    guard let manifest = snapshot.manifest else {
      return age + ", without a manifest that can be read"
    }
    return age + ", \(manifest.rows(.files).grouped) files"
  }

  private var verifyText: String {
    guard let verify else { return "never" }
    let age =
      SnapshotName(rfc3339: verify.time).map { ", \(Self.span(now - $0.seconds)) ago" } ?? ""
    let depth = verify.isDeep ? " (deep)" : ""
    return """
      \(verify.result.rawValue)\(depth)\(age): \(verify.findings) findings, \(verify.mended) mended, \
      \(verify.damaged) damaged
      """
  }

  /// `3 d 4 h`, `12 min 5 s`: the two largest units.
  static func span(_ seconds: Int64) -> String {
    var rest = max(seconds, 0)
    var parts: [String] = []
    for (unit, length) in [("d", daySeconds), ("h", 3600), ("min", 60), ("s", 1)] {
      let count = rest / length
      rest %= length
      if count > 0 || !parts.isEmpty { parts.append("\(count) \(unit)") }
    }
    return parts.isEmpty ? "0 s" : parts.prefix(2).joined(separator: " ")
  }

  /// `512 B`, `1.5 GiB`.
  static func size(_ bytes: Int64) -> String {
    guard bytes >= 1024 else { return "\(bytes) B" }
    var tenths = bytes * 10
    var unit = 0
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    while tenths >= 10 * 1024, unit + 1 < units.count {
      tenths /= 1024
      unit += 1
    }
    return "\(tenths / 10).\(tenths % 10) \(units[unit])"
  }

  // MARK: As JSON

  var json: [UInt8] {
    var json = JSONWriter(capacity: 1024)
    json.openObject()
    json.field("data", dataFolder)
    json.name("server")
    if let server {
      json.openObject()
      json.field("pid", Int64(server.pid))
      json.field("started", server.startTime)
      if let uptimeSeconds { json.field("uptime", uptimeSeconds) }
      json.closeObject()
    } else {
      json.null()
    }
    for kind in SnapshotFormat.Kind.allCases {
      json.string(kind.rawValue)
      json.raw(":")
      json.integer(counts[kind])
    }
    json.field("bytes", census.blobBytes)
    json.name("redis")
    json.openObject()
    json.field("at", redis)
    json.field("version", report.version ?? "")
    if let memory = report["used_memory"] { json.field("memory", memory) }
    if let log = report["aof_current_size"] { json.field("append_only_file", log) }
    json.closeObject()
    if let disk {
      json.name("disk")
      json.openObject()
      json.field("free", disk.free)
      json.field("total", disk.total)
      json.closeObject()
    }
    writeSnapshot(to: &json)
    json.name("verify")
    if let verify { verify.write(to: &json) } else { json.null() }
    json.closeObject()
    json.raw("\n")
    return json.bytes
  }

  private func writeSnapshot(to json: inout JSONWriter) {
    json.name("snapshot")
    guard let snapshot else { return json.null() }
    json.openObject()
    json.field("name", snapshot.name.text)
    json.field("age", max(now - snapshot.name.seconds, 0))
    if let manifest = snapshot.manifest {
      json.field("files", manifest.rows(.files))
      json.field("milliseconds", manifest.milliseconds)
    }
    json.closeObject()
  }
}
