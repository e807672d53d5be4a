import TestSupport
import Testing

extension Scenarios {
  /// Sections 10, 11 and 16 of the document: `dealfile?cmd=del`, `dealfile?cmd=pv`, `md5`; and what
  /// a file's id is. Deleted blobs go after one second here, so that the end of a file can be seen.
  @Suite(.server("--delete-grace", "1s")) struct S08FileCalls {
    static let calls = [
      "/api/dealfile?cmd=share", "/api/dealfile?cmd=del", "/api/dealfile?cmd=pv",
      "/api/dealsharefile?cmd=cancel", "/api/dealsharefile?cmd=save", "/api/dealsharefile?cmd=pv",
      "/api/md5",
      "/api/sharepic?cmd=share",
    ]

    @Test(
      "every call about a file refuses a missing or malformed md5 or filename with 1",
      arguments: Self.calls)
    func malformedFile(target: String) throws {
      let user = try server.newUser()
      let file = try uploaded("well-formed", Array("well-formed \(target)".utf8), by: user)
      let md5 = JSONValue.string(file.md5)
      let name = JSONValue.string(file.name)
      let bad: [[String: JSONValue]] = [
        ["md5": md5], ["filename": name], ["md5": "", "filename": name],
        ["md5": "123", "filename": name],
        ["md5": .string("g" + file.md5.dropFirst()), "filename": name],
        ["md5": .string(file.md5 + "0"), "filename": name],
        ["md5": md5, "filename": ""], ["md5": md5, "filename": "a/b"],
        ["md5": md5, "filename": "a\\b"],
        ["md5": md5, "filename": "a\nb"], ["md5": md5, "filename": "a\0"],
        ["md5": md5, "filename": .string(String(repeating: "a", count: 129))],
        ["md5": 5, "filename": name], ["md5": md5, "filename": ["a"]],
      ]
      for fields in bad {
        try user.call(target, fields).expect(code: 1, "\(JSONValue.object(fields))")
      }
      #expect(try user.files().total == 1)
    }

    @Test("md5 in upper case is the same md5")
    func md5Case() throws {
      let user = try server.newUser()
      let file = try uploaded("case.txt", Array("case".utf8), by: user)
      let upper = FileID(md5: file.md5.uppercased(), name: file.name)
      try user.call("/api/dealfile?cmd=pv", upper).expect(code: 0)
      try user.call("/api/md5", upper).expect(code: 5)
      #expect(try entry(of: file, for: user).pv == 1, "listed in lower case, and counted")
      try user.call("/api/dealfile?cmd=del", upper).expect(code: 0)
    }

    @Test("pv adds one to the caller's own file; an unknown one is 1")
    func pv() throws {
      let user = try server.newUser()
      let file = try uploaded("pv.txt", Array("pv".utf8), by: user)
      for count in 1...3 {
        try user.call("/api/dealfile?cmd=pv", file).expect(code: 0).expectMembers(["code"])
        #expect(try entry(of: file, for: user).pv == count)
      }
      try user.call("/api/dealfile?cmd=pv", FileID(md5: file.md5, name: "other")).expect(code: 1)
      try user.call("/api/dealfile?cmd=pv", FileID(md5: Fixtures.documentPassword, name: file.name))
        .expect(code: 1)
    }

    @Test("del removes the file, a second del is 1, and the other names of the same bytes stay")
    func deletion() throws {
      let user = try server.newUser()
      let bytes = Array("two names".utf8)
      let first = try uploaded("first", bytes, by: user)
      let second = try uploaded("second", bytes, by: user)
      try user.call("/api/dealfile?cmd=del", first).expect(code: 0).expectMembers(["code"])
      try user.call("/api/dealfile?cmd=del", first).expect(code: 1)
      for cmd in ["share", "pv"] {
        try user.call("/api/dealfile?cmd=\(cmd)", first).expect(code: 1)
      }
      #expect(try user.files().entries.map(\.name) == ["second"])
      try expectDownload(try entry(of: second, for: user).url, is: bytes)
    }

    @Test("a file that comes back is a new file: pv 0, not shared, at the end of the list")
    func comeback() throws {
      let user = try server.newUser()
      let file = try uploaded("back", Array("back".utf8), by: user)
      try uploaded("other", Array("other".utf8), by: user)
      try user.call("/api/dealfile?cmd=pv", file).expect(code: 0)
      try user.call("/api/dealfile?cmd=share", file).expect(code: 0)
      try user.call("/api/dealfile?cmd=del", file).expect(code: 0)
      try uploaded("back", Array("back".utf8), by: user)
      let again = try entry(of: file, for: user)
      #expect(again.pv == 0 && again.shareStatus == 0)
      #expect(try user.files().entries.map(\.name) == ["other", "back"])
    }

    @Test(
      "md5 answers 1 for unknown bytes, 0 and the file for known ones, 5 for what the caller has")
    func instantUpload() throws {
      let alice = try server.newUser("alice")
      let bob = try server.newUser("bob")
      let bytes = Fixtures.bytes(2_000, seed: 81)
      let file = FileID("instant.bin", bytes)
      try bob.call("/api/md5", file).expect(code: 1)
      #expect(try bob.files().total == 0)
      try uploaded("hers.bin", bytes, by: alice)
      try bob.call("/api/md5", file).expect(code: 0).expectMembers(["code"])
      try bob.call("/api/md5", file).expect(code: 5)
      let entry = try entry(of: file, for: bob)
      #expect(entry.size == 2_000 && entry.pv == 0 && entry.shareStatus == 0 && entry.type == "bin")
      try expectDownload(entry.url, is: bytes)
      #expect(try alice.files().entries.map(\.name) == ["hers.bin"])
    }

    @Test("md5 under a new name is a new file of the same bytes")
    func instantRename() throws {
      let user = try server.newUser()
      let bytes = Fixtures.bytes(500, seed: 82)
      let file = try uploaded("old.txt", bytes, by: user)
      let files = server.blobFiles.count
      try user.call("/api/md5", FileID(md5: file.md5, name: "new.png")).expect(code: 0)
      let page = try user.files()
      #expect(page.entries.map(\.name) == ["old.txt", "new.png"])
      #expect(
        page.entries.map(\.type) == ["txt", "png"] && page.entries.map(\.size) == [500, 500])
      #expect(server.blobFiles.count == files, "stored once")
      for entry in page.entries { try expectDownload(entry.url, is: bytes) }
    }

