import Crypto
import Events
import JSON

/// MANIFEST.json: what a snapshot's files must be, written last, so that a folder without one is no
/// snapshot.
package struct Manifest: Sendable, Equatable {
  package struct File: Sendable, Equatable {
    package var rows: Int64
    package var bytes: Int64
    /// Hexadecimal.
    package var sha256: String
  }

  /// RFC 3339.
  package var started: String
  package var finished: String
  package var milliseconds: Int64
  /// The store's state when it began; nil where Redis does not tell.
  package var mark: StoreMark?
  /// Rows that could not be read as such and are not in the snapshot.
  package var unreadable: Int64
  package var files: [SnapshotFormat.Kind: File]

  package func rows(_ kind: SnapshotFormat.Kind) -> Int64 { files[kind]?.rows ?? 0 }

  /// One file a line.
  var json: [UInt8] {
    var json = JSONWriter(capacity: 1024)
    json.openObject()
    json.raw("\n")
    json.field("format", SnapshotFormat.name)
    json.field("version", SnapshotFormat.version)
    json.raw(",\n")
    json.field("started", started)
    json.field("finished", finished)
    json.field("milliseconds", milliseconds)
    json.raw(",\n")
    json.field("unreadable", unreadable)
    if let mark {
      json.raw(",\n")
      json.name("store")
      mark.write(to: &json)
    }
    json.raw(",\n")
    json.name("files")
    json.openObject()
    for kind in SnapshotFormat.Kind.allCases {
      guard let file = files[kind] else { continue }
      json.raw(json.bytes.last == UInt8(ascii: "{") ? "\n" : ",\n")
      json.string(kind.fileName)
      json.raw(":")
      json.openObject()
      json.field("rows", file.rows)
      json.field("bytes", file.bytes)
      json.field("sha256", file.sha256)
      json.closeObject()
    }
    json.raw("}\n}\n")
    return json.bytes
  }

  /// `path` is for the error.
  init(parsing bytes: [UInt8], path: String) throws(SnapshotError) {
    func damaged(_ reason: String) -> SnapshotError {
      .damaged(path: path, line: nil, reason: reason)
    }
    let object: JSONObject
    do throws(JSONError) { object = try JSONObject(parsing: bytes) } catch {
      throw damaged("\(error)")
    }
    guard object.string("format") == SnapshotFormat.name else {
      throw damaged("this is no manifest of a picbed snapshot")
    }
    guard let version = object.integer("version"), version == SnapshotFormat.version else {
      throw damaged("this picbed reads snapshots of version \(SnapshotFormat.version) only")
    }
    guard let started = object.string("started"), let finished = object.string("finished"),
      let milliseconds = object.integer("milliseconds"), case .object(let list)? = object["files"]
    else { throw damaged("a member is missing") }
    self.started = started
    self.finished = finished
    self.milliseconds = milliseconds
    unreadable = object.integer("unreadable") ?? 0
    if case .object(let store)? = object["store"] { mark = StoreMark(store) }
    files = [:]
    for kind in SnapshotFormat.Kind.allCases {
      guard case .object(let file)? = list[named: kind.fileName],
        let rows = file.integer("rows"), let bytes = file.integer("bytes"),
        let sha256 = file.string("sha256"), Hex.decode(sha256)?.count == 32, rows >= 0, bytes >= 0
      else { throw damaged("it does not say what \(kind.fileName) must be") }
      files[kind] = File(rows: rows, bytes: bytes, sha256: sha256)
    }
  }

  init(
    started: Int64, finished: Int64, milliseconds: Int64, mark: StoreMark?, unreadable: Int64,
    files: [SnapshotFormat.Kind: File]
  ) {
    self.started = Self.text(started)
    self.finished = Self.text(finished)
    self.milliseconds = milliseconds
    self.mark = mark
    self.unreadable = unreadable
    self.files = files
  }

  private static func text(_ milliseconds: Int64) -> String {
    var bytes: [UInt8] = []
    Timestamp.appendUTC(milliseconds, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
