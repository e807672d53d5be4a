import BlobStore
import Crypto
import Domain
import Events
import RedisClient

/// Looks at files, shares, links and blobs: reads what should agree, a few at a time. The same look
/// serves the walk over all of them and the second look at what was found. Bound to its client's
/// loop, which looks at files block.
struct StoreLook {
  /// Of one look: some 500 µs of Redis' time.
  static let subjectsMax = 64

  var walk: StoreWalk
  let volume: BlobVolume
  /// Nil: the bytes themselves are not read.
  var hashing: BlobHashing?

  /// Those of `files` that the hash `key` has no row of.
  mutating func without(
    rowsIn key: String, _ files: [String]
  ) async throws(SnapshotError) -> [String] {
    let rows = try await walk.command(["HMGET", .string(key)] + files.map { .string($0) })
    guard let rows = rows.elements, rows.count == files.count else {
      throw SnapshotError(.malformedReply)
    }
    return zip(files, rows).filter { $0.1.isNull }.map(\.0)
  }

  mutating func files(
    _ subjects: [(user: String, file: String)]
  ) async throws(SnapshotError) -> [Finding] {
    var facts: [FileFacts] = []
    let replies = try await walk.commands(
      subjects.flatMap { user, file -> [[RedisArgument]] in
        let id = RedisArgument.string(file)
        return [
          ["HGET", .string(Keys.files(user: user)), id],
          ["ZSCORE", .string(Keys.filesTime(user: user)), id],
          ["ZSCORE", .string(Keys.filesPV(user: user)), id],
          ["SISMEMBER", .string(Keys.filesShared(user: user)), id],
          ["HGET", .string(Keys.shares), id],
        ]
      })
    for (index, subject) in subjects.enumerated() {
      let reply = replies[(5 * index)..<(5 * index + 5)]
      var fact = FileFacts(user: subject.user, file: subject.file)
      fact.isThere = !reply[5 * index].isNull
      let owned = reply[5 * index].bytesValue.flatMap {
        OwnedRow(file: $0, of: subject.user, pv: 0)
      }
      // A row under another file's id is as good as none.
      if owned?.id.text == subject.file { fact.row = owned?.row }
      fact.time = reply[5 * index + 1].integerValue
      fact.pv = reply[5 * index + 2].integerValue
      fact.isFlagged = reply[5 * index + 3].integerValue == 1
      fact.share = reply[5 * index + 4].bytesValue.flatMap { StoredRow($0) }
      facts.append(fact)
    }
    let blobs = try await walk.commands(
      facts.map { fact in
        let md5 = fact.row.map { $0.text($0.md5) } ?? ""
        let name = fact.row.map { $0.text($0.name) } ?? ""
        let hold = fact.row.map { $0.text($0.hold) } ?? ""
        return [
          "HMGET", .string(Keys.blob(md5: md5)), "size", "name", "state",
          .string("\(fact.user)/\(name)@\(hold)"),
        ]
      })
    for (index, blob) in blobs.enumerated() {
      guard let values = blob.elements, values.count == 4 else { continue }
      facts[index].blob = Self.row(size: values[0], name: values[1], state: values[2])
      facts[index].isHolder = !values[3].isNull
    }
    return facts.flatMap(\.findings)
  }

  mutating func shares(_ subjects: [String]) async throws(SnapshotError) -> [Finding] {
    let replies = try await walk.commands(
      subjects.flatMap { file -> [[RedisArgument]] in
        let id = RedisArgument.string(file)
        return [
          ["HGET", .string(Keys.shares), id], ["ZSCORE", .string(Keys.sharesTime), id],
          ["ZSCORE", .string(Keys.sharesPV), id],
        ]
      })
    var facts: [ShareFacts] = []
    for (index, file) in subjects.enumerated() {
      var fact = ShareFacts(file: file)
      fact.isThere = !replies[3 * index].isNull
      fact.row = replies[3 * index].bytesValue.flatMap { OwnedRow(share: $0, pv: 0)?.row }
      fact.time = replies[3 * index + 1].integerValue
      fact.pv = replies[3 * index + 2].integerValue
      facts.append(fact)
    }
    let owned = try await walk.commands(
      facts.map { fact in
        let user = fact.row.map { $0.text($0.user) } ?? ""
        return ["HGET", .string(Keys.files(user: user)), .string(fact.file)]
      })
    for (index, row) in owned.enumerated() {
      facts[index].owned = row.bytesValue.flatMap { StoredRow($0) }
    }
    return facts.flatMap(\.findings)
  }

