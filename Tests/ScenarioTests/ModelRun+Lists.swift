import TestSupport

/// The lists of a model run: pages at random places, and an audit of everything.
extension ModelRun {
  /// One list, at a random page, against the model.
  mutating func list() throws {
    let user = random.pick(users)
    switch Int.random(in: 0..<7, using: &random) {
    case 0: try checkCounts(user)
    case 1: try checkFiles(of: user, page: anyPage())
    case 2: try checkByViews(of: user, "pvdesc", page: anyPage())
    case 3: try checkByViews(of: user, "pvasc", page: anyPage())
    case 4: try checkShares(page: anyPage())
    case 5: try checkRanking(page: anyPage())
    default: try checkPictures(of: user, page: anyPage())
    }
  }

  /// Everything: all lists of all users from end to end, and the bytes of every content that
  /// someone holds.
  mutating func audit() throws {
    let all = (start: 0, count: 1_000)
    for user in users {
      try checkCounts(user)
      try checkFiles(of: user, page: all)
      try checkPictures(of: user, page: all)
      for cmd in ["pvdesc", "pvasc"] { try checkByViews(of: user, cmd, page: all) }
    }
    try checkShares(page: all)
    try checkRanking(page: all)
    for bytes in contents where model.isHeld(md5Hex(bytes)) {
      guard let url = urls.first(where: { $0.key.hasPrefix(md5Hex(bytes)) })?.value else {
        continue
      }
      let answer = try client.download(url)
      try require(answer.response.status == 200 && answer.response.body == bytes, "\(answer)")
    }
  }

  mutating func badPaging() throws {
    let fields = random.pick(
      [
        ["start": -1, "count": 1], ["start": 0, "count": 0], ["start": 0], ["count": 3],
        ["start": "x", "count": 1], ["start": 0, "count": -5],
      ] as [[String: JSONValue]])
    let user = random.pick(users)
    let target = random.pick([
      "/api/myfiles?cmd=normal", "/api/myfiles?cmd=pvdesc", "/api/myfiles?cmd=pvasc",
      "/api/sharepic?cmd=normal",
    ])
    try require(send(target, as: user, fields), code: 1)
    try require(
      send(random.pick(["/api/sharefiles?cmd=normal", "/api/sharefiles?cmd=pvdesc"]), fields),
      code: 1)
  }

  private mutating func anyPage() -> (start: Int, count: Int) {
    (Int.random(in: 0...12, using: &random), random.pick([1, 2, 3, 10, 100]))
  }

  private func fields(_ page: (start: Int, count: Int), order: String? = nil) -> [String: JSONValue]
  {
    var fields: [String: JSONValue] = [
      "start": .integer(page.start), "count": .string("\(page.count)"),
    ]
    if let order { fields["order"] = .string(order) }
    return fields
  }

  private func slice<Element>(_ list: [Element], _ page: (start: Int, count: Int)) -> [Element] {
    Array(list.dropFirst(page.start).prefix(page.count))
  }

  private func page<Entry: ListEntry>(_ reply: Exchange, total: Int) throws -> [Entry] {
    do {
      let page = try Page<Entry>(reply)
      try require(page.total == total, "total \(total) expected: \(reply)")
      return page.entries
    } catch let error as Divergence {
      throw error
    } catch {
      throw divergence("\(error)")
    }
  }

  private mutating func checkCounts(_ user: PicbedUser) throws {
    let mine = try send("/api/myfiles?cmd=count", as: user)
    let total = model.files[user.name]!.count
    try require(
      mine.json == ["code": 0, "total": .integer(total)], "total \(total) expected: \(mine)")
    let method = random.pick(["GET", "POST"])
    let shared = try send(HTTPRequest(method, "/api/sharefiles?cmd=count"))
    let shares = model.shares.count
    try require(
      shared.json == ["code": 0, "total": .integer(shares)], "total \(shares) expected: \(shared)")
  }

  private mutating func checkFiles(of user: PicbedUser, page: (start: Int, count: Int)) throws {
    let descending = random.chance(oneIn: 3)
    let reply = try send(
      "/api/myfiles?cmd=normal", as: user, fields(page, order: descending ? "desc" : nil))
    let rows = model.files[user.name]!
    let expected = slice(descending ? rows.reversed() : rows, page)
    let entries: [ListedFile] = try self.page(reply, total: rows.count)
    try require(entries.map(\.id) == expected.map(\.id), "\(expected.map(\.id)) expected: \(reply)")
    for entry in entries { try check(entry, of: user, reply) }
  }

