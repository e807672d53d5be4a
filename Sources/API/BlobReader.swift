import BlobStore
import Domain
import Events

/// Opens blobs for serving, and keeps the ones in demand: small ones whole in memory, large ones as an open file.
/// Needs no Redis. Loop-bound.
final class BlobReader {
  /// Each entry keeps a file open: this many descriptors a loop.
  private static let entriesMax = 4096

  private let store: Store
  private let cache: BlobCache

  init(store: Store, cacheBytesMax: Int) {
    self.store = store
    cache = BlobCache(bytesMax: cacheBytesMax, entriesMax: Self.entriesMax)
  }

  /// The blob, if it is in the cache.
  func cached(_ name: BlobName) -> CachedBlob? {
    cache.lookup(name, nowMilliseconds: store.loop.now)
  }

  /// The blob from disk, opened and read off the loop; nil where there is none.
  func open(_ name: BlobName) async throws(DomainError) -> CachedBlob? {
    let volume = store.volume
    let found = try await store.onDisk { () throws(BlobError) -> (OpenBlob, [UInt8]?)? in
      guard let file = try volume.open(name) else { return nil }
      return (file, file.size <= CachedBlob.contentsBytesMax ? try file.readAll() : nil)
    }
    guard let (file, contents) = found else { return nil }
    let blob = CachedBlob(name: name, file: file, contents: contents)
    cache.insert(blob, nowMilliseconds: store.loop.now)
    return blob
  }

  /// True when the blob at `path` is an image by its bytes.
  func isPicture(_ path: String) async throws(DomainError) -> Bool {
    guard let name = BlobName(path: path) else { return false }
    let blob = if let cached = cached(name) { cached } else { try await open(name) }
    return blob?.file.mediaType.isImage == true
  }

  func forget(_ name: BlobName) { cache.remove(name) }
}
