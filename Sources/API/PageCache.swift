/// Which page of which list, and what else the answer's text depends on.
struct PageKey: Hashable {
  enum List: UInt8 { case filesByTime, filesByViews, shares, ranking }

  let list: List
  /// The owner of the list; empty for a public one.
  let user: String
  let start: Int64
  let count: Int64
  let isDescending: Bool
  /// What stands before the paths of its URLs.
  let origin: [UInt8]
}

/// Rendered pages with the version of the list that they show. A page is answered from here only
/// when Redis has just said, beside the check of the session, that this version is the present one:
/// so it is never stale, and several processes need not tell each other anything.
///
/// Measured on a page of ten: 11 µs less of server and 12 µs less of Redis CPU.
///
/// Bounded in bytes, in two generations: what was not asked for while one generation filled up goes.
/// Loop-bound.
struct PageCache {
  /// What an entry takes beside its body and texts.
  private static let entryBytes = 256

  struct Page {
    let version: String
    let body: [UInt8]
  }

  private let generationBytesMax: Int
  private var young: [PageKey: Page] = [:]
  private var old: [PageKey: Page] = [:]
  private var youngBytes = 0

  init(bytesMax: Int) { generationBytesMax = bytesMax / 2 }

  mutating func lookup(_ key: PageKey) -> Page? {
    if let page = young[key] { return page }
    guard let page = old.removeValue(forKey: key) else { return nil }
    insert(page, for: key)
    return page
  }

  mutating func insert(_ page: Page, for key: PageKey) {
    let bytes = Self.entryBytes + page.body.count + key.user.utf8.count + key.origin.count
    guard bytes <= generationBytesMax else { return }
    if youngBytes + bytes > generationBytesMax {
      old = young
      young = [:]
      youngBytes = 0
    }
    // A page that takes the place of an older one is counted twice until its generation ends.
    youngBytes += bytes
    young[key] = page
  }
}
