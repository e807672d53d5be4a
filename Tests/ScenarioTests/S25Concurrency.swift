import Glibc
import TestSupport
import Testing

extension Scenarios {
  /// "Concurrency is exact": many clients at once, on connections of their own, released at the
  /// same moment.
  @Suite(.server("--delete-grace", "1s")) struct S25Concurrency {
    static let clients = 8

    @Test("parallel pv calls count exactly: a file's, a share's and a picture's")
    func exactCounts() throws {
      let user = try server.newUser()
      let file = try uploaded("counted.png", Fixtures.png, by: user)
      try user.call("/api/dealfile?cmd=share", file).expect(code: 0)
      let picture = try #require(try user.call("/api/sharepic?cmd=share", file)["urlmd5"])
      let rounds = 100
      let calls: [HTTPRequest] = [
        HTTPRequest("POST", "/api/dealfile?cmd=pv", body: user.proof(file.fields).bytes),
        HTTPRequest("POST", "/api/dealsharefile?cmd=pv", body: JSONValue.object(file.fields).bytes),
        HTTPRequest(
          "POST", "/api/sharepic?cmd=browse", body: JSONValue.object(["urlmd5": picture]).bytes),
      ]
      let client = client
      let replies = try inParallel(Self.clients) { _ in
        let connection = try client.connect()
        return try (0..<rounds).flatMap { _ in try calls.map { try connection.exchange($0) } }
      }.flatMap { $0 }
      for reply in replies where reply.code != 0 { reply.expect(code: 0) }
      let total = Self.clients * rounds
      #expect(try entry(of: file, for: user).pv == total)
      #expect(try client.shares().entries.first { $0.id == file }?.pv == total)
      #expect(try client.ranking().entries.contains(RankedFile(name: file.name, pv: total)))
      let browsed = replies.compactMap { $0["url"] == nil ? nil : $0["pv"]?.integer }
      #expect(browsed.sorted() == Array(1...total), "each browse was told a count of its own")
    }

    @Test(
      "one name registered by many at once: one 0, the others 2, and the winner's password counts"
    )
    func oneRegistration() throws {
      let client = client
      let name = PicbedUser.uniqueName("contested")
      func password(_ number: Int) -> String { md5Hex(Array("candidate \(number)".utf8)) }
      let passwords = (0..<Self.clients).map(password)
      let replies = try inParallel(Self.clients) { number in
        try client.api(
          "/api/reg",
          ["userName": .string(name), "nickName": "n", "firstPwd": .string(passwords[number])])
      }
      let winners = replies.indices.filter { replies[$0].code == 0 }
      try #require(winners.count == 1, "\(replies.map(\.code))")
      for (number, reply) in replies.enumerated() where number != winners[0] {
        reply.expect(code: 2)
      }
      _ = try PicbedUser(signingIn: name, password: passwords[winners[0]], on: client)
    }

    @Test("two users share the same file at once: one 0, one 3", arguments: 0..<10)
    func oneShare(round: Int) throws {
      let bytes = Array("contested share".utf8)
      let users = [try someone(), try Self.rival()]
      let file = FileID("round-\(round)", bytes)
      for user in users { try user.upload(file.name, bytes).expect(code: 0) }
      let replies = try inParallel(2) { try users[$0].call("/api/dealfile?cmd=share", file) }
      #expect(Set(replies.map { $0.code }) == [0, 3], "\(replies)")
      let winner = users[replies[0].code == 0 ? 0 : 1]
      let loser = users[replies[0].code == 0 ? 1 : 0]
      #expect(try client.shares().entries.first { $0.id == file }?.user == winner.name)
      #expect(try entry(of: file, for: winner).shareStatus == 1)
      #expect(try entry(of: file, for: loser).shareStatus == 0)
    }

    /// The second user of the rounds above; registered once, found again by signing in.
    static func rival() throws -> PicbedUser {
      let password = md5Hex(Array("password of rival".utf8))
      if let user = try? PicbedUser(signingIn: "rival", password: password, on: client) {
        return user
      }
      return try PicbedUser(registering: "rival", on: client)
    }

    @Test(
      "one user claims the same bytes by md5 many times at once: one 0, the others 5, one entry")
    func oneInstantUpload() throws {
      let user = try server.newUser()
      let source = try uploaded("source", Array("instant race".utf8), by: user)
      let file = FileID(md5: source.md5, name: "raced")
      let codes = try inParallel(Self.clients) { _ in try user.call("/api/md5", file).code }
      #expect(
        codes.filter { $0 == 0 }.count == 1 && codes.filter { $0 == 5 }.count == codes.count - 1,
        "\(codes)")
      #expect(try user.files().total == 2)
    }

    @Test("one thing deleted or cancelled many times at once: one 0, the others 1")
    func oneDeletion() throws {
      let user = try server.newUser()
      for round in 0..<5 {
        let file = try uploaded("raced", Array("deletion \(round)".utf8), by: user)
        let urlmd5 = try #require(try user.call("/api/sharepic?cmd=share", file)["urlmd5"])
        let link: [String: JSONValue] = ["urlmd5": urlmd5]
        let cancels = try inParallel(Self.clients) { _ in
          try user.call("/api/sharepic?cmd=cancel", link).code
        }
        let deletes = try inParallel(Self.clients) { _ in
          try user.call("/api/dealfile?cmd=del", file).code
        }
        for codes in [cancels, deletes] {
          #expect(codes.filter { $0 == 0 }.count == 1, "\(codes)")
          #expect(codes.filter { $0 == 1 }.count == codes.count - 1, "\(codes)")
        }
      }
      #expect(try user.files().total == 0)
    }

