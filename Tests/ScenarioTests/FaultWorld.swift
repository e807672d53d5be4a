import Glibc
import Synchronization
import TestSupport
import Testing

/// One user at work on a server that fails, and what she may expect to find: what was acknowledged
/// for certain, and nothing that she was not told of but the calls without an answer.
///
/// Belongs to one thread at a time.
final class FaultClient {
  private struct Expected {
    let number: Int
    let bytes: [UInt8]
    /// Nil: a call's outcome is unknown, so either is right.
    var isThere: Bool?
    var isShared: Bool? = false
    var pv: ClosedRange<Int> = 0...0
  }

  let user: PicbedUser
  private let server: PicbedServer
  private var random: SeededGenerator
  private var files: [FileID: Expected] = [:]
  private var made = 0
  private(set) var acknowledged = 0
  private(set) var unknown = 0

  init(_ server: PicbedServer, seed: UInt64) throws {
    self.server = server
    user = try server.newUser("fault")
    random = SeededGenerator(seed: seed)
  }

  /// Makes one random call.
  func step() {
    let there = files.filter { $0.value.isThere == true }.map(\.key).sorted { $0.name < $1.name }
    switch Int.random(in: 0..<10, using: &random) {
    case 0..<4: upload()
    case 4 where !there.isEmpty: delete(random.pick(there))
    case 5, 6: if !there.isEmpty { view(random.pick(there)) }
    case 7: if !there.isEmpty { share(random.pick(there)) }
    case 8: if !there.isEmpty { endShare(random.pick(there)) }
    default: upload()
    }
  }

  func upload() {
    made += 1
    let bytes = Fixtures.bytes(
      Int.random(in: 1...30_000, using: &random),
      seed: UInt64.random(in: 0..<1 << 40, using: &random))
    let id = FileID("\(user.name)-\(made)", bytes)
    let code = call { try $0.upload(id.name, bytes) }
    files[id] = Expected(number: made, bytes: bytes, isThere: code.map { $0 == 0 })
  }

  func delete(_ id: FileID) {
    let code = call { try $0.call("/api/dealfile?cmd=del", id) }
    files[id]!.isThere = code == 0 ? false : nil
    files[id]!.isShared = code == 0 ? false : nil
  }

  func view(_ id: FileID) {
    let pv = files[id]!.pv
    let code = call { try $0.call("/api/dealfile?cmd=pv", id) }
    files[id]!.pv = (code == 0 ? pv.lowerBound + 1 : pv.lowerBound)...(pv.upperBound + 1)
  }

  func share(_ id: FileID) {
    let code = call { try $0.call("/api/dealfile?cmd=share", id) }
    files[id]!.isShared = code == 0 ? true : nil
  }

  func endShare(_ id: FileID) {
    let code = call { try $0.call("/api/dealsharefile?cmd=cancel", id) }
    // 1: nothing was shared.
    files[id]!.isShared = code == nil ? nil : false
  }

  /// The newest file that is there for certain: one that nobody else took in an earlier round.
  var newestFile: FileID? {
    files.filter { $0.value.isThere == true }.max { $0.value.number < $1.value.number }?.key
  }

  /// The code; nil when nobody knows what became of the call: no answer, or 503 in its middle.
  private func call(_ send: (PicbedUser) throws -> Exchange) -> Int? {
    guard let reply = try? send(user.on(server.client)), reply.response.status == 200 else {
      unknown += 1
      return nil
    }
    acknowledged += 1
    return reply.code
  }

  /// Compares the server with what is expected, byte for byte; afterwards everything is certain but
  /// the flags of shares without an answer, whose halves are put together later.
  func audit(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let user = user.on(server.client)
    var listed: [FileID: ListedFile] = [:]
    while true {
      let page = try user.files(start: listed.count)
      for entry in page.entries { listed[entry.id] = entry }
      if page.entries.isEmpty || listed.count == page.total { break }
    }
    let total = try user.call("/api/myfiles?cmd=count").expect(code: 0)["total"]
    #expect(total == .integer(listed.count), sourceLocation: sourceLocation)
    for (id, expected) in files {
      let entry = listed[id]
      if let isThere = expected.isThere {
        #expect((entry != nil) == isThere, "\(id): acknowledged", sourceLocation: sourceLocation)
      }
      files[id]!.isThere = entry != nil
      guard let entry else { continue }
      #expect(
        expected.pv.contains(entry.pv), "\(entry) \(expected.pv)", sourceLocation: sourceLocation)
      if let isShared = expected.isShared {
        #expect((entry.shareStatus == 1) == isShared, "\(entry)", sourceLocation: sourceLocation)
      }
      files[id]!.pv = entry.pv...entry.pv
      let path = "/group1" + entry.url.split(separator: "/group1")[1]
      let body = try server.client.get(path).response.body
      #expect(body == expected.bytes, "\(id): other bytes", sourceLocation: sourceLocation)
    }
    #expect(listed.keys.allSatisfy { files[$0] != nil }, sourceLocation: sourceLocation)
    try auditKeys(listed, sourceLocation: sourceLocation)
  }

  /// No row without its bytes' holder and its place in every index.
  private func auditKeys(
    _ listed: [FileID: ListedFile], sourceLocation: SourceLocation
  ) throws {
    let redis = try RedisProbe(socketPath: server.redisSocketPath)
    let key = "files:{\(user.name)}"
    #expect(try redis.command("HLEN", key).integer == Int64(listed.count))
    for index in [":time", ":pv"] {
      #expect(
        try redis.command("ZCARD", key + index).integer == Int64(listed.count), "\(index)",
        sourceLocation: sourceLocation)
    }
    for id in listed.keys {
      let row = try redis.command("HGET", key, "\(id)").text ?? ""
      let hold = row.firstMatch(of: #/"hold":"([0-9a-f]+)"/#).map { String($0.1) } ?? "none"
      let blob = "blob:{\(id.md5)}"
      #expect(
        try redis.command("HEXISTS", blob, "\(user.name)/\(id.name)@\(hold)").integer == 1,
        "\(row) has no hold on its bytes", sourceLocation: sourceLocation)
      #expect(
        try redis.command("HGET", blob, "state").text == "live", sourceLocation: sourceLocation)
    }
  }
}
