import Domain
import Glibc
import JSON
import RedisClient

/// One line of a snapshot, read. The counterpart of `RowWriter`: files and shares are in exactly its
/// form, so that a row's own bytes go back as they were.
enum SnapshotLine {
  /// A whole hash, as in users, pictures and blobs.
  struct Hash: Sendable {
    /// What its key names: the user, the urlmd5, the md5.
    let name: String
    /// field, value, field, value …
    let fields: [(field: String, value: String)]

    subscript(field: String) -> String? { fields.first { $0.field == field }?.value }
  }

  /// `{"user":"alice","pv":3,` and the row without its brace.
  static func file(_ line: [UInt8]) -> OwnedRow? {
    var scan = Scan(line)
    guard scan.skip("{\"user\":\""), let user = scan.text(), scan.skip("\",\"pv\":"),
      let pv = scan.number(), scan.skip(",")
    else { return nil }
    return OwnedRow(file: scan.rowBehind, of: user, pv: pv)
  }

  /// `{"pv":7,` and the row without its brace.
  static func share(_ line: [UInt8]) -> OwnedRow? {
    var scan = Scan(line)
    guard scan.skip("{\"pv\":"), let pv = scan.number(), scan.skip(",") else { return nil }
    return OwnedRow(share: scan.rowBehind, pv: pv)
  }

  /// A flat object whose first member is `name`.
  static func hash(_ line: [UInt8], name: StaticString) throws(JSONError) -> Hash? {
    let object = try JSONObject(parsing: line)
    guard let key = object.string(name), isName(key), object.count > 1 else { return nil }
    var fields: [(String, String)] = []
    for field in object.names.dropFirst() {
      switch object[named: field] {
      case .string(let text)?: fields.append((field, text))
      case .integer(let number)?: fields.append((field, "\(number)"))
      default: return nil
      }
    }
    return Hash(name: key, fields: fields)
  }

  /// The md5 of a line of blobs, as `RowWriter` begins it; nil for any other.
  static func md5(ofBlob line: [UInt8]) -> ArraySlice<UInt8>? {
    var scan = Scan(line)
    guard scan.skip("{\"md5\":\""), line.count > 43, line[41] == 0x22 else { return nil }
    let md5 = line[9..<41]
    return md5.allSatisfy { $0 &- 0x30 < 10 || $0 &- 0x61 < 6 } ? md5 : nil
  }

  /// Whether a text can be a key's hash tag.
  static func isName(_ text: String) -> Bool {
    !text.isEmpty && !text.utf8.contains(0x7B) && !text.utf8.contains(0x7D)
  }
}

/// Reads the fixed beginning of a line.
private struct Scan {
  private let line: [UInt8]
  private var at = 0

  init(_ line: [UInt8]) { self.line = line }

  mutating func skip(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard at + count <= line.count,
      line.withUnsafeBytes({ memcmp($0.baseAddress! + at, text.utf8Start, count) == 0 })
    else { return false }
    at += count
    return true
  }

  /// A string's content up to its quote, without its escapes.
  mutating func text() -> String? {
    let start = at
    var hasEscapes = false
    while at < line.count, line[at] != 0x22 {
      if line[at] == 0x5C { hasEscapes = true }
      at += line[at] == 0x5C ? 2 : 1
    }
    guard at <= line.count else { return nil }
    guard hasEscapes else { return String(validating: line[start..<at], as: UTF8.self) }
    let json = Array("{\"v\":\"".utf8) + line[start..<at] + Array("\"}".utf8)
    return (try? JSONObject(parsing: json))?.string("v")
  }

  /// At most 18 digits.
  mutating func number() -> Int64? {
    let start = at
    var value: Int64 = 0
    while at < line.count, at - start < 18, line[at] &- 0x30 < 10 {
      value = value * 10 + Int64(line[at] - 0x30)
      at += 1
    }
    return at > start ? value : nil
  }

  /// What follows, as the object it was.
  var rowBehind: [UInt8] { [0x7B] + line[at...] }
}
