import Testing

@testable import Snapshots

@Suite struct ManifestTests {
  private static let mark = StoreMark(
    info: "run_id:abc\r\nrdb_changes_since_last_save:5\r\nrdb_last_save_time:7\r\n")

  private static var manifest: Manifest {
    var files: [SnapshotFormat.Kind: Manifest.File] = [:]
    for (index, kind) in SnapshotFormat.Kind.allCases.enumerated() {
      files[kind] = Manifest.File(
        rows: Int64(index), bytes: Int64(index) * 10, sha256: String(repeating: "0a", count: 32))
    }
    return Manifest(
      started: 1000, finished: 2500, milliseconds: 1500, mark: mark, unreadable: 1, files: files)
  }

  @Test func readsWhatItWrites() throws {
    let manifest = Self.manifest
    #expect(try Manifest(parsing: manifest.json, path: "m") == manifest)
    #expect(manifest.started == "1970-01-01T00:00:01.000Z")
    var unmarked = manifest
    unmarked.mark = nil
    #expect(try Manifest(parsing: unmarked.json, path: "m") == unmarked)
  }

  /// What people see.
  @Test func hasALineForEachFile() {
    let lines = String(decoding: Self.manifest.json, as: UTF8.self).split(separator: "\n")
    #expect(lines[0] == "{")
    #expect(lines[1] == #""format":"picbed snapshot","version":1,"#)
    #expect(lines.count { $0.hasPrefix(#"""#) && $0.contains(".jsonl\":{\"rows\":") } == 5)
    #expect(lines.last == "}")
  }

  @Test func refusesWhatItCannotTrust() {
    let text = String(decoding: Self.manifest.json, as: UTF8.self)
    let bad = [
      "", "{", String(text.dropLast(3)), "{}",
      text.replacing("\"version\":1", with: "\"version\":2"),
      text.replacing("picbed snapshot", with: "another"),
      text.replacing("\"blobs.jsonl\"", with: "\"others.jsonl\""),
      text.replacing("\"rows\":3", with: "\"rows\":-3"),
      text.replacing("0a0a\"}", with: "0a0\"}"),
    ]
    for text in bad {
      #expect(throws: SnapshotError.self, "\(text)") {
        try Manifest(parsing: Array(text.utf8), path: "m")
      }
    }
  }

  @Test func aMarkTellsEveryWrite() throws {
    let base = ["run_id:a", "rdb_changes_since_last_save:5", "rdb_last_save_time:7", "rdb_saves:1"]
    let mark = try #require(StoreMark(info: base.joined(separator: "\r\n")))
    #expect(mark == StoreMark(info: base.joined(separator: "\r\n")))
    for (index, other) in [
      "run_id:b", "rdb_changes_since_last_save:6", "rdb_last_save_time:8",
      "rdb_saves:2",
    ].enumerated() {
      var changed = base
      changed[index] = other
      #expect(StoreMark(info: changed.joined(separator: "\r\n")) != mark)
    }
    #expect(StoreMark(info: "run_id:a") == nil)
  }
}
