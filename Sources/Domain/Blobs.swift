import BlobStore
import Crypto
import Events
import RedisClient

/// One row's claim on the bytes of an MD5. Each row has its own (`hold` is drawn anew), so that a delete lets go
/// of exactly the row that it removed, and a file that is uploaded again meanwhile keeps its bytes.
package struct BlobHold: Sendable {
  package let user: UserName
  package let id: FileID
  package let hold: String

  package init(user: UserName, id: FileID, hold: String = RandomBytes.hex(bytes: 4)) {
    self.user = user
    self.id = id
    self.hold = hold
  }

  /// The field of `blob:{md5}`. A file name has no `/` and a hold is eight digits, so it parses from
  /// the end.
  package var holder: String { "\(user.text)/\(id.name.text)@\(hold)" }
}

/// Who holds which bytes: `blob:{md5}`. Its holders are a superset of the rows at every moment.
struct Blobs: Sendable {
  let store: Store

  struct Known: Sendable {
    let size: Int64
    let path: String
  }

  private func keys(_ md5: HexDigits32) -> [String] {
    [Keys.blob(md5: md5.text)]
  }

  /// What a claim found.
  enum Claim: Equatable {
    case held, beingDeleted
    /// Other bytes with this md5 are known.
    case collision
  }

  /// Adds the hold for bytes that are durable on disk. `force`: under the sweep lock, where nobody is about to
  /// unlink them.
  func claim(
    _ hold: BlobHold, _ digest: BlobDigest, force: Bool
  ) async throws(DomainError) -> Claim {
    let reply = try await store.run(
      .blobClaim, keys: keys(hold.id.md5),
      [
        .integer(digest.size), .string(digest.name.path), .string(hold.holder),
        force ? "1" : "0",
      ])
    switch reply.code {
    case 0: return .held
    case 1: return .beingDeleted
    default: return .collision
    }
  }

  /// Adds the hold to bytes that the server has; nil where it does not.
  func claimKnown(_ hold: BlobHold) async throws(DomainError) -> Known? {
    var reply = try await store.run(
      .blobClaimKnown, keys: keys(hold.id.md5), [.string(hold.holder)])
    guard reply.code == ScriptCode.ok else { return nil }
    let size = try reply.takeInteger()
    return Known(size: size, path: try reply.takeString())
  }

  /// Lets go of the bytes. When nobody holds them any more, the sweep deletes them after the grace period; it
  /// learns of them from a note that is made first, so that a crash cannot make it forget.
  func release(_ hold: BlobHold) async throws(DomainError) {
    let now = Clock.wallMilliseconds
    let due = now + store.policy.deleteGraceMilliseconds
    _ = try await store.command(
      ["ZADD", .string(Keys.orphansDue), .integer(due), .string(hold.id.md5.text)])
    _ = try await store.run(
      .blobRelease, keys: keys(hold.id.md5), [.string(hold.holder), .integer(now)])
  }

  /// True when the blob's file is there and whole in size.
  func isWhole(_ known: Known) async throws(DomainError) -> Bool {
    guard let name = BlobName(path: known.path) else { return false }
    let volume = store.volume
    let size = try await store.onDisk { () throws(BlobError) in try volume.size(of: name) }
    return size == known.size
  }
}
