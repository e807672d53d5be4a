import Domain

/// One thing that `picbed verify` found: what is wrong, and with what.
package struct Finding: Hashable, Sendable {
  /// How bad it is.
  package enum Grade: String, Sendable {
    /// Left behind by something that was cut off. Nobody misses anything.
    case garbage
    /// Somebody may miss something, and it can be made again from what is there.
    case mendable
    /// Bytes or rows are gone: only an upload or a snapshot brings them back.
    case damage
  }

  package enum Kind: String, CaseIterable, Sendable {
    case unfinishedDelete = "a delete was cut off"
    case indexWithoutFile = "an index names a file without a row"
    case timeWrong = "the list by time does not say when the file came"
    case countMissing = "the file's count is lost"
    case bytesWrong = "the sum of the user's files is not that of their sizes"
    case flagWrong = "the share flag is not what the public list says"
    case holderMissing = "the file's row does not hold its blob"
    case rowUnreadable = "the file's row cannot be read"
    case rowAndBlobDiffer = "the row and its blob name different bytes"
    case shareWithoutFile = "a share's file is gone"
    case shareIndexWrong = "the public indexes are not what the share's row says"
    case shareUnreadable = "the share's row cannot be read"
    case linkOfDeletedFile = "a picture link's file is gone, and the link does not say so"
    case linkWithoutEntry = "a picture link is not in its owner's list"
    case entryWithoutLink = "a list of picture links names one that is not there"
    case danglingHolder = "a blob is held by no row"
    case orphanWithoutNote = "a blob that nobody holds is not noted for the sweep"
    case blobUnreadable = "what is known of a blob cannot be read"
    case bytesMissing = "the blob's file is gone"
    case bytesCut = "the blob's file has another size"
    case bytesChanged = "the blob's file has other bytes"
    case fileUnknown = "a file that no blob knows"
    case fileForeign = "a file that is none of picbed's"
    case snapshotDamaged = "the newest snapshot is damaged"

    package var grade: Grade {
      switch self {
      case .unfinishedDelete, .indexWithoutFile, .shareWithoutFile, .linkOfDeletedFile,
        .danglingHolder, .orphanWithoutNote, .fileUnknown, .fileForeign, .entryWithoutLink:
        .garbage
      case .timeWrong, .countMissing, .bytesWrong, .flagWrong, .holderMissing, .shareIndexWrong,
        .linkWithoutEntry:
        .mendable
      case .rowUnreadable, .rowAndBlobDiffer, .shareUnreadable, .blobUnreadable, .bytesMissing,
        .bytesCut, .bytesChanged, .snapshotDamaged:
        .damage
      }
    }
  }

  package let kind: Kind
  package var user = ""
  /// A file id.
  package var file = ""
  package var md5 = ""
  package var urlmd5 = ""
  package var holder = ""
  package var path = ""

  package init(_ kind: Kind) { self.kind = kind }

  /// `a blob is held by no row: blob e10a…, holder alice/cat.png@0f1e2d3c`
  package var text: String {
    let parts = [
      ("user", user), ("file", file), ("blob", md5), ("link", urlmd5), ("holder", holder),
      ("at", path),
    ].filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1)" }
    return kind.rawValue + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", "))
  }
}