    @Test("md5 takes the name as filename and as fileName")
    func fileNameSpellings() throws {
      let user = try server.newUser()
      let file = try uploaded("spelling", Array("spelling".utf8), by: user)
      try user.call("/api/md5", ["md5": .string(file.md5), "fileName": "camel"]).expect(code: 0)
      try user.call("/api/md5", ["md5": .string(file.md5), "filename": "flat"]).expect(code: 0)
      #expect(try user.files().entries.map(\.name) == ["spelling", "camel", "flat"])
    }

    @Test("bytes that nobody holds any more are gone after the grace period, and unknown again")
    func endOfBytes() throws {
      let user = try server.newUser()
      let bytes = Fixtures.bytes(3_000, seed: 83)
      let file = try uploaded("first", bytes, by: user)
      let second = try uploaded("second", bytes, by: user)
      let url = try entry(of: file, for: user).url
      let blob = try #require(blobFile(of: url), "no file for \(url) in \(server.blobFiles)")

      try user.call("/api/dealfile?cmd=del", file).expect(code: 0)
      // Longer than the grace period: what is still held stays.
      #expect(
        !eventually(within: 2.5) { !server.blobFiles.contains(blob) }, "someone still holds it")
      try expectDownload(url, is: bytes)
      try user.call("/api/dealfile?cmd=del", second).expect(code: 0)
      #expect(eventually(within: 60) { !server.blobFiles.contains(blob) }, "nobody holds \(blob)")
      let answer = try client.download(url)
      answer.expect(status: 404, "deleted blobs leave the cache too")
      try user.call("/api/md5", file).expect(code: 1)
      try uploaded("again", bytes, by: user)
      try expectDownload(try entry(of: FileID("again", bytes), for: user).url, is: bytes)
    }
  }
}
