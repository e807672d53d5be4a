import Testing

@testable import BlobStore

@Suite struct BlobCacheTests {
  private let folder = ScratchFolder()
  private let volume: BlobVolume

  init() throws { volume = try BlobVolume(root: folder.path) }

  /// A stored blob of about that many bytes, as a loop would get it.
  private func blob(_ label: String, bytes: Int = 100, keepsContents: Bool = true) throws
    -> CachedBlob
  {
    let digest = try volume.store(label + String(repeating: ".", count: bytes - label.count))
    let file = try #require(try volume.open(digest.name))
    return CachedBlob(
      name: digest.name, file: file, contents: keepsContents ? try file.readAll() : nil)
  }

  @Test func findsWhatItKeeps() throws {
    let cache = BlobCache()
    let one = try blob("one")
    #expect(cache.lookup(one.name, nowMilliseconds: 0) == nil)
    cache.insert(one, nowMilliseconds: 0)
    one.preparedHead = [1]
    let found = try #require(cache.lookup(one.name, nowMilliseconds: 1))
    #expect(found === one)
    #expect(found.preparedHead == [1])
    #expect(found.contents?.count == 100)
    cache.remove(one.name)
    cache.remove(one.name)
    #expect(cache.lookup(one.name, nowMilliseconds: 2) == nil)
    #expect(cache.count == 0 && cache.bytes == 0)
  }

  @Test func isBoundedInEntries() throws {
    let cache = BlobCache(entriesMax: 3)
    let blobs = try (0..<10).map { try blob("\($0)") }
    for blob in blobs {
      cache.insert(blob, nowMilliseconds: 0)
      #expect(cache.count <= 3)
      #expect(cache.lookup(blob.name, nowMilliseconds: 0) === blob)
    }
    #expect(blobs.filter { cache.lookup($0.name, nowMilliseconds: 0) != nil }.count == 3)
  }

  @Test func isBoundedInBytes() throws {
    let cache = BlobCache(bytesMax: 10_000)
    for number in 0..<20 {
      cache.insert(try blob("\(number)", bytes: 3000), nowMilliseconds: 0)
      #expect(cache.bytes <= 10_000)
    }
    #expect(cache.count == 2)
    // Several small ones leave for a large one.
    let small = BlobCache(bytesMax: 10_100)
    for number in 0..<8 { small.insert(try blob("\(number)"), nowMilliseconds: 0) }
    #expect(small.count == 8)
    let large = try blob("large", bytes: 8000)
    small.insert(large, nowMilliseconds: 0)
    #expect(small.count == 1 && small.bytes <= 10_100)
    #expect(small.lookup(large.name, nowMilliseconds: 0) === large)
    // One that never fits costs none of the others its place.
    small.insert(try blob("huge", bytes: 10_000), nowMilliseconds: 0)
    #expect(small.lookup(large.name, nowMilliseconds: 0) === large)
    // Without its contents it does.
    small.insert(try blob("file", bytes: 20_000, keepsContents: false), nowMilliseconds: 0)
    #expect(small.count == 2)
    #expect(small.bytes <= 10_100)
  }

  @Test func keepsWhatIsAskedForOften() throws {
    let cache = BlobCache(entriesMax: 4)
    let favourite = try blob("favourite")
    cache.insert(favourite, nowMilliseconds: 0)
    for number in 0..<50 {
      #expect(cache.lookup(favourite.name, nowMilliseconds: 0) === favourite)
      cache.insert(try blob("\(number)"), nowMilliseconds: 0)
    }
    // Until nobody asks any more.
    for number in 50..<60 { cache.insert(try blob("\(number)"), nowMilliseconds: 0) }
    #expect(cache.lookup(favourite.name, nowMilliseconds: 0) == nil)
  }

  @Test func replacesAnEntryOfTheSameName() throws {
    let cache = BlobCache()
    let first = try blob("same")
    let second = try blob("same")
    cache.insert(first, nowMilliseconds: 0)
    let bytes = cache.bytes
    cache.insert(second, nowMilliseconds: 0)
    #expect(cache.count == 1 && cache.bytes == bytes)
    #expect(cache.lookup(second.name, nowMilliseconds: 0) === second)
  }

  @Test func noticesARemovalAtTheNextCheck() throws {
    let cache = BlobCache(revalidateMilliseconds: 1000)
    let one = try blob("one")
    let other = try blob("other")
    cache.insert(one, nowMilliseconds: 5000)
    cache.insert(other, nowMilliseconds: 5000)
    // Checked at 6000, and found in order.
    #expect(cache.lookup(one.name, nowMilliseconds: 6000) === one)
    #expect(try volume.remove(one.name))
    #expect(cache.lookup(one.name, nowMilliseconds: 6999) === one)
    #expect(cache.lookup(one.name, nowMilliseconds: 7000) == nil)
    #expect(cache.count == 1)
    #expect(cache.lookup(other.name, nowMilliseconds: 7000) === other)
  }

  @Test func letsGoOfItsFiles() throws {
    let cache = BlobCache()
    weak var file: OpenBlob?
    do {
      let one = try blob("one")
      file = one.file
      cache.insert(one, nowMilliseconds: 0)
    }
    #expect(file != nil)
    cache.removeAll()
    #expect(file == nil)
    #expect(cache.count == 0 && cache.bytes == 0)
  }

  /// Random operations against a plain dictionary: the index and the entries never part.
  @Test func staysConsistent() throws {
    var random = SystemRandomNumberGenerator()
    let blobs = try (0..<12).map { try blob("\($0)", bytes: 200 + 400 * $0) }
    let cache = BlobCache(bytesMax: 20_000, entriesMax: 6)
    for _ in 0..<5000 {
      let blob = blobs.randomElement(using: &random)!
      switch Int.random(in: 0..<4, using: &random) {
      case 0: cache.insert(blob, nowMilliseconds: 0)
      case 1:
        cache.remove(blob.name)
        #expect(cache.lookup(blob.name, nowMilliseconds: 0) == nil)
      default:
        if let found = cache.lookup(blob.name, nowMilliseconds: 0) { #expect(found === blob) }
      }
      let kept = blobs.filter { cache.lookup($0.name, nowMilliseconds: 0) != nil }
      #expect(kept.count == cache.count && cache.count <= 6)
      #expect(kept.reduce(0) { $0 + 1024 + $1.contents!.count } == cache.bytes)
    }
  }
}
