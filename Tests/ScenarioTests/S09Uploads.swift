import TestSupport
import Testing

extension Scenarios {
  /// Section 17 of the document: what an upload does, whatever its form: proof, checks, duplicates,
  /// storage.
  @Suite(.server()) struct S09Uploads {
    @Test("the reply carries url, md5, size and filename, and the url gives the bytes back")
    func reply() throws {
      let user = try server.newUser()
      let bytes = Fixtures.bytes(1_234, seed: 90)
      let reply = try user.upload("reply 图.bin", bytes).expect(code: 0)
        .expectMembers(["code", "url", "md5", "size", "filename"])
      #expect(reply["md5"] == .string(md5Hex(bytes)) && reply["size"] == 1_234, "\(reply)")
      #expect(reply["filename"] == "reply 图.bin", "\(reply)")
      let entry = try #require(try user.files().entries.first)
      #expect(reply["url"] == .string(entry.url), "\(reply)")
      try expectDownload(entry.url, is: bytes)
    }

    @Test("what is downloaded is what was uploaded", arguments: [0, 1, 4_096, 102_400, 20 << 20])
    func sizes(size: Int) throws {
      let user = try server.newUser()
      let bytes = Fixtures.bytes(size, seed: UInt64(size))
      let file = try uploaded("size.bin", bytes, by: user)
      let entry = try entry(of: file, for: user)
      #expect(entry.size == size)
      try expectDownload(entry.url, is: bytes)
    }

    @Test("the same file again is 0 and changes nothing")
    func duplicate() throws {
      let user = try server.newUser()
      let file = try uploaded("twice.png", Fixtures.png, by: user)
      try user.call("/api/dealfile?cmd=pv", file).expect(code: 0)
      try uploaded("later.png", Fixtures.png, by: user)
      let before = try user.files().entries
      let files = server.settledFiles
      let reply = try user.upload("twice.png", Fixtures.png).expect(code: 0)
      #expect(reply["url"]?.string == before[0].url, "\(reply)")
      #expect(try user.files().entries == before)
      #expect(server.settledFiles == files)
    }

    @Test("one file name may stand for different bytes")
    func sameName() throws {
      let user = try server.newUser()
      try uploaded("name", Array("first".utf8), by: user)
      try uploaded("name", Array("second".utf8), by: user)
      let entries = try user.files().entries
      #expect(entries.count == 2)
      try expectDownload(entries[0].url, is: Array("first".utf8))
      try expectDownload(entries[1].url, is: Array("second".utf8))
    }

    @Test("the same bytes of two owners and under two names are stored once")
    func deduplication() throws {
      let bytes = Fixtures.bytes(5_000, seed: 91)
      let alice = try server.newUser("alice")
      let bob = try server.newUser("bob")
      let before = server.blobFiles.count
      try uploaded("a.bin", bytes, by: alice)
      try uploaded("b.bin", bytes, by: alice)
      try uploaded("a.bin", bytes, by: bob)
      #expect(server.blobFiles.count == before + 1)
      for user in [alice, bob] {
        for entry in try user.files().entries { try expectDownload(entry.url, is: bytes) }
      }
    }

    @Test("bytes that collide with a stored md5 but differ are refused, never mixed up")
    func collision() throws {
      let (first, second) = Fixtures.collidingPair
      let alice = try server.newUser("alice")
      let mallory = try server.newUser("mallory")
      let file = try uploaded("good.bin", first, by: alice)
      let files = server.settledFiles
      try mallory.upload("evil.bin", second).expect(code: 1)
      try alice.upload("good.bin", second).expect(code: 1)
      #expect(try mallory.files().total == 0)
      #expect(eventually(within: 30) { server.storedFiles == files }, "\(server.storedFiles)")
      try expectDownload(try entry(of: file, for: alice).url, is: first)
    }

    @Test("a stated md5 or size that does not match is 1, and nothing is kept")
    func mismatch() throws {
      let user = try server.newUser()
      let bytes = Fixtures.bytes(700, seed: 92)
      let files = server.settledFiles
      let proof: [FormPart] = [.field("user", user.name), .field("token", user.token)]
      let wrong: [[FormPart]] = [
        [.field("md5", Fixtures.documentPassword)], [.field("md5", "xyz")],
        [.field("size", "699")], [.field("size", "701")], [.field("size", "-700")],
        [.field("size", "many")],
        [.field("md5", md5Hex(bytes)), .field("size", "0")],
        [.field("md5", Fixtures.documentPassword), .field("size", "700")],
      ]
      for fields in wrong {
        let told = fields.map { "\($0.name)=\(String(decoding: $0.bytes, as: UTF8.self))" }.joined(
          separator: " ")
        for parts in [proof + fields + [.file("x", bytes)], [.file("x", bytes)] + fields + proof] {
          try user.upload(StandardForm(parts).body).expect(code: 1, told)
        }
        var form = DocumentForm(user: user.name, filename: "x", token: user.token, bytes: bytes)
        form.md5 = fields.first { $0.name == "md5" }.map {
          String(decoding: $0.bytes, as: UTF8.self)
        }
        form.size = fields.first { $0.name == "size" }.flatMap {
          Int(String(decoding: $0.bytes, as: UTF8.self))
        }
        if form.md5 != nil || form.size != nil { try user.upload(form.body).expect(code: 1, told) }
      }
      #expect(try user.files().total == 0)
      try user.call("/api/md5", FileID("x", bytes)).expect(code: 1, "the bytes are unknown")
      #expect(eventually(within: 30) { server.storedFiles == files }, "\(server.storedFiles)")
    }

    @Test("a stated md5 in upper case is the same md5")
    func statedUpperCase() throws {
      let user = try server.newUser()
      var form = DocumentForm(
        user: user.name, filename: "up", token: user.token, bytes: Fixtures.png)
      form.md5 = form.md5?.uppercased()
      try user.upload(form.body).expect(code: 0)
      #expect(try user.files().entries.first?.md5 == md5Hex(Fixtures.png))
    }

    @Test(
      "a file name that is none is 1, in every form, and nothing is kept",
      arguments: [
        "", "a/b", "a\\b", "/etc/passwd", "a\u{1}b", "a\u{7f}", String(repeating: "a", count: 129),
      ])
    func badNames(name: String) throws {
      let user = try server.newUser()
      let files = server.settledFiles
      let proof: [FormPart] = [.field("user", user.name), .field("token", user.token)]
      try user.upload(name, Fixtures.gif).expectRefusal(orStatus: 400, 415)
      // In a quoted string a backslash may be an escape.
      if !name.contains("\\") {
        let form1 = StandardForm(proof + [.file(name, Fixtures.gif)])
        let form2 = DocumentForm(
          user: user.name, filename: name, token: user.token, bytes: Fixtures.gif)
        for body in [form1.body, form2.body] {
          try user.upload(body).expectRefusal(orStatus: 400, 415)
        }
      }
      #expect(try user.files().total == 0)
      #expect(eventually(within: 30) { server.storedFiles == files }, "\(server.storedFiles)")
    }

    @Test("failed proof is 1, whatever way it came by, and nothing is kept")
    func failedProof() throws {
      let user = try server.newUser()
      let files = server.settledFiles
      let bad = Fixtures.documentPassword
      let png = FormPart.file("x.png", Fixtures.png)
      let bodies: [UploadBody] = [
        StandardForm([png]).body,
        StandardForm([.field("user", user.name), png]).body,
        StandardForm([.field("user", user.name), .field("token", bad), png]).body,
        StandardForm([png, .field("user", user.name), .field("token", bad)]).body,
        StandardForm([png, .field("user", "nobody-at-all"), .field("token", user.token)]).body,
        DocumentForm(user: user.name, filename: "x.png", token: nil, bytes: Fixtures.png).body,
        DocumentForm(user: user.name, filename: "x.png", token: bad, bytes: Fixtures.png).body,
      ]
      for body in bodies { try user.upload(body).expect(code: 1) }
      for headers in [
        [], [(name: "Authorization", value: basicAuthorization(user.name, bad))],
        [(name: "Cookie", value: "userName=\(user.name); token=\(bad)")],
      ] {
        try client.request("PUT", "/api/upload/x.png", headers: headers, body: Fixtures.png).expect(
          code: 1)
      }
      #expect(try user.files().total == 0)
      #expect(eventually(within: 30) { server.storedFiles == files }, "\(server.storedFiles)")
    }

    @Test(
      "the fields of the body come before what the head says, and another user there is refused")
    func proofInBothPlaces() throws {
      let alice = try server.newUser("alice")
      let bob = try server.newUser("bob")
      let png = FormPart.file("x.png", Fixtures.png)
      let hers: [FormPart] = [.field("user", alice.name), .field("token", alice.token)]
      let bad: [FormPart] = [
        .field("user", alice.name), .field("token", Fixtures.documentPassword),
      ]
      try alice.upload(StandardForm(bad + [png]).body, headers: [alice.basic]).expect(code: 1)
      try alice.upload(StandardForm([png] + bad).body, headers: [alice.basic]).expect(code: 1)
      for parts in [[.field("user", bob.name), png], [png, .field("user", bob.name)]] {
        try alice.upload(StandardForm(parts).body, headers: [alice.basic])
          .expect(code: 1, "alice's proof, bob's name")
      }
      #expect(try alice.files().total == 0 && bob.files().total == 0)
      try alice.upload(StandardForm([png] + hers).body, headers: [alice.basic]).expect(code: 0)
      try alice.upload(
        StandardForm([png, .field("user", alice.name)]).body, headers: [alice.basic]
      )
      .expect(code: 0)
    }

    @Test("an upload that breaks off leaves nothing behind")
    func brokenOff() throws {
      let user = try server.newUser()
      let files = server.settledFiles
      for reset in [false, true] {
        let connection = try client.connect()
        let request = HTTPRequest(
          "POST", "/api/upload?filename=broken.bin",
          headers: [user.basic, ("Content-Length", "1000000")], framing: .unframed)
        try connection.send(
          request.headBytes(host: client.host) + Fixtures.bytes(400_000, seed: 93))
        if reset { connection.abort() } else { connection.finishSending() }
      }
      #expect(eventually(within: 30) { server.storedFiles == files }, "\(server.storedFiles)")
      #expect(try user.files().total == 0)
    }

    @Test("memory stays constant while 96 MiB come in and go out")
    func constantMemory() throws {
      let user = try server.newUser()
      // Warm up first, so that what every first request needs is not counted.
      try uploaded("warm.bin", Fixtures.bytes(1 << 20, seed: 94), by: user)
      let block = Fixtures.bytes(1 << 20, seed: 95)
      let before = ProcessTable.peakResidentBytes(of: server.pid)
      let connection = try client.connect()
      let head = HTTPRequest(
        "PUT", "/api/upload/large.bin", headers: [user.basic, ("Content-Length", "\(96 << 20)")],
        framing: .unframed)
      try connection.send(head.headBytes(host: client.host))
      for _ in 0..<96 { try connection.send(block) }
      let reply = Exchange(head, try connection.readResponse(to: "PUT")).expect(code: 0)
      #expect(reply["size"] == .integer(96 << 20), "\(reply)")
      let download = try client.download(try #require(reply["url"]?.string))
      #expect(download.response.body.count == 96 << 20)
      expectSameBytes(Array(download.response.body.suffix(1 << 20)), block, "the last MiB")
      let growth = ProcessTable.peakResidentBytes(of: server.pid) - before
      #expect(growth < 32 << 20, "the server grew by \(growth >> 20) MiB")
    }
  }
}
