/// What a snapshot is: a folder of text files, one line a row, which people can grep and jq.
///
///     DATA/snapshots/2026-11-24T21-40-01Z/
///       users.jsonl      {"user":"alice","nick":…,"pwd":…,"created":…}    every field of user:{alice}
///       files.jsonl      {"user":"alice","pv":3,"md5":…,"name":…,…}       pv and the row of files:{alice}
///       shares.jsonl     {"pv":7,"user":"alice","md5":…,"name":…,…}       pv and the row of shares:{public}
///       pictures.jsonl   {"urlmd5":…,"user":"alice","file":…,"pv":5,…}    every field of picture:{urlmd5}
///       blobs.jsonl      {"md5":…,"size":…,"name":…,"state":"live"}       blob:{md5} without its holders
///       users.sums …     a check sum for each line, which names a line that was changed
///       MANIFEST.json    how many rows and bytes each file has, its SHA-256, when it was taken
///
/// Everything else in Redis is either made from these again (indexes, holders, flags, notes for the
/// sweep) or not kept: sessions and throttles.
///
/// Redis goes on while it is read. Each row is as it was at one moment between `started` and
/// `finished`; what did not change meanwhile is there, what came or went meanwhile may or may not
/// be, and a row may be there twice. A restore makes a whole of that: see `Restore`.
package enum SnapshotFormat {
  package static let name = "picbed snapshot"
  package static let version: Int64 = 1
  package static let manifest = "MANIFEST.json"
  /// No row of picbed's is longer; a longer line is no row.
  package static let lineBytesMax = 64 * 1024

  /// The files, in the order in which a restore needs them.
  package enum Kind: String, CaseIterable, Sendable {
    case users, files, shares, pictures, blobs

    package var fileName: String { rawValue + ".jsonl" }
    var sumsName: String { rawValue + ".sums" }
  }

  /// The fields that are numbers in Redis' hashes. Written as JSON numbers, for jq.
  static let numbers: Set<String> = ["created", "pv", "size", "orphaned", "deleted"]
}
