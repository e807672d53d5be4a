import Domain
import RedisClient

/// The sizes of a user's files, added up while nothing changed.
struct FileSizes: Equatable {
  let bytes: Int64
  /// What `files:{user}:bytes` says.
  let noted: Int64
  /// Of the user's lists, meanwhile.
  let version: String
}

extension StoreLook {
  /// A user who changes files all the time is left for another run.
  private static let triesMax = 3

  /// Compares what is noted of the sum with the rows.
  mutating func sizes(of user: String) async throws(SnapshotError) -> [Finding] {
    guard let sum = try await sum(of: user), sum.bytes != sum.noted else { return [] }
    var finding = Finding(.bytesWrong)
    finding.user = user
    return [finding]
  }

  /// Nil where no such moment was found, or where rows and the index by time differ: that is mended
  /// first.
  mutating func sum(of user: String) async throws(SnapshotError) -> FileSizes? {
    for _ in 0..<Self.triesMax {
      let before = try await state(of: user)
      guard before[2].integerValue == before[3].integerValue else { return nil }
      let count = before[2].integerValue ?? 0
      var bytes: Int64 = 0
      for start in stride(from: 0, to: count, by: Pace.batchRowsMax) {
        bytes += try await sum(of: user, from: start)
      }
      guard try await state(of: user) == before else { continue }
      return FileSizes(
        bytes: bytes, noted: before[1].integerValue ?? 0, version: before[0].string ?? "")
    }
    return nil
  }

  /// Version, noted sum, rows, entries by time.
  private mutating func state(of user: String) async throws(SnapshotError) -> [RedisReply] {
    try await walk.commands([
      ["GET", .string(Keys.filesVersion(user: user))],
      ["GET", .string(Keys.filesBytes(user: user))], ["HLEN", .string(Keys.files(user: user))],
      ["ZCARD", .string(Keys.filesTime(user: user))],
    ])
  }

  private mutating func sum(
    of user: String, from start: Int64
  ) async throws(SnapshotError) -> Int64 {
    let ids = try await walk.command([
      "ZRANGE", .string(Keys.filesTime(user: user)), .integer(start),
      .integer(start + Int64(Pace.batchRowsMax) - 1),
    ])
    let names = (ids.elements ?? []).compactMap(\.bytesValue)
    guard !names.isEmpty else { return 0 }
    let rows = try await walk.command(
      ["HMGET", .string(Keys.files(user: user))] + names.map { .bytes($0) })
    return (rows.elements ?? []).reduce(0) { sum, row in
      sum + (row.bytesValue.flatMap { StoredRow($0)?.sizeValue } ?? 0)
    }
  }
}
