import Testing

@testable import API

@Suite struct PageCacheTests {
  private func key(_ number: Int) -> PageKey {
    PageKey(
      list: .filesByTime, user: "alice", start: Int64(number), count: 10, isDescending: false,
      origin: [])
  }

  private func page(_ version: String, bytes: Int = 1000) -> PageCache.Page {
    PageCache.Page(version: version, body: Array(repeating: 0x20, count: bytes))
  }

  @Test func aPageIsFoundUnderAllThatItDependsOn() {
    var cache = PageCache(bytesMax: 1 << 20)
    cache.insert(page("1"), for: key(0))
    #expect(cache.lookup(key(0))?.version == "1")
    #expect(cache.lookup(key(1)) == nil)
    let others = [
      PageKey(
        list: .filesByViews, user: "alice", start: 0, count: 10, isDescending: false, origin: []),
      PageKey(
        list: .filesByTime, user: "bob", start: 0, count: 10, isDescending: false, origin: []),
      PageKey(
        list: .filesByTime, user: "alice", start: 0, count: 11, isDescending: false, origin: []),
      PageKey(
        list: .filesByTime, user: "alice", start: 0, count: 10, isDescending: true, origin: []),
      PageKey(
        list: .filesByTime, user: "alice", start: 0, count: 10, isDescending: false,
        origin: Array("http://a".utf8)),
    ]
    for other in others { #expect(cache.lookup(other) == nil) }
    cache.insert(page("2"), for: key(0))
    #expect(cache.lookup(key(0))?.version == "2")
  }

  @Test func whatIsAskedForStaysAndTheRestGoes() {
    var cache = PageCache(bytesMax: 40_000)
    cache.insert(page("hot"), for: key(0))
    for number in 1...100 {
      cache.insert(page("cold"), for: key(number))
      #expect(cache.lookup(key(0)) != nil, "after \(number) others")
    }
    let kept = (1...100).filter { cache.lookup(key($0)) != nil }
    // Two generations of 20,000 bytes, each page about 1,260.
    #expect(kept.count <= 32)
    #expect(kept.contains(100))
  }

  @Test func aPageLargerThanAGenerationIsNotKept() {
    var cache = PageCache(bytesMax: 2_000)
    cache.insert(page("1"), for: key(0))
    #expect(cache.lookup(key(0)) == nil)
  }
}
