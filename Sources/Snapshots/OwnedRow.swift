import Domain

/// A row with whose it is: a file of a user, or a share. Made of what Redis holds when a snapshot is
/// taken and of a snapshot's line when it is read, under the same rules, so that whatever is in a
/// snapshot can be restored.
struct OwnedRow: Sendable {
  let user: UserName
  let pv: Int64
  let id: FileID
  let row: StoredRow

  /// A file's row of `files:{user}`. Nil where it is none.
  init?(file bytes: [UInt8], of user: String, pv: Int64) {
    guard let row = StoredRow(bytes), row.user.isEmpty else { return nil }
    self.init(row, user: user, pv: pv)
  }

  /// A share's row, which names its user itself.
  init?(share bytes: [UInt8], pv: Int64) {
    guard let row = StoredRow(bytes), !row.user.isEmpty else { return nil }
    self.init(row, user: row.text(row.user), pv: pv)
  }

  private init?(_ row: StoredRow, user: String, pv: Int64) {
    guard pv >= 0, let user = try? UserName(user),
      let md5 = try? HexDigits32(row.text(row.md5), field: "md5"),
      let name = try? FileName(row.text(row.name))
    else { return nil }
    self.user = user
    self.pv = pv
    self.row = row
    id = FileID(md5: md5, name: name)
  }

  var hold: BlobHold { BlobHold(user: user, id: id, hold: row.text(row.hold)) }
}
