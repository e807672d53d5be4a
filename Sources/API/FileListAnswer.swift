import Domain
import Events
import HTTP
import JSON

/// A page of files as sections 4–6 and 8 print it. Rows are spliced in as Redis holds them: their texts are in
/// JSON's escapes already.
struct FileListAnswer {
  /// Bytes that one entry takes, about.
  private static let entryBytes = 384

  private let origin: [UInt8]

  /// `origin` stands before the paths of the files' URLs.
  init(origin: [UInt8]) { self.origin = origin }

  /// `user` is the owner of every entry; nil where each row names its own.
  func body(_ page: FilePage, user: String?) -> [UInt8] {
    JSONAnswer.body(capacity: 64 + page.files.count * Self.entryBytes) { json in
      json.field("count", page.files.count)
      json.field("total", page.total)
      json.name("files")
      json.openArray()
      for file in page.files { append(file, user, &json) }
      json.closeArray()
    }
  }

  private func append(_ file: ListedFile, _ user: String?, _ json: inout JSONWriter) {
    let row = file.row
    json.openObject()
    if let user { json.field("user", user) } else { json.splicedField("user", row, row.user) }
    json.splicedField("md5", row, row.md5)
    json.timeField("create_time", row.created)
    json.splicedField("file_name", row, row.name)
    json.field("share_status", file.isShared ? 1 : 0)
    json.field("pv", file.pv)
    json.name("url")
    json.bytes.append(0x22)
    BlobURL.append(origin: origin, row: row, to: &json.bytes)
    json.bytes.append(0x22)
    json.splicedNumber("size", row, row.size)
    json.splicedField("type", row, row.type)
    json.closeObject()
  }
}

/// Where a blob is found: origin, path, and the type as an extension for people and for clients that look at it.
enum BlobURL {
  static func text(origin: [UInt8], blob: String, type: String) -> String {
    var bytes = origin
    bytes.append(0x2F)
    bytes.append(contentsOf: blob.utf8)
    appendType(type, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  static func append(origin: [UInt8], row: StoredRow, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: origin)
    bytes.append(0x2F)
    bytes.append(contentsOf: row.bytes[row.blob])
    let type = row.bytes[row.type]
    if type.allSatisfy({ $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 26 }) {
      if type.elementsEqual("null".utf8) { return }
      bytes.append(0x2E)
      bytes.append(contentsOf: type)
    } else {
      appendType(row.text(row.type), to: &bytes)
    }
  }

  private static func appendType(_ type: String, to bytes: inout [UInt8]) {
    if type == "null" { return }
    bytes.append(0x2E)
    PercentEncoding.appendPath(type, to: &bytes)
  }
}

extension JSONWriter {
  /// A time as people see it, from milliseconds since the epoch.
  mutating func timeField(_ name: StaticString, _ milliseconds: Int64) {
    self.name(name)
    bytes.append(0x22)
    Timestamp.appendLocal(milliseconds, to: &bytes)
    bytes.append(0x22)
  }

  /// A text that is in JSON's escapes already.
  mutating func splicedField(_ name: StaticString, _ row: StoredRow, _ range: Range<Int>) {
    self.name(name)
    bytes.append(0x22)
    raw(row.bytes.span.bytes.extracting(range))
    bytes.append(0x22)
  }

  mutating func splicedNumber(_ name: StaticString, _ row: StoredRow, _ range: Range<Int>) {
    self.name(name)
    raw(row.bytes.span.bytes.extracting(range))
  }
}