  mutating func links(_ subjects: [String]) async throws(SnapshotError) -> [Finding] {
    let links = try await walk.commands(
      subjects.map { ["HMGET", .string(Keys.picture(urlmd5: $0)), "user", "file", "deleted"] })
    var facts: [LinkFacts] = []
    for (urlmd5, link) in zip(subjects, links) {
      var fact = LinkFacts(urlmd5: urlmd5)
      if let values = link.elements, values.count == 3 {
        fact.user = values[0].string
        fact.file = values[1].string ?? ""
        fact.isDeleted = !values[2].isNull
      }
      facts.append(fact)
    }
    let replies = try await walk.commands(
      facts.flatMap { fact -> [[RedisArgument]] in
        let user = fact.user ?? ""
        let id = RedisArgument.string(fact.file)
        let entries = RedisArgument.string(Keys.pictures(user: user))
        return [
          ["HEXISTS", .string(Keys.files(user: user)), id],
          ["HMGET", entries, id, .string(fact.urlmd5)],
          ["ZSCORE", .string(Keys.picturesTime(user: user)), .string(fact.urlmd5)],
        ]
      })
    for index in facts.indices {
      facts[index].hasFile = replies[3 * index].integerValue == 1
      facts[index].entryOfFile = replies[3 * index + 1].elements?.first?.string
      facts[index].entryOfLink = replies[3 * index + 1].elements?.last?.string
      facts[index].time = replies[3 * index + 2].integerValue
    }
    return facts.flatMap(\.findings)
  }

  /// Entries of lists of picture links.
  mutating func entries(
    _ subjects: [(user: String, urlmd5: String, file: String)]
  ) async throws(SnapshotError) -> [Finding] {
    let replies = try await walk.commands(
      subjects.flatMap { user, urlmd5, file -> [[RedisArgument]] in
        [
          ["HGET", .string(Keys.pictures(user: user)), .string(urlmd5)],
          ["EXISTS", .string(Keys.picture(urlmd5: urlmd5))],
        ]
      })
    var findings: [Finding] = []
    for (index, subject) in subjects.enumerated() {
      guard replies[2 * index].string == subject.file, replies[2 * index + 1].integerValue == 0
      else { continue }
      var finding = Finding(.entryWithoutLink)
      (finding.user, finding.urlmd5, finding.file) = subject
      findings.append(finding)
    }
    return findings
  }

  mutating func deletes(
    _ subjects: [(user: String, file: String)]
  ) async throws(SnapshotError) -> [Finding] {
    let replies = try await walk.commands(
      subjects.map { ["HEXISTS", .string(Keys.filesDeleting(user: $0.user)), .string($0.file)] })
    return zip(subjects, replies).filter { $0.1.integerValue == 1 }.map { subject, _ in
      var finding = Finding(.unfinishedDelete)
      (finding.user, finding.file) = subject
      return finding
    }
  }

  /// Also calls `onName` with the name of each blob.
  mutating func blobs(
    _ md5s: [String], onName: (BlobName) -> Void = { _ in }
  ) async throws(SnapshotError) -> [Finding] {
    let hashes = try await walk.commands(
      md5s.flatMap { md5 -> [[RedisArgument]] in
        [
          ["HGETALL", .string(Keys.blob(md5: md5))],
          ["ZSCORE", .string(Keys.orphansDue), .string(md5)],
        ]
      })
    var findings: [Finding] = []
    for (index, md5) in md5s.enumerated() {
      guard let fields = hashes[2 * index].elements, !fields.isEmpty else { continue }
      var facts = BlobFacts(md5: md5)
      facts.isNoted = !hashes[2 * index + 1].isNull
      var own: [String: RedisReply] = [:]
      var holders: [String] = []
      for at in stride(from: 0, to: fields.count - 1, by: 2) {
        guard let field = fields[at].string else { continue }
        if field.utf8.contains(0x2F) { holders.append(field) } else { own[field] = fields[at + 1] }
      }
      facts.row = Self.row(
        size: own["size"] ?? .null, name: own["name"] ?? .null, state: own["state"] ?? .null)
      facts.holders = try await rows(of: holders, md5)
      if let row = facts.row, let name = BlobName(path: row.name) {
        onName(name)
        facts.bytes = try await bytes(of: name, size: row.size)
      } else if facts.row != nil {
        facts.bytes = .missing
      }
      findings += facts.findings
    }
    return findings
  }

  private mutating func rows(
    of holders: [String], _ md5: String
  ) async throws(SnapshotError) -> [(String, Bool)] {
    let parts = holders.map { BlobFacts.parts(ofHolder: $0) }
    let rows = try await walk.commands(
      parts.map {
        ["HGET", .string(Keys.files(user: $0?.user ?? "")), .string("\(md5):\($0?.name ?? "")")]
      })
    return zip(holders, zip(parts, rows)).map { holder, found in
      let row = found.1.bytesValue.flatMap { StoredRow($0) }
      return (holder, row != nil && row.map { $0.text($0.hold) } == found.0?.hold)
    }
  }

  private func bytes(
    of name: BlobName, size: Int64
  ) async throws(SnapshotError) -> BlobFacts.Bytes {
    do throws(BlobError) {
      guard let found = try volume.size(of: name) else { return .missing }
      guard found == size else { return .size(found) }
    } catch {
      throw .refused("\(error)")
    }
    guard let hashing else { return .whole }
    guard let digest = try await hashing.digest(of: name) else { return .missing }
    return digest.name == name ? .whole : .changed
  }

  private static func row(size: RedisReply, name: RedisReply, state: RedisReply) -> BlobRow? {
    guard let size = size.integerValue, let name = name.string, let state = state.string else {
      return nil
    }
    return BlobRow(size: size, name: name, state: state)
  }
}
