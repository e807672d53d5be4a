import TestSupport
import Testing

extension Scenarios {
  /// Section 18 of the document: `sharepic`, a picture that whoever knows its `urlmd5` can see.
  @Suite(.server()) struct S17Pictures {
    /// A new user, her file, and the `urlmd5` under which she shares it.
    struct Shared {
      let user: PicbedUser
      let file: FileID
      let urlmd5: String

      init(_ name: String = "shared.png", _ bytes: [UInt8] = Fixtures.png) throws {
        user = try server.newUser("sharer")
        file = try uploaded(name, bytes, by: user)
        let reply = try user.call("/api/sharepic?cmd=share", file).expect(code: 0)
        urlmd5 = try #require(reply["urlmd5"]?.string, "\(reply)")
      }

      func browse() throws -> Exchange { try S17Pictures.browse(urlmd5) }
    }

    static func browse(_ urlmd5: String) throws -> Exchange {
      try client.api("/api/sharepic?cmd=browse", ["urlmd5": .string(urlmd5)])
    }

    @Test("share answers 32 random hex digits; the same file again answers the same ones")
    func share() throws {
      let shared = try Shared()
      #expect(try #/[0-9a-f]{32}/#.wholeMatch(in: shared.urlmd5) != nil, "\(shared.urlmd5)")
      #expect(shared.urlmd5 != shared.file.md5, "random, not the file's md5")
      let again = try shared.user.call("/api/sharepic?cmd=share", shared.file).expect(code: 0)
        .expectMembers(["code", "urlmd5"])
      #expect(again["urlmd5"]?.string == shared.urlmd5, "\(again)")
      let other = try uploaded("other.png", Fixtures.png, by: shared.user)
      let another = try shared.user.call("/api/sharepic?cmd=share", other).expect(code: 0)
      #expect(another["urlmd5"]?.string != shared.urlmd5, "another file, another share: \(another)")
      #expect(
        try entry(of: shared.file, for: shared.user).shareStatus == 0, "not shared with everyone")
    }

    @Test("only an own file can be shared, whatever its kind")
    func ownership() throws {
      let shared = try Shared("notes.txt", Array("any file will do".utf8))
      let stranger = try someone()
      try stranger.call("/api/sharepic?cmd=share", shared.file).expect(code: 1)
      try shared.browse().expect(code: 0)
    }

    @Test("browse counts and answers url, user, time and the new pv")
    func browsing() throws {
      let shared = try Shared()
      for pv in 1...3 {
        let reply = try shared.browse().expect(code: 0)
          .expectMembers(["code", "url", "user", "pv", "time"])
        #expect(reply["pv"]?.integer == pv && reply["user"]?.string == shared.user.name, "\(reply)")
        expectRecent(reply["time"]?.string ?? "")
        try expectDownload(reply["url"]?.string ?? "", is: Fixtures.png)
      }
      let file = try entry(of: shared.file, for: shared.user)
      #expect(file.pv == 0, "the file's own count is another")
      #expect(try shared.browse()["url"]?.string == file.url)
    }

    @Test("an unknown or malformed urlmd5 is 1")
    func unknown() throws {
      let shared = try Shared()
      let wrong: [JSONValue] = [
        .string(Fixtures.documentPassword), "", "x", .string(shared.urlmd5 + "0"),
        .string("../" + shared.urlmd5),
        .string(String(shared.urlmd5.dropLast())), 5, nil, [.string(shared.urlmd5)],
      ]
      for urlmd5 in wrong {
        try client.api("/api/sharepic?cmd=browse", ["urlmd5": urlmd5]).expect(code: 1, "\(urlmd5)")
      }
      try client.api("/api/sharepic?cmd=browse", [:]).expect(code: 1)
      #expect(try shared.browse()["pv"] == 1, "none of them was counted")
    }

    @Test("the file's deletion makes browse 2, for good, also when the file comes back")
    func deletedFile() throws {
      let shared = try Shared()
      try shared.browse().expect(code: 0)
      try shared.user.call("/api/dealfile?cmd=del", shared.file).expect(code: 0)
      try shared.browse().expect(code: 2)
      #expect(try shared.user.pictures().total == 0, "its picture shares went with it")
      try uploaded("shared.png", Fixtures.png, by: shared.user)
      try shared.browse().expect(code: 2)
      let again = try shared.user.call("/api/sharepic?cmd=share", shared.file).expect(code: 0)
      #expect(again["urlmd5"]?.string != shared.urlmd5, "\(again)")
      #expect(try Self.browse(again["urlmd5"]?.string ?? "")["pv"] == 1)
    }

