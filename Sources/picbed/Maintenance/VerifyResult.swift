import Events
import Glibc
import JSON
import Snapshots

/// What the last `picbed verify` said, in DATA/verify.json, for `picbed status`.
struct VerifyResult: Equatable {
  enum Result: String {
    case clean, mended, mendable, damaged
  }

  private static let bytesMax = 4096

  let time: String
  let result: Result
  let isDeep: Bool
  let findings: Int64
  let mended: Int64
  let damaged: Int64
  let milliseconds: Int64

  init(_ report: Verify.Report, _ settings: Verify.Settings) {
    var time: [UInt8] = []
    Timestamp.appendUTC(Clock.wallMilliseconds, to: &time)
    self.time = String(decoding: time, as: UTF8.self)
    isDeep = settings.isDeep
    findings = Int64(report.findings.count)
    mended = Int64(report.findings.count - report.left.count)
    damaged = Int64(report.left.count { $0.kind.grade == .damage })
    milliseconds = report.milliseconds
    result =
      if report.findings.isEmpty { .clean } else if damaged > 0 {
        .damaged
      } else if !report.left.isEmpty { .mendable } else { .mended }
  }

  /// Nil where none was written, or something else stands there.
  init?(in dataFolder: String) {
    guard let bytes = try? File.read(Self.path(in: dataFolder), bytesMax: Self.bytesMax),
      let json = try? JSONObject(parsing: bytes), let time = json.string("time"),
      let result = json.string("result").flatMap({ Result(rawValue: $0) }),
      case .bool(let isDeep)? = json["deep"], let findings = json.integer("findings"),
      let mended = json.integer("mended"), let damaged = json.integer("damaged"),
      let milliseconds = json.integer("milliseconds")
    else { return nil }
    self.time = time
    self.result = result
    self.isDeep = isDeep
    self.findings = findings
    self.mended = mended
    self.damaged = damaged
    self.milliseconds = milliseconds
  }

  func write(to json: inout JSONWriter) {
    json.openObject()
    json.field("time", time)
    json.field("result", result.rawValue)
    json.field("deep", isDeep)
    json.field("findings", findings)
    json.field("mended", mended)
    json.field("damaged", damaged)
    json.field("milliseconds", milliseconds)
    json.closeObject()
  }

  func save(in dataFolder: String) throws(FileError) {
    var json = JSONWriter()
    write(to: &json)
    json.raw("\n")
    let path = Self.path(in: dataFolder)
    // A reader finds the old result or the new one, never half of one.
    try File.write(path + ".new", json.bytes)
    guard rename(path + ".new", path) == 0 else { throw FileError("rename", path + ".new") }
  }

  private static func path(in dataFolder: String) -> String { dataFolder + "/verify.json" }
}
