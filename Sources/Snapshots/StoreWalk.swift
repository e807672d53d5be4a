import Domain
import Events
import RedisClient

/// A walk over what a Redis holds, while it serves others: pieces of `Pace.batchRowsMax` rows, with
/// a rest after each. Bound to its client's loop.
///
/// SCAN and its kin show everything that was there from the walk's begin to its end at least once
/// (redis.io, SCAN, "Scan guarantees"), and what came or went meanwhile perhaps.
struct StoreWalk {
  let redis: RedisClient
  let loop: EventLoop
  var pace: Pace

  init(redis: RedisClient, loop: EventLoop, restPercent: Int64) {
    self.redis = redis
    self.loop = loop
    pace = Pace(restPercent: restPercent)
  }

  /// Runs one piece of work, and rests.
  mutating func commands(
    _ commands: [[RedisArgument]]
  ) async throws(SnapshotError) -> [RedisReply] {
    let start = Clock.monotonicMicroseconds
    let replies: [RedisReply]
    do throws(RedisError) {
      replies = try await redis.commands(commands)
    } catch {
      throw SnapshotError(error)
    }
    let rest = pace.rest(afterMicroseconds: Clock.monotonicMicroseconds - start)
    if rest > 0 { await loop.sleep(milliseconds: rest) }
    return replies
  }

  mutating func command(_ words: [RedisArgument]) async throws(SnapshotError) -> RedisReply {
    try await commands([words])[0]
  }

  /// One step of SCAN. `cursor` is "0" at first, and again behind the last step.
  mutating func nextKeys(_ cursor: inout [UInt8]) async throws(SnapshotError) -> [String] {
    let reply = try await command([
      "SCAN", .bytes(cursor), "COUNT", .integer(Pace.scanKeys),
    ])
    // A name that is not UTF-8 is none of picbed's.
    return try Self.step(reply, &cursor).compactMap(\.string)
  }

  /// One step of HSCAN: field, value, field, value …
  mutating func nextFields(
    of key: String, _ cursor: inout [UInt8]
  ) async throws(SnapshotError) -> [RedisReply] {
    let reply = try await command([
      "HSCAN", .string(key), .bytes(cursor), "COUNT", .integer(Int64(Pace.batchRowsMax)),
    ])
    return try Self.step(reply, &cursor)
  }

  static let firstCursor: [UInt8] = [0x30]

  static func step(
    _ reply: RedisReply, _ cursor: inout [UInt8]
  ) throws(SnapshotError) -> [RedisReply] {
    guard let parts = reply.elements, parts.count == 2, let next = parts[0].bytesValue,
      let elements = parts[1].elements
    else { throw SnapshotError(.malformedReply) }
    cursor = next
    return elements
  }
}
