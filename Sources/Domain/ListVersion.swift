import Crypto

/// Draws the versions of lists. Each is drawn once, by any process ever: a list that was restored,
/// or that lost a change in a power cut, never comes to a version that stood for something else.
/// Loop-bound.
struct VersionSource {
  private let prefix = RandomBytes.hex(bytes: 8) + "-"
  private var drawn = 0

  mutating func next() -> String {
    drawn += 1
    return prefix + String(drawn)
  }
}

/// What came of asking for a page that the asker may have already.
package enum PageReply<Page: Sendable>: Sendable {
  /// The page of the version that was named is the present one.
  case unchanged
  /// `version` is what to name the next time; empty where the page must not be kept.
  case page(Page, version: String)
}
