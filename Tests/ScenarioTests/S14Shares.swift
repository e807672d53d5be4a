import TestSupport
import Testing

extension Scenarios {
  /// Sections 7 to 9 and 12 to 15 of the document: sharing a file with everyone, the public list,
  /// saving a copy, the share's own count and the ranking. The list is all users', so tests look
  /// for their own entries in it.
  @Suite(.server()) struct S14Shares {
    static func share(
      _ file: FileID, by user: PicbedUser, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      try user.call("/api/dealfile?cmd=share", file).expect(code: 0, sourceLocation: sourceLocation)
    }

    static func cancel(
      _ file: FileID, by user: PicbedUser, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      try user.call("/api/dealsharefile?cmd=cancel", file).expect(
        code: 0, sourceLocation: sourceLocation)
    }

    /// The public entry of `file`; nil where it is not shared.
    static func publicEntry(_ file: FileID) throws -> ListedFile? {
      try client.shares().entries.first { $0.id == file }
    }

    /// A new user with a file of her own under a name that no other test uses.
    static func owner(of name: String) throws -> (user: PicbedUser, file: FileID) {
      let user = try server.newUser("owner")
      let name = PicbedUser.uniqueName(name) + ".txt"
      return (user, try uploaded(name, Array("bytes of \(name)".utf8), by: user))
    }

    @Test("sharing shows in both lists, cancelling ends it")
    func shareAndCancel() throws {
      let (user, file) = try Self.owner(of: "shown")
      try user.call("/api/dealfile?cmd=share", file).expect(code: 0).expectMembers(["code"])
      #expect(try entry(of: file, for: user).shareStatus == 1)
      let shown = try #require(try Self.publicEntry(file))
      #expect(shown.user == user.name && shown.shareStatus == 1 && shown.pv == 0, "\(shown)")
      #expect(shown.size == "bytes of \(file.name)".utf8.count && shown.type == "txt", "\(shown)")
      #expect(try entry(of: file, for: user).url == shown.url)
      expectRecent(shown.createTime)

      try user.call("/api/dealsharefile?cmd=cancel", file).expect(code: 0).expectMembers(["code"])
      #expect(try entry(of: file, for: user).shareStatus == 0)
      #expect(try Self.publicEntry(file) == nil)
      try user.call("/api/dealsharefile?cmd=cancel", file).expect(code: 1, "nothing there")
    }

    @Test("sharing again what one shares is 0 and changes nothing")
    func shareTwice() throws {
      let (user, file) = try Self.owner(of: "twice")
      try Self.share(file, by: user)
      try client.api("/api/dealsharefile?cmd=pv", .object(file.fields)).expect(code: 0)
      let before = try client.shares()
      try Self.share(file, by: user)
      let after = try client.shares()
      #expect(after.total == before.total && after.entries == before.entries)
    }

    @Test("what another user shares, the same md5 and name, is 3; another name is another file")
    func shareOfAnother() throws {
      let (alice, file) = try Self.owner(of: "both")
      let bob = try server.newUser("bob")
      try bob.call("/api/md5", file).expect(code: 0)
      let renamed = FileID(md5: file.md5, name: "renamed-\(file.name)")
      try bob.call("/api/md5", renamed).expect(code: 0)
      try Self.share(file, by: alice)
      try bob.call("/api/dealfile?cmd=share", file).expect(code: 3)
      #expect(try entry(of: file, for: bob).shareStatus == 0)
      try Self.share(renamed, by: bob)
      try Self.cancel(file, by: alice)
      try Self.share(file, by: bob)
      #expect(try Self.publicEntry(file)?.user == bob.name)
      try alice.call("/api/dealfile?cmd=share", file).expect(code: 3)
    }

    @Test("only a file that the caller owns can be shared")
    func notOwned() throws {
      let (_, file) = try Self.owner(of: "owned")
      let stranger = try someone()
      try stranger.call("/api/dealfile?cmd=share", file).expect(code: 1)
      #expect(try Self.publicEntry(file) == nil)
    }

    @Test("only the sharer can cancel")
    func foreignCancel() throws {
      let (user, file) = try Self.owner(of: "kept")
      try Self.share(file, by: user)
      let stranger = try server.newUser("stranger")
      try stranger.call("/api/dealsharefile?cmd=cancel", file).expect(code: 1)
      try stranger.call("/api/md5", file).expect(code: 0)
      try stranger.call("/api/dealsharefile?cmd=cancel", file).expect(
        code: 1, "having it is not sharing it")
      #expect(try Self.publicEntry(file)?.user == user.name)
      #expect(try entry(of: file, for: user).shareStatus == 1)
    }

    @Test("cancel and save need proof, by any of the four ways")
    func proof() throws {
      let (user, file) = try Self.owner(of: "proof")
      let saver = try server.newUser("saver")
      try Self.share(file, by: user)
      for cmd in ["cancel", "save"] {
        let target = "/api/dealsharefile?cmd=\(cmd)"
        let printed = JSONValue.object(
          file.fields.merging(["user": .string(user.name)]) { old, _ in old })
        try client.api(target, printed).expect(code: 4, "as the document prints it")
      }
      #expect(try Self.publicEntry(file) != nil)
      var fields = file.fields
      fields["user"] = .string(saver.name)
      try client.api(
        "/api/dealsharefile?cmd=save", .object(fields), headers: [("Cookie", saver.sessionCookie)]
      )
      .expect(code: 0)
      fields["user"] = .string(user.name)
      try client.api("/api/dealsharefile?cmd=cancel", .object(fields), headers: [user.basic])
        .expect(code: 0)
    }

    @Test("save gives the caller the file with pv 0, not shared; a second save is 5")
    func save() throws {
      let (user, file) = try Self.owner(of: "saved")
      let saver = try server.newUser("saver")
      try user.call("/api/dealfile?cmd=pv", file).expect(code: 0)
      try Self.share(file, by: user)
      try client.api("/api/dealsharefile?cmd=pv", .object(file.fields)).expect(code: 0)
      try saver.call("/api/dealsharefile?cmd=save", file).expect(code: 0).expectMembers(["code"])
      let copy = try entry(of: file, for: saver)
      #expect(copy.pv == 0 && copy.shareStatus == 0 && copy.user == saver.name, "\(copy)")
      try expectDownload(copy.url, is: Array("bytes of \(file.name)".utf8))
      try saver.call("/api/dealsharefile?cmd=save", file).expect(code: 5)
      try user.call("/api/dealsharefile?cmd=save", file).expect(
        code: 5, "the sharer has it already")
    }

    @Test("what nobody shares cannot be saved")
    func saveUnshared() throws {
      let (user, file) = try Self.owner(of: "private")
      let saver = try server.newUser("saver")
      try saver.call("/api/dealsharefile?cmd=save", file).expect(code: 1)
      try Self.share(file, by: user)
      try Self.cancel(file, by: user)
      try saver.call("/api/dealsharefile?cmd=save", file).expect(code: 1)
      #expect(try saver.files().total == 0)
    }

    @Test("the owner's deletion ends the share and leaves the copies that others saved")
    func deletionOfShared() throws {
      let (user, file) = try Self.owner(of: "deleted")
      let saver = try server.newUser("saver")
      try Self.share(file, by: user)
      try saver.call("/api/dealsharefile?cmd=save", file).expect(code: 0)
      let total = try client.shares().total
      try user.call("/api/dealfile?cmd=del", file).expect(code: 0)
      #expect(try Self.publicEntry(file) == nil)
      #expect(try client.shares().total == total - 1)
      #expect(try !client.ranking().entries.contains { $0.name == file.name })
      try client.api("/api/dealsharefile?cmd=pv", .object(file.fields)).expect(code: 1)
      try expectDownload(
        try entry(of: file, for: saver).url, is: Array("bytes of \(file.name)".utf8))
      try Self.share(file, by: saver)
    }

    @Test("the deletion of a copy leaves the share as it is")
    func deletionOfCopy() throws {
      let (user, file) = try Self.owner(of: "copied")
      let saver = try server.newUser("saver")
      try Self.share(file, by: user)
      try saver.call("/api/dealsharefile?cmd=save", file).expect(code: 0)
      try saver.call("/api/dealfile?cmd=del", file).expect(code: 0)
      #expect(try Self.publicEntry(file)?.user == user.name)
    }

    @Test("the share's count is apart from the owner's, and a new share starts at 0")
    func counts() throws {
      let (user, file) = try Self.owner(of: "counted")
      try user.call("/api/dealfile?cmd=pv", file).expect(code: 0)
      try Self.share(file, by: user)
      for count in 1...3 {
        try client.api("/api/dealsharefile?cmd=pv", .object(file.fields)).expect(code: 0)
          .expectMembers(["code"])
        #expect(try Self.publicEntry(file)?.pv == count)
      }
      try user.call("/api/dealfile?cmd=pv", file).expect(code: 0)
      #expect(try entry(of: file, for: user).pv == 2)
      #expect(try Self.publicEntry(file)?.pv == 3)
      try Self.cancel(file, by: user)
      try client.api("/api/dealsharefile?cmd=pv", .object(file.fields)).expect(code: 1)
      try Self.share(file, by: user)
      #expect(try Self.publicEntry(file)?.pv == 0)
      #expect(try client.ranking().entries.contains(RankedFile(name: file.name, pv: 0)))
      #expect(try entry(of: file, for: user).pv == 2)
    }

    @Test("the share's pv does not look at user at all")
    func pvUser() throws {
      let (user, file) = try Self.owner(of: "anyone")
      try Self.share(file, by: user)
      for name in [user.name, "nobody-at-all", "", String(repeating: "x", count: 100)] {
        var fields = file.fields
        fields["user"] = .string(name)
        try client.api("/api/dealsharefile?cmd=pv", .object(fields)).expect(
          code: 0, "user \"\(name)\"")
      }
      try client.api("/api/dealsharefile?cmd=pv", .object(file.fields)).expect(code: 0, "no user")
      #expect(try Self.publicEntry(file)?.pv == 5)
    }
  }

