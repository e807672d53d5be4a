import Glibc
import JSON

/// The immutable facts of a file as Redis keeps them: one small JSON object, for people to read. Its members
/// stand in a fixed order, so that a page of rows is spliced into an answer without parsing JSON:
///
///     {"md5":"…","name":"…","size":1,"type":"…","blob":"group1/M00/…","hold":"…","created":1}
///
/// A share's row begins with `"user":"…"`; its `hold` is that of the row it shares. Ranges are into `bytes`;
/// texts are still in JSON's escapes. A row that somebody wrote by hand in another order is read too, more slowly.
package struct StoredRow: Sendable {
  package let bytes: [UInt8]
  /// Empty in a file's own row.
  package private(set) var user = 0..<0
  package private(set) var md5 = 0..<0
  package private(set) var name = 0..<0
  package private(set) var size = 0..<0
  package private(set) var type = 0..<0
  package private(set) var blob = 0..<0
  package private(set) var hold = 0..<0
  /// Milliseconds since the epoch.
  package private(set) var created: Int64 = 0

  package init?(_ bytes: [UInt8]) {
    if let row = StoredRow(canonical: bytes) {
      self = row
    } else if let canonical = Self.canonical(bytes), let row = StoredRow(canonical: canonical) {
      self = row
    } else {
      return nil
    }
  }

  private init?(canonical bytes: [UInt8]) {
    self.bytes = bytes
    guard scan() else { return nil }
  }

  /// A member's text, without JSON's escapes.
  package func text(_ range: Range<Int>) -> String {
    if !bytes[range].contains(0x5C) { return String(decoding: bytes[range], as: UTF8.self) }
    let json = Array("{\"v\":\"".utf8) + bytes[range] + Array("\"}".utf8)
    guard let object = try? JSONObject(parsing: json), case .string(let text)? = object["v"]
    else { return "" }
    return text
  }

  package var sizeValue: Int64 { Int64(text(size)) ?? 0 }

  /// The row's JSON up to `created`, which the script appends: the order of arrival is decided in Redis.
  static func prefix(
    user: String? = nil, id: FileID, size: Int64, blob: String, hold: String? = nil
  ) -> [UInt8] {
    var json = JSONWriter(capacity: 256)
    json.openObject()
    if let user { json.field("user", user) }
    json.field("md5", id.md5.text)
    json.field("name", id.name.text)
    json.field("size", size)
    json.field("type", id.name.type)
    json.field("blob", blob)
    if let hold { json.field("hold", hold) }
    return json.bytes
  }

  // MARK: the fixed form

  private mutating func scan() -> Bool {
    var at = 0
    guard skip("{", &at) else { return false }
    if skip("\"user\":\"", &at) {
      user = takeText(&at)
      guard skip("\",", &at) else { return false }
    }
    guard skip("\"md5\":\"", &at) else { return false }
    md5 = takeText(&at)
    guard skip("\",\"name\":\"", &at) else { return false }
    name = takeText(&at)
    guard skip("\",\"size\":", &at) else { return false }
    size = takeDigits(&at)
    guard skip(",\"type\":\"", &at) else { return false }
    type = takeText(&at)
    guard skip("\",\"blob\":\"", &at) else { return false }
    blob = takeText(&at)
    guard skip("\"", &at) else { return false }
    if skip(",\"hold\":\"", &at) {
      hold = takeText(&at)
      guard skip("\"", &at) else { return false }
    }
    guard skip(",\"created\":", &at) else { return false }
    created = 0
    for index in takeDigits(&at) { created = created &* 10 &+ Int64(bytes[index] - 0x30) }
    return skip("}", &at) && at == bytes.count && !size.isEmpty
  }

  private func skip(_ text: StaticString, _ at: inout Int) -> Bool {
    let count = text.utf8CodeUnitCount
    guard at + count <= bytes.count else { return false }
    let start = at
    guard bytes.withUnsafeBytes({ memcmp($0.baseAddress! + start, text.utf8Start, count) == 0 })
    else { return false }
    at += count
    return true
  }

  private func takeText(_ at: inout Int) -> Range<Int> {
    let start = at
    while at < bytes.count, bytes[at] != 0x22 { at += bytes[at] == 0x5C ? 2 : 1 }
    at = min(at, bytes.count)
    return start..<at
  }

  private func takeDigits(_ at: inout Int) -> Range<Int> {
    let start = at
    while at < bytes.count, at - start < 18, bytes[at] &- 0x30 < 10 { at += 1 }
    return start..<at
  }

  private static func canonical(_ bytes: [UInt8]) -> [UInt8]? {
    guard let object = try? JSONObject(parsing: bytes) else { return nil }
    var json = JSONWriter(capacity: bytes.count)
    json.openObject()
    if case .string(let user)? = object["user"] { json.field("user", user) }
    let members: [(StaticString, isNumber: Bool)] = [
      ("md5", false), ("name", false), ("size", true), ("type", false), ("blob", false),
    ]
    for (key, isNumber) in members {
      switch object[key] {
      case .string(let text)? where !isNumber: json.field(key, text)
      case .integer(let number)? where isNumber: json.field(key, number)
      default: return nil
      }
    }
    if case .string(let hold)? = object["hold"] { json.field("hold", hold) }
    guard case .integer(let created)? = object["created"] else { return nil }
    json.field("created", created)
    json.closeObject()
    return json.bytes
  }
}

/// One row of a list with what belongs to it.
package struct ListedFile: Sendable {
  package let row: StoredRow
  package let pv: Int64
  package let isShared: Bool
}

/// A page of a list, and the size of the whole list.
package struct FilePage: Sendable {
  package let total: Int64
  package let files: [ListedFile]
}