    @Test("cancel ends it: browse is 1, the list forgets it, and a new share is a new one")
    func cancel() throws {
      let shared = try Shared()
      try shared.browse().expect(code: 0)
      let fields: [String: JSONValue] = ["urlmd5": .string(shared.urlmd5)]
      try shared.user.call("/api/sharepic?cmd=cancel", fields).expect(code: 0).expectMembers([
        "code"
      ])
      try shared.browse().expect(code: 1)
      try shared.user.call("/api/sharepic?cmd=cancel", fields).expect(code: 1, "nothing there")
      #expect(try shared.user.pictures().total == 0)
      #expect(try shared.user.entry(shared.file) != nil, "the file itself stays")
      let again = try shared.user.call("/api/sharepic?cmd=share", shared.file).expect(code: 0)
      #expect(again["urlmd5"]?.string != shared.urlmd5, "\(again)")
      try shared.browse().expect(code: 1)
    }

    @Test("only the owner cancels; an unknown or malformed urlmd5 is 1")
    func foreignCancel() throws {
      let shared = try Shared()
      let stranger = try someone()
      let wrong: [JSONValue] = [
        .string(shared.urlmd5), .string(Fixtures.documentPassword), "x", "", nil, 7,
      ]
      for urlmd5 in wrong {
        try stranger.call("/api/sharepic?cmd=cancel", ["urlmd5": urlmd5]).expect(
          code: 1, "\(urlmd5)")
      }
      try shared.browse().expect(code: 0)
      #expect(try shared.user.pictures().total == 1)
    }

    @Test("normal lists the caller's shares with exactly the document's fields")
    func listFields() throws {
      let shared = try Shared("list.png", Fixtures.gif)
      try shared.browse().expect(code: 0)
      let page = try shared.user.pictures()
      try #require(page.total == 1 && page.entries.count == 1)
      let picture = page.entries[0]
      #expect(picture.user == shared.user.name && picture.md5 == shared.file.md5, "\(picture)")
      #expect(picture.name == "list.png" && picture.urlmd5 == shared.urlmd5, "\(picture)")
      #expect(picture.pv == 1 && picture.size == Fixtures.gif.count, "\(picture)")
      expectRecent(picture.createTime)
      #expect(try someone().pictures().entries.allSatisfy { $0.user != shared.user.name })
    }

    @Test("normal pages like every list: oldest first, desc turns it round")
    func listPages() throws {
      let user = try server.newUser()
      let empty = try user.call("/api/sharepic?cmd=normal", ["start": 0, "count": 3])
      #expect(empty.json == ["code": 0, "count": 0, "total": 0, "files": []], "\(empty)")
      let names = (0..<5).map { "p\($0).png" }
      let files = try names.map { try uploaded($0, Fixtures.png, by: user) }
      let order = [2, 4, 0, 3, 1]
      for index in order { try user.call("/api/sharepic?cmd=share", files[index]).expect(code: 0) }
      let shared = order.map { names[$0] }
      #expect(try user.pictures().entries.map(\.name) == shared)
      #expect(try user.pictures(order: "desc").entries.map(\.name) == shared.reversed())
      for start in 0..<6 {
        let page = try user.pictures(start: start, count: 2)
        #expect(page.total == 5)
        #expect(
          page.entries.map(\.name) == Array(shared.dropFirst(start).prefix(2)), "start \(start)")
      }
      let bad: [[String: JSONValue]] = [
        ["start": -1, "count": 1], ["start": 0, "count": 0], ["start": 0], ["count": 1], [:],
      ]
      for fields in bad {
        try user.call("/api/sharepic?cmd=normal", fields).expect(
          code: 1, "\(JSONValue.object(fields))")
      }
    }

    @Test("two users share the same file each under an urlmd5 of her own")
    func sameFile() throws {
      let first = try Shared("same.png", Fixtures.jpeg)
      let second = try Shared("same.png", Fixtures.jpeg)
      #expect(first.urlmd5 != second.urlmd5)
      try first.user.call("/api/dealfile?cmd=del", first.file).expect(code: 0)
      try first.browse().expect(code: 2)
      let reply = try second.browse().expect(code: 0)
      #expect(reply["user"]?.string == second.user.name && reply["pv"] == 1, "\(reply)")
      try expectDownload(reply["url"]?.string ?? "", is: Fixtures.jpeg)
    }
  }
}
