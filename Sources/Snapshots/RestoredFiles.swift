import Crypto
import Domain
import RedisClient

/// Rows of one user's files, one behind the other in a snapshot, and the commands that make them: five
/// for all together, and one for the blob of each. Put together by the thread that reads.
struct RestoredFiles: Sendable {
  let user: UserName
  /// Each file once.
  let rows: [OwnedRow]
  /// What makes all of `rows`, in a store that has none of them.
  let commands: CommandBatch
  /// Earlier rows of this user are sent together with these: what is there is to be asked behind them.
  let follows: Bool

  init(_ rows: [OwnedRow], of user: UserName, follows: Bool) {
    var seen: Set<String> = []
    self.user = user
    self.rows = rows.filter { seen.insert($0.id.text).inserted }
    self.follows = follows
    commands = Self.commands(self.rows, of: user)
  }

  static func commands(_ rows: [OwnedRow], of user: UserName) -> CommandBatch {
    var batch = CommandBatch()
    guard !rows.isEmpty else { return batch }
    let ids = rows.map { Array($0.id.text.utf8) }
    batch.begin(words: 2 + 2 * rows.count)
    batch.word("HSET")
    batch.word(Keys.files(user: user.text))
    for (row, id) in zip(rows, ids) {
      batch.word(id)
      batch.word(row.row.bytes)
    }
    batch.begin(words: 2 + 2 * rows.count)
    batch.word("ZADD")
    batch.word(Keys.filesTime(user: user.text))
    for (row, id) in zip(rows, ids) {
      batch.word(row.row.created)
      batch.word(id)
    }
    batch.begin(words: 2 + 2 * rows.count)
    batch.word("ZADD")
    batch.word(Keys.filesPV(user: user.text))
    for (row, id) in zip(rows, ids) {
      batch.word(row.pv)
      batch.word(id)
    }
    batch.begin(words: 3)
    batch.word("INCRBY")
    batch.word(Keys.filesBytes(user: user.text))
    batch.word(rows.reduce(0) { $0 + $1.row.sizeValue })
    batch.begin(words: 3)
    for word in version(Keys.filesVersion(user: user.text)) { batch.word(word) }
    for row in rows {
      batch.begin(words: 10)
      batch.word("HSET")
      batch.word(Keys.blob(md5: row.id.md5.text))
      batch.word("size")
      batch.word(row.row.sizeValue)
      batch.word("name")
      batch.word(row.row.text(row.row.blob))
      batch.word("state")
      batch.word("live")
      batch.word(row.hold.holder)
      batch.word("")
    }
    return batch
  }

  /// Without a version, lists would not be kept rendered until the first change.
  static func newVersion(_ key: String) -> [RedisArgument] { version(key).map { .string($0) } }

  private static func version(_ key: String) -> [String] {
    ["SET", key, RandomBytes.hex(bytes: 8)]
  }
}

extension Restore {
  mutating func restoreFiles(_ parts: [RestoredFiles]) async throws(SnapshotError) {
    let known = parts.filter { users.contains($0.user.text) }
    for part in parts where !users.contains(part.user.text) {
      for _ in part.rows { leaveOut("files of users who are not in the snapshot") }
    }
    // A row may stand in the snapshot twice; its bytes count once.
    var question = CommandBatch()
    for part in known {
      question.begin(words: 2)
      question.word("EXISTS")
      question.word(Keys.files(user: part.user.text))
    }
    let begun = try await commands(question)
    var fresh = CommandBatch()
    var freshRows = 0
    var more: [RestoredFiles] = []
    for (part, begun) in zip(known, begun) {
      if part.follows || begun.integerValue != 0 {
        more.append(part)
      } else {
        fresh.append(part.commands)
        freshRows += part.rows.count
      }
    }
    // In one piece, however many users they are of.
    _ = try await commands(fresh)
    outcome.restored[.files] += Int64(freshRows)
    for part in more { try await restoreMore(part) }
  }

  /// Some of the rows may be there.
  private mutating func restoreMore(_ part: RestoredFiles) async throws(SnapshotError) {
    let present = try await commands([
      ["HMGET", .string(Keys.files(user: part.user.text))]
        + part.rows.map { .string($0.id.text) }
    ])
    guard let present = present.first?.elements, present.count == part.rows.count else {
      throw SnapshotError(.malformedReply)
    }
    let fresh = zip(part.rows, present).filter { $1.isNull }.map(\.0)
    _ = try await commands(
      fresh.count == part.rows.count
        ? part.commands : RestoredFiles.commands(fresh, of: part.user))
    outcome.restored[.files] += Int64(fresh.count)
  }
}
