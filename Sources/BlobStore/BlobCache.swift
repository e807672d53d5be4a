/// The blobs that one loop serves most. Not shared between threads: it lives and dies on its loop.
///
/// Bounded in bytes, and in entries because each keeps a file open. When full, entries leave by the
/// clock algorithm (second chance): a hand goes round and drops the first entry that was not looked
/// up since it last passed. So a walk through many blobs, each asked for once, does not push out
/// those that are asked for often. All operations take constant time, averaged over the insertions.
///
/// A removed blob leaves at once where `remove` is called, and otherwise after
/// `revalidateMilliseconds`: then the next look-up asks whether the file still has its name. So
/// several processes may serve one volume.
package final class BlobCache {
  /// The most that the contents of all entries, and an allowance for each entry, may add up to.
  package let bytesMax: Int
  package let entriesMax: Int
  package let revalidateMilliseconds: Int64

  /// What an entry takes beside its contents: objects, a prepared head, its place in the table.
  private static let entryBytes = 1 << 10

  private struct Entry {
    let blob: CachedBlob
    var checkedMilliseconds: Int64
    var wasLookedUp = false

    var bytes: Int { BlobCache.entryBytes + (blob.contents?.count ?? 0) }
  }

  private var entries: [Entry] = []
  private var indexes: [BlobName: Int] = [:]
  /// The entry that the clock's hand looks at next.
  private var hand = 0
  /// What the entries add up to, at most `bytesMax`.
  package private(set) var bytes = 0

  package init(
    bytesMax: Int = 64 << 20, entriesMax: Int = 512, revalidateMilliseconds: Int64 = 1_000
  ) {
    precondition(entriesMax > 0)
    self.bytesMax = bytesMax
    self.entriesMax = entriesMax
    self.revalidateMilliseconds = revalidateMilliseconds
  }

  package var count: Int { entries.count }

  /// The blob, if it is here and its file has its name still. `nowMilliseconds` is monotonic time.
  package func lookup(_ name: BlobName, nowMilliseconds: Int64) -> CachedBlob? {
    guard let index = indexes[name] else { return nil }
    if nowMilliseconds - entries[index].checkedMilliseconds >= revalidateMilliseconds {
      guard !entries[index].blob.file.isUnlinked else {
        remove(at: index)
        return nil
      }
      entries[index].checkedMilliseconds = nowMilliseconds
    }
    entries[index].wasLookedUp = true
    return entries[index].blob
  }

  /// Keeps a blob that was opened just now, in place of an earlier one of its name; others leave as
  /// needed. One larger than the whole cache is not kept.
  package func insert(_ blob: CachedBlob, nowMilliseconds: Int64) {
    remove(blob.name)
    let entry = Entry(blob: blob, checkedMilliseconds: nowMilliseconds)
    guard entry.bytes <= bytesMax else { return }
    while entries.count == entriesMax || bytes + entry.bytes > bytesMax { evict() }
    indexes[blob.name] = entries.count
    entries.append(entry)
    bytes += entry.bytes
  }

  /// Forgets the blob, if it is here. Answers under way still hold what they need of it.
  package func remove(_ name: BlobName) {
    if let index = indexes[name] { remove(at: index) }
  }

  package func removeAll() {
    entries = []
    indexes = [:]
    hand = 0
    bytes = 0
  }

  private func evict() {
    while true {
      if hand >= entries.count { hand = 0 }
      let index = hand
      // Past it in any case: what takes the place of an entry that goes came last, and has a full
      // turn.
      hand += 1
      guard entries[index].wasLookedUp else { return remove(at: index) }
      entries[index].wasLookedUp = false
    }
  }

  /// The last entry takes the place of the one that goes.
  private func remove(at index: Int) {
    let entry = entries[index]
    bytes -= entry.bytes
    indexes[entry.blob.name] = nil
    let last = entries.removeLast()
    if index < entries.count {
      entries[index] = last
      indexes[last.blob.name] = index
    }
  }
}
