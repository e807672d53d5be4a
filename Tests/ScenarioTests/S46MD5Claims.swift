import Foundation
import TestSupport
import Testing

extension Scenarios {
  /// `--md5-claims proof`: naming an MD5 neither gains a file nor tells whether it is there. And blobs under another
  /// host's name.
  @Suite(
    .server(
      "--md5-claims", "proof", "--blob-origin", "https://usercontent.example.net/x",
      "--public-url", "https://img.example.com"))
  struct S46MD5Claims {
    /// The proof of who has `bytes`, by what README says.
    private func proof(_ reply: Exchange, of bytes: [UInt8]) throws -> [String: JSONValue] {
      let nonce = try #require(reply["nonce"]?.string)
      var text = Array(nonce.utf8)
      for range in try #require(reply["ranges"]?.array) {
        let start = Int(try #require(range["start"]?.integer))
        let length = Int(try #require(range["length"]?.integer))
        text += bytes[start..<start + length]
      }
      return ["nonce": .string(nonce), "proof": .string(try sha256Hex(text))]
    }

    private func sha256Hex(_ bytes: [UInt8]) throws -> String {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      try Data(bytes).write(to: URL(fileURLWithPath: folder / "bytes"))
      let run = try ChildProcess(
        "sha256sum", [folder / "bytes"], outputPath: folder / "out", errorPath: folder / "err")
      #expect(run.wait(seconds: 10) == .exit(0))
      return String(run.output.prefix(64))
    }

    @Test(
      "who has the bytes gains the file, who only names them does not", arguments: [10, 300_000])
    func claim(size: Int) throws {
      let (owner, claimer) = (try server.newUser(), try server.newUser())
      let bytes = Fixtures.bytes(size, seed: 46 + UInt64(size))
      try uploaded("a.bin", bytes, by: owner)
      let file = FileID("mine.bin", bytes)
      let reply = try claimer.call("/api/md5", file).expect(code: 1)
      let good = try proof(reply, of: bytes)
      var wrong = good
      wrong["proof"] = .string(String(repeating: "0", count: 64))
      try claimer.call("/api/md5", file, wrong).expect(code: 1)
      try owner.call("/api/md5", FileID("other.bin", bytes)).expect(code: 0, "one's own bytes")
      let thief = try server.newUser()
      try thief.call("/api/md5", file, good).expect(code: 1, "another user's challenge")
      try claimer.call("/api/md5", file, good).expect(code: 0)
      try claimer.call("/api/md5", file).expect(code: 5)
    }

    @Test("bytes that are not there are asked for alike")
    func unknown() throws {
      let user = try server.newUser()
      let bytes = Fixtures.bytes(100_000, seed: 47)
      for fields in [[:], ["size": 100_000]] as [[String: JSONValue]] {
        let reply = try user.call("/api/md5", FileID("a.bin", bytes), fields).expect(code: 1)
        #expect(reply["nonce"] != nil && reply["ranges"]?.array?.isEmpty == false, "\(reply)")
      }
      let reply = try user.call("/api/md5", FileID("a.bin", bytes), ["size": 100_000])
      try user.call("/api/md5", FileID("a.bin", bytes), proof(reply, of: bytes)).expect(code: 1)
    }

    @Test("public bytes need no proof")
    func publicBytes() throws {
      let (owner, claimer) = (try server.newUser(), try server.newUser())
      let bytes = Fixtures.bytes(1_000, seed: 48)
      let file = try uploaded("public.bin", bytes, by: owner)
      try claimer.call("/api/md5", FileID("mine.bin", bytes)).expect(code: 1)
      try owner.call("/api/dealfile?cmd=share", file).expect(code: 0)
      try claimer.call("/api/md5", FileID("mine.bin", bytes)).expect(code: 0)
    }

    @Test("urls of blobs begin with --blob-origin, and the share page allows pictures from there")
    func blobOrigin() throws {
      let user = try server.newUser()
      let file = try uploaded("a.png", Fixtures.bytes(100, seed: 49), by: user)
      let url = try entry(of: file, for: user).url
      #expect(url.hasPrefix("https://usercontent.example.net/x/group1/"), "\(url)")
      let link = try user.call("/api/sharepic?cmd=share", file).expect(code: 0)
      let page = try client.get("/share?urlmd5=\(link["urlmd5"]?.string ?? "")")
      let policy = page.response["Content-Security-Policy"] ?? ""
      #expect(
        policy.contains("img-src https://usercontent.example.net/x/group1/;"), "\(policy)")
      #expect(!policy.contains("*"))
    }

    @Test("a browser that asks the site for a blob is sent to the blobs' host name, others get it")
    func blobOnTheSite() throws {
      let user = try server.newUser()
      let bytes = Fixtures.bytes(100, seed: 50)
      let url = try entry(of: try uploaded("b.png", bytes, by: user), for: user).url
      let path = try #require(url.wholeMatch(of: #/https://usercontent.example.net/x(.*)/#)?.1)
      func ask(_ host: String, _ fields: [(String, String)] = []) throws -> HTTPResponse {
        try client.request("GET", String(path), headers: [("Host", host)] + fields).response
      }
      let browser = [("Sec-Fetch-Site", "none")]
      let sent = try ask("IMG.example.com", browser)
      #expect(sent.status == 308 && sent["Location"] == url, "\(sent)")
      for answer in [
        try ask("img.example.com"), try ask("usercontent.example.net", browser),
        // Behind a proxy that names this server in its own way.
        try ask("127.0.0.1:8080", browser),
      ] { #expect(answer.status == 200 && answer.body == bytes) }
    }
  }
}
