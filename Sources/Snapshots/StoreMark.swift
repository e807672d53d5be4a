import JSON
import RedisClient

/// A state of a Redis, as far as it can be told without reading it: two equal marks mean that not one
/// write came between them. (Redis counts its writes since its start, less those before its last
/// dump; each start draws a new run id.) Different marks may mean a write that changed nothing.
package struct StoreMark: Sendable, Equatable {
  let run: String
  /// Dumps written since the start, and when the last one was.
  let dumps: Int64
  let lastDump: Int64
  let writes: Int64

  /// Nil where the answer to INFO does not tell.
  package init?(info: String) {
    var fields: [Substring: Substring] = [:]
    for line in info.split(whereSeparator: \.isNewline) {
      guard let colon = line.firstIndex(of: ":") else { continue }
      fields[line[..<colon]] = line[line.index(after: colon)...]
    }
    guard let run = fields["run_id"], let writes = fields["rdb_changes_since_last_save"],
      let lastDump = fields["rdb_last_save_time"], let writes = Int64(writes),
      let lastDump = Int64(lastDump)
    else { return nil }
    self.run = String(run)
    // Since Redis 7.0.? only; the time of the last dump tells most of it.
    dumps = fields["rdb_saves"].flatMap { Int64($0) } ?? 0
    self.lastDump = lastDump
    self.writes = writes
  }

  init?(_ json: JSONObject) {
    guard let run = json.string("run"), let dumps = json.integer("dumps"),
      let lastDump = json.integer("last_dump"), let writes = json.integer("writes")
    else { return nil }
    self.run = run
    self.dumps = dumps
    self.lastDump = lastDump
    self.writes = writes
  }

  func write(to json: inout JSONWriter) {
    json.openObject()
    json.field("run", run)
    json.field("dumps", dumps)
    json.field("last_dump", lastDump)
    json.field("writes", writes)
    json.closeObject()
  }

  package static func read(_ redis: RedisClient) async throws(SnapshotError) -> StoreMark? {
    do throws(RedisError) {
      return StoreMark(info: try await redis.command(["INFO"]).string ?? "")
    } catch {
      throw SnapshotError(error)
    }
  }
}
