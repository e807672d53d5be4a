import TestSupport
import Testing

/// Names that are allowed, and that some step on the way might change.
private let unusualNames = [
  "\"quoted\" 'name'.png", "a{b}c.png", "假 期 照片.jpg", "🏝️.gif", "a:b;c=d&e?f#g%20.png", "<i>.png",
  "..", ".", "-", String(repeating: "图", count: 128), String(repeating: "😀", count: 124) + ".png",
  "e\u{301}.png",
]

extension Scenarios {
  /// Sections 3 to 6 of the document: `myfiles`, its entries, pages and orders.
  @Suite(.server()) struct S07Files {
    @Test("a user without files has an empty page and the total 0")
    func empty() throws {
      let user = try server.newUser()
      try user.call("/api/myfiles?cmd=count").expect(code: 0).expectMembers(["code", "total"])
      #expect(try user.call("/api/myfiles?cmd=count")["total"] == 0)
      for cmd in ["normal", "pvasc", "pvdesc"] {
        let reply = try user.call("/api/myfiles?cmd=\(cmd)", ["start": 0, "count": 10])
        #expect(reply.json == ["code": 0, "count": 0, "total": 0, "files": []], "\(reply)")
      }
    }

    @Test("an entry has exactly the document's fields")
    func entryFields() throws {
      let user = try server.newUser()
      let file = try uploaded("1.png", Fixtures.png, by: user)
      let entry = try entry(of: file, for: user)
      #expect(entry.user == user.name && entry.md5 == file.md5 && entry.name == "1.png")
      #expect(entry.shareStatus == 0 && entry.pv == 0 && entry.size == Fixtures.png.count)
      #expect(entry.type == "png")
      expectRecent(entry.createTime)
      let form = #/http://127\.0\.0\.1:[0-9]+/group1/M00/[^/]{2}/[^/]{2}/[^/]+\.png/#
      #expect(try form.wholeMatch(in: entry.url) != nil, "\(entry.url)")
      #expect(entry.url.hasPrefix("http://\(client.host)/"), "\(entry.url)")
      #expect(!entry.url.contains(file.md5), "the name tells a stranger nothing: \(entry.url)")
      try expectDownload(entry.url, is: Fixtures.png)
    }

    @Test(
      "type is the text after the last dot, case kept; \"null\" where there is none",
      arguments: [
        ("photo.PNG", "PNG"), ("a.tar.gz", "gz"), ("Makefile", "null"), (".bashrc", "bashrc"),
        ("图.图片", "图片"), ("a. b", " b"), ("object_script.0voiceCloudDisk.Debug", "Debug"),
      ])
    func types(name: String, type: String) throws {
      let user = try server.newUser()
      let file = try uploaded(name, Array("type".utf8), by: user)
      #expect(try entry(of: file, for: user).type == type)
    }

    @Test(
      "a url can be fetched as it stands, whatever the file name holds",
      arguments: [
        "a b.p n g", "x.<svg>", "%2e%2e.%2f", "?.?x=1", "#.#", "a.\"'", "名.图片", "a..",
        "x.&cmd=normal",
        "x.html", "x.e😀", "a;b.c;d",
      ])
    func urls(name: String) throws {
      let user = try server.newUser()
      let bytes = Array("the bytes of \(name)".utf8)
      let file = try uploaded(name, bytes, by: user)
      let url = try entry(of: file, for: user).url
      // RFC 3986: nothing but these, or a client must guess what was meant.
      let allowed = "-._~:/[]@!$&'()*+,;=%"
      #expect(
        url.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || allowed.contains($0)) },
        "\(url)")
      try expectDownload(url, is: bytes)
    }

    @Test("url takes its host from the request")
    func hostOfUrl() throws {
      let user = try server.newUser()
      try uploaded("h.png", Fixtures.png, by: user)
      let reply = try client.api(
        "/api/myfiles?cmd=normal", user.proof(["start": 0, "count": 1]),
        headers: [("Host", "pictures.example:8443")])
      let page = try Page<ListedFile>(reply)
      #expect(page.entries[0].url.hasPrefix("http://pictures.example:8443/group1/M00/"), "\(reply)")
    }

    @Test("a name keeps every character through upload, list and deletion", arguments: unusualNames)
    func names(name: String) throws {
      let user = try server.newUser()
      let file = try uploaded(name, Array("name".utf8), by: user)
      // By bytes: Swift's == takes é for e and an accent, and a name must not change from one to
      // the other.
      #expect(try user.files().entries.map { Array($0.name.utf8) } == [Array(name.utf8)])
      try user.call("/api/dealfile?cmd=del", file).expect(code: 0)
      #expect(try user.files().total == 0)
    }

    @Test("pages: start and count, beyond the end, and the sum of pages is the list")
    func paging() throws {
      let user = try server.newUser()
      let names = (0..<7).map { "f\($0).txt" }
      for name in names { try uploaded(name, Array(name.utf8), by: user) }
      for cmd in ["normal", "pvasc", "pvdesc"] {
        let whole = try user.files(cmd).entries
        #expect(whole.count == 7)
        for count in 1...8 {
          var collected: [ListedFile] = []
          for start in stride(from: 0, to: 7, by: count) {
            let page = try user.files(cmd, start: start, count: count)
            #expect(page.total == 7 && page.entries.count == min(count, 7 - start))
            collected += page.entries
          }
          #expect(collected == whole, "\(cmd) in pages of \(count)")
        }
        for start in [7, 8, 1_000_000] {
          let reply = try user.call(
            "/api/myfiles?cmd=\(cmd)", ["start": .integer(start), "count": 3])
          #expect(reply.json == ["code": 0, "count": 0, "total": 7, "files": []], "\(reply)")
        }
      }
      #expect(try user.files().entries.map(\.name) == names, "oldest first")
      #expect(try user.files(order: "desc").entries.map(\.name) == names.reversed())
      #expect(
        try user.files(start: 1, count: 2, order: "desc").entries.map(\.name) == [
          "f5.txt", "f4.txt",
        ])
      #expect(
        try user.files(start: 1, count: 2, order: "asc").entries.map(\.name) == [
          "f1.txt", "f2.txt",
        ])
    }

    @Test("a page stays put while files arrive")
    func stablePage() throws {
      let user = try server.newUser()
      for name in ["a", "b", "c"] { try uploaded(name, Array(name.utf8), by: user) }
      let before = try user.files(start: 1, count: 2).entries
      try uploaded("d", Array("d".utf8), by: user)
      #expect(try user.files(start: 1, count: 2).entries == before)
    }

    @Test(
      "start below 0, count below 1, or one missing, is 1",
      arguments: ["normal", "pvasc", "pvdesc"])
    func badPaging(cmd: String) throws {
      let user = try server.newUser()
      let bad: [[String: JSONValue]] = [
        ["start": -1, "count": 1], ["start": 0, "count": 0], ["start": 0, "count": -1],
        ["start": 0],
        ["count": 1], [:], ["start": nil, "count": 1], ["start": "-1", "count": 1],
        ["start": 0, "count": "0"],
      ]
      for fields in bad {
        try user.call("/api/myfiles?cmd=\(cmd)", fields).expect(
          code: 1, "\(JSONValue.object(fields))")
      }
    }

    @Test("a count above 1,000 is cut to it")
    func pageMaximum() throws {
      let user = try server.newUser()
      let source = try uploaded("source", Array("one blob, many names".utf8), by: user)
      // Known bytes under a new name are a new file: the cheapest way to have many.
      let connection = try client.connect()
      for number in 0..<1_004 {
        let body = user.proof(["md5": .string(source.md5), "filename": .string("n\(number)")])
        try connection.exchange(HTTPRequest("POST", "/api/md5", body: body.bytes)).expect(code: 0)
      }
      for cmd in ["normal", "pvasc", "pvdesc"] {
        let page = try user.files(cmd, start: 0, count: 5_000)
        #expect(
          page.entries.count == 1_000 && page.total == 1_005,
          "\(cmd): \(page.entries.count) entries")
        #expect(try user.files(cmd, start: 1_000, count: 2_000_000_000).entries.count == 5)
        // Also one that no machine's integer holds.
        for count: JSONValue in [.decimal(1e30), "9223372036854775808"] {
          let fields: [String: JSONValue] = ["start": 1_000, "count": count]
          let page = try Page<ListedFile>(try user.call("/api/myfiles?cmd=\(cmd)", fields))
          #expect(page.entries.count == 5)
        }
      }
    }

    @Test("pv orders: by count, both ways, and ties stay where they are")
    func pvOrders() throws {
      let user = try server.newUser()
      let counts = ["a": 2, "b": 0, "c": 5, "d": 2, "e": 0, "f": 11]
      for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
        let file = try uploaded(name, Array(name.utf8), by: user)
        for _ in 0..<count { try user.call("/api/dealfile?cmd=pv", file).expect(code: 0) }
      }
      let descending = try user.files("pvdesc").entries
      let ascending = try user.files("pvasc").entries
      #expect(descending.map(\.pv) == [11, 5, 2, 2, 0, 0])
      #expect(ascending.map(\.pv) == [0, 0, 2, 2, 5, 11])
      for entry in descending { #expect(entry.pv == counts[entry.name], "\(entry)") }
      #expect(Set(ascending.map(\.name)) == Set(counts.keys))
      for _ in 0..<3 {
        #expect(try user.files("pvdesc").entries == descending)
        #expect(try user.files("pvasc").entries == ascending)
      }
    }

    @Test("one user's files are nobody else's")
    func apart() throws {
      let alice = try server.newUser("alice")
      let bob = try server.newUser("bob")
      let file = try uploaded("apart.png", Fixtures.png, by: alice)
      #expect(try bob.files().total == 0)
      for cmd in ["share", "del", "pv"] {
        try bob.call("/api/dealfile?cmd=\(cmd)", file).expect(code: 1, cmd)
      }
      #expect(try alice.entry(file)?.pv == 0)
    }
  }
}
