/// An entry or a page of a list that has not the shape which the contract gives it.
package struct UnexpectedShape: Error, CustomStringConvertible {
  package let description: String

  init(_ what: String, in value: JSONValue) { description = "\(what) in \(value)" }
}

/// What the lists of the API are made of. `init` is strict: exactly the documented members, of
/// exactly the documented types.
package protocol ListEntry: Sendable {
  static var members: Set<String> { get }
  init(members: Members) throws
}

/// An entry's members by name, each asked for once by the type that it must have.
package struct Members {
  let value: JSONValue

  package func string(_ name: String) throws -> String {
    guard let text = value[name]?.string else {
      throw UnexpectedShape("no text \"\(name)\"", in: value)
    }
    return text
  }

  package func integer(_ name: String) throws -> Int {
    guard let number = value[name]?.integer else {
      throw UnexpectedShape("no integer \"\(name)\"", in: value)
    }
    return number
  }
}

/// An entry of `myfiles` and of `sharefiles?cmd=normal`.
package struct ListedFile: ListEntry, Equatable {
  package static let members: Set<String> = [
    "user", "md5", "create_time", "file_name", "share_status", "pv", "url", "size", "type",
  ]

  package let user, md5, createTime, name, url, type: String
  package let shareStatus, pv, size: Int

  package init(members: Members) throws {
    user = try members.string("user")
    md5 = try members.string("md5")
    createTime = try members.string("create_time")
    name = try members.string("file_name")
    url = try members.string("url")
    type = try members.string("type")
    shareStatus = try members.integer("share_status")
    pv = try members.integer("pv")
    size = try members.integer("size")
  }

  package var id: FileID { FileID(md5: md5, name: name) }
}

/// An entry of `sharefiles?cmd=pvdesc`.
package struct RankedFile: ListEntry, Hashable {
  package static let members: Set<String> = ["filename", "pv"]

  package let name: String
  package let pv: Int

  package init(name: String, pv: Int) {
    self.name = name
    self.pv = pv
  }

  package init(members: Members) throws {
    self.init(name: try members.string("filename"), pv: try members.integer("pv"))
  }
}

/// An entry of `sharepic?cmd=normal`.
package struct ListedPicture: ListEntry, Equatable {
  package static let members: Set<String> = [
    "user", "filemd5", "file_name", "urlmd5", "pv", "create_time", "size",
  ]

  package let user, md5, name, urlmd5, createTime: String
  package let pv, size: Int

  package init(members: Members) throws {
    user = try members.string("user")
    md5 = try members.string("filemd5")
    name = try members.string("file_name")
    urlmd5 = try members.string("urlmd5")
    createTime = try members.string("create_time")
    pv = try members.integer("pv")
    size = try members.integer("size")
  }
}

/// One page of a list: its entries, and the size of the whole.
package struct Page<Entry: ListEntry>: Sendable {
  package let total: Int
  package let entries: [Entry]

  /// Reads a reply of `{"code":0,"count":N,"total":M,"files":[…]}`; `count` must be the number of
  /// entries.
  package init(_ reply: Exchange) throws {
    guard reply.code == 0, let count = reply["count"]?.integer, let total = reply["total"]?.integer,
      let files = reply["files"]?.array
    else { throw PicbedServerError("no page with code, count, total and files: \(reply)", log: "") }
    guard count == files.count else {
      throw PicbedServerError("count is \(count), and files has \(files.count): \(reply)", log: "")
    }
    self.total = total
    entries = try files.map { value in
      guard let members = value.object, Set(members.keys) == Entry.members else {
        throw UnexpectedShape("not exactly the members \(Entry.members.sorted())", in: value)
      }
      return try Entry(members: Members(value: value))
    }
  }
}

extension PicbedUser {
  /// A page of her files; `cmd` is normal, pvasc or pvdesc.
  package func files(
    _ cmd: String = "normal", start: Int = 0, count: Int = 1_000, order: String? = nil
  ) throws -> Page<ListedFile> {
    var fields: [String: JSONValue] = ["start": .integer(start), "count": .integer(count)]
    if let order { fields["order"] = .string(order) }
    return try Page(try call("/api/myfiles?cmd=\(cmd)", fields))
  }

  /// Her entry for `file`; nil if she has none.
  package func entry(_ file: FileID) throws -> ListedFile? {
    try files().entries.first { $0.id == file }
  }

  /// A page of her shared pictures.
  package func pictures(
    start: Int = 0, count: Int = 1_000, order: String? = nil
  ) throws -> Page<ListedPicture> {
    var fields: [String: JSONValue] = ["start": .integer(start), "count": .integer(count)]
    if let order { fields["order"] = .string(order) }
    return try Page(try call("/api/sharepic?cmd=normal", fields))
  }
}

extension HTTPClient {
  /// A page of what all users share.
  package func shares(
    start: Int = 0, count: Int = 1_000, order: String? = nil
  ) throws -> Page<ListedFile> {
    var fields: [String: JSONValue] = ["start": .integer(start), "count": .integer(count)]
    if let order { fields["order"] = .string(order) }
    return try Page(try api("/api/sharefiles?cmd=normal", .object(fields)))
  }

  /// A page of the ranking.
  package func ranking(start: Int = 0, count: Int = 1_000) throws -> Page<RankedFile> {
    try Page(
      try api("/api/sharefiles?cmd=pvdesc", ["start": .integer(start), "count": .integer(count)]))
  }

  /// The bytes behind an absolute `url` of this server's, whatever host it names: `GET` of its
  /// path.
  package func download(
    _ url: String, headers: [(name: String, value: String)] = []
  ) throws -> Exchange {
    guard let match = try #/https?://[^/]+(/.*)/#.wholeMatch(in: url) else {
      throw PicbedServerError("not an absolute URL: \(url)", log: "")
    }
    return try get(String(match.1), headers: headers)
  }
}
