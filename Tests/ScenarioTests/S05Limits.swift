import TestSupport
import Testing

extension Scenarios {
  /// What is too much is refused with 413, 414 or 431, at once and without harm to anyone else.
  @Suite(.server("--max-upload", "1MiB")) struct S05Limits {
    @Test("a request target of 64 KiB is 414")
    func longTarget() throws {
      let target = "/api/sharefiles?cmd=count&x=" + String(repeating: "a", count: 65_536)
      try client.get(target).expect(status: 414)
    }

    @Test("header fields of 1 MiB are 431, as one field or as many")
    func largeHead() throws {
      let long = [(name: "X-Long", value: String(repeating: "a", count: 1 << 20))]
      try client.get("/healthz", headers: long).expect(status: 431)
      let many = (0..<20_000).map {
        (name: "X-Field-\($0)", value: "some value that fills the line")
      }
      try client.get("/healthz", headers: many).expect(status: 431)
    }

    @Test("a JSON body announced with 64 MiB is 413 before it is sent")
    func announcedBody() throws {
      let head = HTTPRequest(
        "POST", "/api/login", headers: [("Content-Length", "67108864")], framing: .unframed)
      try client.connect().exchange(head).expect(status: 413)
    }

    @Test("a JSON body in chunks is 413 once it is too long")
    func chunkedBody() throws {
      let body = Array("{\"user\":\"".utf8) + [UInt8](repeating: 0x61, count: 4 << 20)
      try client.request("POST", "/api/login", body: body, framing: .chunked([65_536])).expect(
        status: 413)
    }

    @Test("an upload over --max-upload is 413 before it is sent, and nothing is kept")
    func announcedUpload() throws {
      let user = try server.newUser()
      let files = server.settledFiles
      for expectation in [[], [(name: "Expect", value: "100-continue")]] {
        let head = HTTPRequest(
          "POST", "/api/upload?filename=big.bin",
          headers: [user.basic, ("Content-Length", "\(2 << 20)")] + expectation, framing: .unframed)
        let reply = try client.connect().exchange(head).expect(status: 413)
        #expect(reply.response.interim.isEmpty, "no 100 for what is not wanted: \(reply)")
      }
      #expect(try user.files().total == 0)
      #expect(server.storedFiles == files)
    }

    @Test(
      "an upload over --max-upload is 413 in every form, framed either way, and nothing is kept")
    func sentUpload() throws {
      let user = try server.newUser()
      let files = server.settledFiles
      let big = Fixtures.bytes(2 << 20, seed: 11)
      var form2 = DocumentForm(user: user.name, filename: "big.bin", token: user.token, bytes: [])
      form2.bytes = big
      form2.md5 = nil
      form2.size = nil
      let bodies = [
        StandardForm([
          .field("user", user.name), .field("token", user.token), .file("big.bin", big),
        ]).body,
        form2.body,
      ]
      for framing in [HTTPRequest.Framing.contentLength, .chunked([100_000])] {
        for body in bodies { try user.upload(body, framing: framing).expect(status: 413) }
        try client.request(
          "PUT", "/api/upload/big.bin", headers: [user.basic], body: big, framing: framing
        ).expect(status: 413)
      }
      #expect(try user.files().total == 0)
      #expect(eventually(within: 30) { server.storedFiles == files }, "\(server.storedFiles)")
    }

    @Test("an upload under --max-upload is taken")
    func smallEnough() throws {
      let user = try server.newUser()
      let bytes = Fixtures.bytes(900_000, seed: 12)
      let file = try uploaded("fits.bin", bytes, by: user)
      try expectDownload(try entry(of: file, for: user).url, is: bytes)
    }

    @Test("after all this, others are served as before")
    func stillServing() throws {
      try client.get("/readyz").expectAlive()
    }
  }
}