    @Test("the same bytes uploaded by many at once are stored once, and everyone has them")
    func oneBlob() throws {
      let users = try (0..<4).map { _ in try server.newUser("crowd") }
      let bytes = Fixtures.bytes(200_000, seed: 250)
      let before = Set(server.blobFiles)
      let replies = try inParallel(Self.clients) {
        try users[$0 % 4].upload("crowd-\($0 / 4)", bytes)
      }
      for reply in replies { reply.expect(code: 0) }
      #expect(server.blobFiles.filter { !before.contains($0) }.count == 1)
      for user in users {
        for entry in try user.files().entries { try expectDownload(entry.url, is: bytes) }
      }
    }

    @Test("one share saved and cancelled at once: whoever was told 0 has the file")
    func saveAgainstCancel() throws {
      let owner = try someone()
      let saver = try Self.rival()
      for round in 0..<20 {
        let bytes = Array("save or cancel \(round)".utf8)
        let file = try uploaded("save-\(round)", bytes, by: owner)
        try owner.call("/api/dealfile?cmd=share", file).expect(code: 0)
        let replies = try inParallel(2) { number in
          try number == 0
            ? saver.call("/api/dealsharefile?cmd=save", file)
            : owner.call("/api/dealsharefile?cmd=cancel", file)
        }
        replies[1].expect(code: 0)
        #expect([0, 1].contains(replies[0].code), "\(replies[0])")
        #expect((try saver.entry(file) != nil) == (replies[0].code == 0), "\(replies[0])")
      }
    }

    @Test(
      "uploads and deletions of the same bytes race: nothing listed is lost, nothing lost is kept"
    )
    func uploadAgainstDeletion() throws {
      let users = try (0..<4).map { _ in try server.newUser("racer") }
      let contents = (0..<3).map { Fixtures.bytes(1_000 + $0, seed: 251) }
      let before = Set(server.blobFiles)
      // Each racer has files of her own and shares the bytes with all others. 3.5 s see several
      // sweeps.
      let mismatches = try inParallel(users.count) { number in
        try Self.race(users[number], contents, seed: UInt64(number), seconds: 3.5)
      }.flatMap { $0 }
      #expect(mismatches.isEmpty, "\(mismatches.prefix(5))")

      for user in users {
        for entry in try user.files().entries {
          let answer = try client.download(entry.url)
          #expect(
            answer.response.status == 200 && md5Hex(answer.response.body) == entry.md5, "\(answer)")
        }
      }
      for user in users {
        for entry in try user.files().entries {
          try user.call("/api/dealfile?cmd=del", entry.id).expect(code: 0)
        }
      }
      let clean = eventually(within: 60) { server.blobFiles.allSatisfy(before.contains) }
      #expect(clean, "blobs that nobody owns: \(server.blobFiles.filter { !before.contains($0) })")
      #expect(server.settledFiles.allSatisfy { !$0.contains("tmp") }, "\(server.storedFiles)")
    }

    /// Uploads, claims by md5 and deletes at random for `seconds`, downloading what it was just
    /// given; returns what went wrong.
    private static func race(
      _ user: PicbedUser, _ contents: [[UInt8]], seed: UInt64, seconds: Double
    ) throws -> [String] {
      var random = SeededGenerator(seed: seed)
      var wrong: [String] = []
      let end = Deadline(secondsFromNow: seconds)
      while !end.hasPassed {
        let bytes = random.pick(contents)
        let file = FileID("raced", bytes)
        switch random.next() % 4 {
        case 0:
          let reply = try user.upload(file.name, bytes)
          if reply.code != 0 { wrong.append("upload: \(reply)") }
        case 1:
          let reply = try user.call("/api/md5", file)
          if ![0, 1, 5].contains(reply.code) { wrong.append("md5: \(reply)") }
        default:
          let reply = try user.call("/api/dealfile?cmd=del", file)
          if ![0, 1].contains(reply.code) { wrong.append("del: \(reply)") }
          // Sometimes rest longer than the grace period, so that the sweep takes what is free.
          if random.chance(oneIn: 40) { usleep(1_300_000) }
        }
        if let entry = try user.entry(file) {
          let answer = try user.client.download(entry.url)
          if answer.response.body != bytes { wrong.append("listed, but not there: \(answer)") }
        }
      }
      return wrong
    }

    @Test("logins, logouts and calls of one user at once never mix up sessions")
    func sessions() throws {
      let user = try server.newUser()
      let outcomes = try inParallel(4) { _ in
        try (0..<3).map { _ in
          let session = try user.signedInAgain()
          return [
            try session.call("/api/myfiles?cmd=count"), try session.call("/api/logout"),
            try session.call("/api/myfiles?cmd=count"),
          ]
        }
      }.flatMap { $0 }
      for outcome in outcomes { #expect(outcome.map(\.code) == [0, 0, 1], "\(outcome)") }
      try user.call("/api/myfiles?cmd=count").expect(code: 0)
    }
  }
}
