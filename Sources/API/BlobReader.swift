import BlobStore
import Domain
import Events

/// Opens blobs for serving, and keeps the ones in demand: small ones whole in memory, large ones as an open file.
/// Needs no Redis. Loop-bound.
final class BlobReader {
  /// Each entry keeps a file open: this many descriptors a loop.
  private static let entriesMax = 4096
  /// What of a large blob is in memory before its answer begins. The connection sees to the rest.
  private static let loadedBytesMax: Int64 = 1 << 20

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
      if file.size <= CachedBlob.contentsBytesMax { return (file, try file.readAll()) }
      try file.load(0..<min(file.size, Self.loadedBytesMax))
      return (file, nil)
    }
    guard let (file, contents) = found else { return nil }
    let blob = CachedBlob(name: name, file: file, contents: contents)
    cache.insert(blob, nowMilliseconds: store.loop.now)
    return blob
  }

  /// The file of the blob at `path`: what its bytes are, and how large a picture.
  func file(_ path: String) async throws(DomainError) -> OpenBlob? {
    guard let name = BlobName(path: path) else { return nil }
    if let cached = cached(name) { return cached.file }
    return try await open(name)?.file
  }

  func forget(_ name: BlobName) { cache.remove(name) }
}