  /// A list by pv: sorted, made of exactly the user's files, and the same when asked again, page or
  /// whole.
  private mutating func checkByViews(
    of user: PicbedUser, _ cmd: String, page: (start: Int, count: Int)
  ) throws {
    let target = "/api/myfiles?cmd=\(cmd)"
    let rows = model.files[user.name]!
    let whole = try send(target, as: user, fields((0, 1_000)))
    let entries: [ListedFile] = try self.page(whole, total: rows.count)
    let counts = entries.map(\.pv)
    try require(
      counts == counts.sorted(by: cmd == "pvdesc" ? { $0 > $1 } : { $0 < $1 }), "\(cmd): \(whole)")
    try require(
      Set(entries.map(\.id)) == Set(rows.map(\.id)) && entries.count == rows.count, "\(whole)")
    for entry in entries { try check(entry, of: user, whole) }
    let again = try send(target, as: user, fields(page))
    let part: [ListedFile] = try self.page(again, total: rows.count)
    try require(part == slice(entries, page), "not the part of what came before: \(whole) \(again)")
  }

  private mutating func check(_ entry: ListedFile, of user: PicbedUser, _ reply: Exchange) throws {
    let row = model.row(entry.id, of: user.name)!
    try require(
      entry.user == user.name && entry.size == row.size && entry.pv == row.pv
        && entry.shareStatus == (model.isShared(entry.id, by: user.name) ? 1 : 0)
        && entry.type == Self.type(of: entry.name) && localTime(entry.createTime) != nil,
      "\(row) expected: \(entry) in \(reply)")
    try requireSameURL(entry.url, for: entry.id)
  }

  private mutating func checkShares(page: (start: Int, count: Int)) throws {
    let descending = random.chance(oneIn: 3)
    let reply = try send(
      "/api/sharefiles?cmd=normal", fields(page, order: descending ? "desc" : nil))
    let shares = model.shares
    let expected = slice(descending ? shares.reversed() : shares, page)
    let entries: [ListedFile] = try self.page(reply, total: shares.count)
    try require(entries.map(\.id) == expected.map(\.id), "\(expected.map(\.id)) expected: \(reply)")
    for (entry, share) in zip(entries, expected) {
      try require(
        entry.user == share.sharer && entry.pv == share.pv && entry.size == share.size
          && entry.shareStatus == 1
          && entry.type == Self.type(of: entry.name) && localTime(entry.createTime) != nil,
        "\(share) expected: \(reply)")
      try requireSameURL(entry.url, for: entry.id)
    }
  }

  private mutating func checkRanking(page: (start: Int, count: Int)) throws {
    let target = "/api/sharefiles?cmd=pvdesc"
    let whole = try send(target, fields((0, 1_000)))
    let entries: [RankedFile] = try self.page(whole, total: model.shares.count)
    let counts = entries.map(\.pv)
    try require(counts == counts.sorted(by: >), "not by pv: \(whole)")
    // Two shares may have one name, so the entries are compared as a bag.
    func bag(_ files: [RankedFile]) -> [RankedFile: Int] {
      Dictionary(files.map { ($0, 1) }, uniquingKeysWith: +)
    }
    let expected = model.shares.map { RankedFile(name: $0.id.name, pv: $0.pv) }
    try require(bag(entries) == bag(expected), "\(expected) expected: \(whole)")
    let part: [RankedFile] = try self.page(send(target, fields(page)), total: model.shares.count)
    try require(part == slice(entries, page), "not the part of what came before: \(whole)")
  }

  private mutating func checkPictures(of user: PicbedUser, page: (start: Int, count: Int)) throws {
    let descending = random.chance(oneIn: 3)
    let reply = try send(
      "/api/sharepic?cmd=normal", as: user, fields(page, order: descending ? "desc" : nil))
    let pictures = model.livePictures(of: user.name)
    let expected = slice(descending ? pictures.reversed() : pictures, page)
    let entries: [ListedPicture] = try self.page(reply, total: pictures.count)
    try require(entries.map(\.urlmd5) == expected.map(\.urlmd5), "\(expected) expected: \(reply)")
    for (entry, picture) in zip(entries, expected) {
      try require(
        entry.user == user.name && entry.md5 == picture.id.md5 && entry.name == picture.id.name
          && entry.pv == picture.pv && entry.size == picture.size
          && localTime(entry.createTime) != nil,
        "\(picture) expected: \(reply)")
    }
  }
}