  /// The public lists themselves, on a server where nobody else shares anything.
  @Suite(.server()) struct S15ShareLists {
    @Test("no shares: count 0, an empty page, an empty ranking; then all of their order and paging")
    func lists() throws {
      let empty: JSONValue = ["code": 0, "count": 0, "total": 0, "files": []]
      for method in ["GET", "POST"] {
        let reply = try client.request(method, "/api/sharefiles?cmd=count").expect(code: 0)
        #expect(reply.json == ["code": 0, "total": 0], "\(reply)")
      }
      for cmd in ["normal", "pvdesc"] {
        let reply = try client.api("/api/sharefiles?cmd=\(cmd)", ["start": 0, "count": 5])
        #expect(reply.json == empty, "\(reply)")
      }
      let names = try shareSeven()
      try checkOrder(names)
      try checkPages(names)
      try checkRanking(names)
    }

    /// Shares seven files of two users, not in the order of their upload, and returns their names
    /// in the order in which they were shared.
    private func shareSeven() throws -> [String] {
      let users = [try server.newUser("one"), try server.newUser("two")]
      var files: [(PicbedUser, FileID)] = []
      for number in 0..<7 {
        let user = users[number % 2]
        files.append(
          (user, try uploaded("s\(number).png", Array("share \(number)".utf8), by: user)))
      }
      let order = [3, 0, 6, 1, 5, 2, 4]
      for number in order { try S14Shares.share(files[number].1, by: files[number].0) }
      return order.map { "s\($0).png" }
    }

    private func checkOrder(_ names: [String]) throws {
      #expect(try client.api("/api/sharefiles?cmd=count", [:])["total"] == 7)
      #expect(try client.get("/api/sharefiles?cmd=count")["total"] == 7)
      // By the time of the share: only so does a page stay put while shares arrive.
      #expect(try client.shares().entries.map(\.name) == names)
      #expect(try client.shares(order: "desc").entries.map(\.name) == names.reversed())
      let get = try client.get("/api/sharefiles?cmd=normal&start=2&count=3")
      #expect(try Page<ListedFile>(get).entries.map(\.name) == Array(names[2..<5]), "\(get)")
      #expect(try client.shares().entries.allSatisfy { $0.shareStatus == 1 })
    }

    private func checkPages(_ names: [String]) throws {
      let page = try client.shares(start: 5, count: 5)
      #expect(page.total == 7 && page.entries.map(\.name) == Array(names[5...]))
      for cmd in ["normal", "pvdesc"] {
        let target = "/api/sharefiles?cmd=\(cmd)"
        let beyond = try client.api(target, ["start": 7, "count": 5])
        #expect(beyond.json == ["code": 0, "count": 0, "total": 7, "files": []], "\(beyond)")
        #expect(try client.api(target, ["start": "0", "count": "2000000000"])["count"] == 7)
        let bad: [JSONValue] = [
          ["start": -1, "count": 1], ["start": 0, "count": 0], ["start": 0], ["count": 1], [:],
          ["start": "x", "count": 1],
        ]
        for fields in bad { try client.api(target, fields).expect(code: 1, "\(cmd) \(fields)") }
      }
    }

    private func checkRanking(_ names: [String]) throws {
      let counts = [
        "s3.png": 4, "s0.png": 4, "s6.png": 9, "s1.png": 0, "s5.png": 1, "s2.png": 0, "s4.png": 0,
      ]
      let shared = try client.shares().entries
      for entry in shared {
        for _ in 0..<counts[entry.name]! {
          try client.api("/api/dealsharefile?cmd=pv", .object(entry.id.fields)).expect(code: 0)
        }
      }
      let reply = try client.api("/api/sharefiles?cmd=pvdesc", ["start": 0, "count": 100])
        .expect(code: 0).expectMembers(["code", "count", "total", "files"])
      let ranking = try Page<RankedFile>(reply)
      #expect(ranking.total == 7 && ranking.entries.map(\.pv) == [9, 4, 4, 1, 0, 0, 0], "\(reply)")
      for entry in ranking.entries { #expect(counts[entry.name] == entry.pv, "\(entry)") }
      #expect(Set(ranking.entries.map(\.name)) == Set(names))
      #expect(try client.ranking().entries == ranking.entries, "ties stay where they are")
      for start in 0..<7 {
        let part = try client.ranking(start: start, count: 2).entries
        #expect(part == Array(ranking.entries[start..<min(start + 2, 7)]), "start \(start)")
      }
    }
  }

  /// `--open-legacy-endpoints`: cancel, save and upload exactly as the document prints them.
  @Suite(.server("--open-legacy-endpoints")) struct S16LegacyEndpoints {
    @Test("cancel, save and upload work without a token, and the log says so at the start")
    func open() throws {
      #expect(server.log.lowercased().contains("legacy"), "\(server.log)")
      let alice = try server.newUser("alice")
      let bob = try server.newUser("bob")
      let bytes = Array("legacy".utf8)
      let file = FileID("legacy.txt", bytes)
      let form = DocumentForm(user: alice.name, filename: file.name, token: nil, bytes: bytes)
      try alice.upload(form.body).expect(code: 0)
      try S14Shares.share(file, by: alice)
      func printed(_ user: PicbedUser) -> JSONValue {
        .object(file.fields.merging(["user": .string(user.name)]) { old, _ in old })
      }
      try client.api("/api/dealsharefile?cmd=save", printed(bob)).expect(code: 0)
      try client.api("/api/dealsharefile?cmd=save", printed(bob)).expect(code: 5)
      try client.api("/api/dealsharefile?cmd=cancel", printed(bob)).expect(
        code: 1, "only the sharer can")
      try client.api("/api/dealsharefile?cmd=cancel", printed(alice)).expect(code: 0)
      #expect(try bob.files().entries.map(\.name) == ["legacy.txt"])
    }

    @Test("a user who does not exist has no files to be given")
    func unknownUser() throws {
      let form = DocumentForm(user: "nobody-at-all", filename: "x", token: nil, bytes: [1])
      try someone().upload(form.body).expect(code: 1)
    }

    @Test("everything else asks for proof as ever")
    func restIsClosed() throws {
      let user = try server.newUser()
      let file = try uploaded("closed.txt", Array("closed".utf8), by: user)
      let fields = JSONValue.object(
        file.fields.merging(["user": .string(user.name)]) { old, _ in old })
      for target in [
        "/api/dealfile?cmd=del", "/api/dealfile?cmd=share", "/api/md5", "/api/sharepic?cmd=share",
      ] {
        try client.api(target, fields).expect(code: 4, target)
      }
      try client.api("/api/myfiles?cmd=count", fields).expect(code: 1)
    }
  }
}
