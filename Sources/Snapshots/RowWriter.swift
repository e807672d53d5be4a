import Domain
import JSON
import RedisClient

/// How each kind of row becomes a line. False where the store's own row cannot be read.
enum RowWriter {
  /// A line of files.jsonl: the user, the count, and the row as it stands.
  static func file(user: String, pv: Int64, row: [UInt8], to json: inout JSONWriter) -> Bool {
    guard let owned = OwnedRow(file: row, of: user, pv: pv) else { return false }
    json.openObject()
    json.field("user", user)
    json.field("pv", pv)
    splice(owned.row, to: &json)
    return true
  }

  /// A line of shares.jsonl. The row itself begins with the user.
  static func share(pv: Int64, row: [UInt8], to json: inout JSONWriter) -> Bool {
    guard let owned = OwnedRow(share: row, pv: pv) else { return false }
    json.openObject()
    json.field("pv", pv)
    splice(owned.row, to: &json)
    return true
  }

  /// A line for a whole hash: what its key names, then each field. `fields` is HGETALL's answer.
  static func hash(
    _ name: StaticString, _ key: String, fields: [RedisReply], to json: inout JSONWriter
  ) -> Bool {
    guard SnapshotLine.isName(key), !fields.isEmpty, fields.count % 2 == 0 else { return false }
    json.openObject()
    json.field(name, key)
    for index in stride(from: 0, to: fields.count, by: 2) {
      guard let field = fields[index].string, let value = fields[index + 1].string,
        field != "\(name)"
      else { return false }
      append(field, value, to: &json)
    }
    json.closeObject()
    return true
  }

  /// A line of blobs.jsonl. `values` is the answer to HMGET for `blobFields`.
  static func blob(md5: String, values: [RedisReply], to json: inout JSONWriter) -> Bool {
    guard SnapshotLine.isName(md5), values.count == blobFields.count, !values[0].isNull else {
      return false
    }
    json.openObject()
    json.field("md5", md5)
    for (field, value) in zip(blobFields, values) where !value.isNull {
      guard let value = value.string else { return false }
      append(field, value, to: &json)
    }
    json.closeObject()
    return true
  }

  static let blobFields = ["size", "name", "state", "orphaned"]

  private static func append(_ field: String, _ value: String, to json: inout JSONWriter) {
    json.string(field)
    json.raw(":")
    // Only what reads back as the same text becomes a number.
    if SnapshotFormat.numbers.contains(field), let number = Int64(value), "\(number)" == value {
      json.integer(number)
    } else {
      json.string(value)
    }
  }

  /// The members of the row behind those that were written, and the end of the object.
  private static func splice(_ row: StoredRow, to json: inout JSONWriter) {
    json.raw(",")
    json.bytes.append(contentsOf: row.bytes[1...])
  }
}
