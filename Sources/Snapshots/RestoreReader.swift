import Domain
import RedisClient

/// What a restore takes at once.
enum RestorePart: Sendable {
  case users([SnapshotLine.Hash])
  case files([RestoredFiles])
  case shares([OwnedRow])
  case pictures([SnapshotLine.Hash])
  case blobs([RestoredBlobs])
}

/// Reads a snapshot from front to back, and makes of its lines what a restore sends to Redis.
///
/// `@unchecked Sendable`: one job of a pool at a time uses it, and each ends before the next begins.
final class RestoreReader: @unchecked Sendable {
  /// Rows in one part. Nobody else waits for this Redis.
  private static let partRows = 2_000

  private let folder: String
  private var kinds = SnapshotFormat.Kind.allCases[...]
  private var reader: LineReader?

  init(folder: String) { self.folder = folder }

  /// The next part; nil behind the last.
  func next() -> Result<RestorePart?, SnapshotError> {
    do throws(SnapshotError) { return .success(try nextPart()) } catch { return .failure(error) }
  }

  private func nextPart() throws(SnapshotError) -> RestorePart? {
    while let kind = kinds.first {
      let reader =
        if let reader { reader } else {
          try LineReader("\(folder)/\(kind.fileName)")
        }
      self.reader = reader
      var lines: [[UInt8]] = []
      while lines.count < Self.partRows, let line = try reader.next() { lines.append(line) }
      if !lines.isEmpty { return try part(kind, lines, reader) }
      kinds.removeFirst()
      self.reader = nil
    }
    return nil
  }

  private func part(
    _ kind: SnapshotFormat.Kind, _ lines: [[UInt8]], _ reader: LineReader
  ) throws(SnapshotError) -> RestorePart {
    switch kind {
    case .users: .users(try hashes(lines, "user", reader))
    case .files: .files(Self.byUser(try rows(lines, reader, SnapshotLine.file)))
    case .shares: .shares(try rows(lines, reader, SnapshotLine.share))
    case .pictures: .pictures(try hashes(lines, "urlmd5", reader))
    case .blobs: .blobs(try blobs(lines, reader))
    }
  }

  private static func byUser(_ rows: [OwnedRow]) -> [RestoredFiles] {
    var parts: [RestoredFiles] = []
    var users: Set<String> = []
    var start = rows.startIndex
    while start < rows.endIndex {
      let user = rows[start].user
      var end = start
      while end < rows.endIndex, rows[end].user == user { end += 1 }
      let isFirst = users.insert(user.text).inserted
      parts.append(RestoredFiles(Array(rows[start..<end]), of: user, follows: !isFirst))
      start = end
    }
    return parts
  }

  private func blobs(
    _ lines: [[UInt8]], _ reader: LineReader
  ) throws(SnapshotError) -> [RestoredBlobs] {
    var parts: [RestoredBlobs] = []
    for lines in lines.chunked(RestoredBlobs.linesMax) {
      guard let part = RestoredBlobs(lines) else { throw changed(reader) }
      parts.append(part)
    }
    return parts
  }

  private func rows(
    _ lines: [[UInt8]], _ reader: LineReader, _ read: ([UInt8]) -> OwnedRow?
  ) throws(SnapshotError) -> [OwnedRow] {
    var rows: [OwnedRow] = []
    rows.reserveCapacity(lines.count)
    for line in lines {
      guard let row = read(line) else { throw changed(reader) }
      rows.append(row)
    }
    return rows
  }

  private func hashes(
    _ lines: [[UInt8]], _ name: StaticString, _ reader: LineReader
  ) throws(SnapshotError) -> [SnapshotLine.Hash] {
    var hashes: [SnapshotLine.Hash] = []
    for line in lines {
      guard let hash = try? SnapshotLine.hash(line, name: name) else { throw changed(reader) }
      hashes.append(hash)
    }
    return hashes
  }

  /// The lines were checked; the file may have been changed since.
  private func changed(_ reader: LineReader) -> SnapshotError {
    reader.damaged("changed since it was checked")
  }
}

/// Some blobs of a snapshot: how to ask for all of them at once, and what they are, should some be
/// missing.
struct RestoredBlobs: Sendable {
  static let linesMax = 500

  let lines: [[UInt8]]
  private let keys: [String]

  /// Nil where one of them is no blob.
  init?(_ lines: [[UInt8]]) {
    var keys: [String] = []
    for line in lines {
      if let md5 = SnapshotLine.md5(ofBlob: line) {
        keys.append(Keys.blob(md5: String(decoding: md5, as: UTF8.self)))
      } else if let hash = try? SnapshotLine.hash(line, name: "md5") {
        keys.append(Keys.blob(md5: hash.name))
      } else {
        return nil
      }
    }
    self.lines = lines
    self.keys = keys
  }

  func ask(_ batch: inout CommandBatch) {
    batch.begin(words: 1 + keys.count)
    batch.word("EXISTS")
    for key in keys { batch.word(key) }
  }

  func hashes() throws(SnapshotError) -> [SnapshotLine.Hash] {
    var hashes: [SnapshotLine.Hash] = []
    for line in lines {
      guard let hash = try? SnapshotLine.hash(line, name: "md5") else {
        throw .refused("the blobs changed since they were checked")
      }
      hashes.append(hash)
    }
    return hashes
  }
}
