/// A blob as a loop keeps it at hand to answer from: the open file, the bytes if they are few, and
/// a place for the answer's head. Belongs to one loop.
package final class CachedBlob {
  /// Up to this size a blob's bytes are kept; larger ones are sent from the file.
  package static let contentsBytesMax = 256 << 10

  package let name: BlobName
  package let file: OpenBlob
  /// All bytes, for blobs of at most `contentsBytesMax`; else nil.
  package let contents: [UInt8]?
  /// What the HTTP side wants to make only once, for instance the head of a plain 200. Empty at
  /// first; BlobStore does not look at it. A few hundred bytes at most: the cache's bound counts no
  /// more for it.
  package var preparedHead: [UInt8] = []

  /// `contents` must be what `file` holds. The two are read by a blocking pool, this is made by the
  /// loop.
  package init(name: BlobName, file: OpenBlob, contents: [UInt8]?) {
    precondition(contents.map { $0.count == file.size } ?? true)
    self.name = name
    self.file = file
    self.contents = contents
  }
}
