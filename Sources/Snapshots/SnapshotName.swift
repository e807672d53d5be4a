import Events
import Glibc

/// A snapshot's name, `2026-11-24T21-40-01Z`: the second in which it was begun, UTC. In the order of
/// their texts names are in the order of time.
package struct SnapshotName: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Since the epoch.
  package let seconds: Int64

  package init(seconds: Int64) { self.seconds = seconds }

  /// Nil for any other text.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    let pattern = Array("dddd-dd-ddTdd-dd-ddZ".utf8)
    guard bytes.count == pattern.count else { return nil }
    for (byte, wanted) in zip(bytes, pattern) {
      let fits = wanted == UInt8(ascii: "d") ? byte &- 0x30 < 10 : byte == wanted
      guard fits else { return nil }
    }
    func number(_ range: Range<Int>) -> Int32 {
      bytes[range].reduce(0) { $0 * 10 + Int32($1 - 0x30) }
    }
    var parts = tm()
    parts.tm_year = number(0..<4) - 1900
    parts.tm_mon = number(5..<7) - 1
    parts.tm_mday = number(8..<10)
    parts.tm_hour = number(11..<13)
    parts.tm_min = number(14..<16)
    parts.tm_sec = number(17..<19)
    let seconds = Int64(timegm(&parts))
    // The 31st of February is another day for timegm(3), and then another text.
    guard SnapshotName(seconds: seconds).text == text else { return nil }
    self.seconds = seconds
  }

  /// The second of an RFC 3339 time in UTC, `2026-11-24T21:40:01.123Z`; nil for any other text.
  package init?(rfc3339 text: String) {
    guard text.utf8.count == 24, text.utf8.last == UInt8(ascii: "Z") else { return nil }
    self.init(text.prefix(19).replacing(":", with: "-") + "Z")
  }

  package var text: String {
    var bytes: [UInt8] = []
    Timestamp.appendUTC(seconds * 1000, to: &bytes)
    // 2026-11-24T21:40:01.000Z; colons would have to be quoted in a shell.
    bytes.removeSubrange(19..<23)
    (bytes[13], bytes[16]) = (UInt8(ascii: "-"), UInt8(ascii: "-"))
    return String(decoding: bytes, as: UTF8.self)
  }

  package var description: String { text }

  package static func < (one: Self, other: Self) -> Bool { one.seconds < other.seconds }
}
