import TestSupport
import Testing

extension Scenarios {
  /// How an upload's bytes travel: chunked, split anywhere, and asked for first (Expect:
  /// 100-continue).
  @Suite(.server()) struct S11UploadWire {
    /// Bodies of all forms, with the head that each needs.
    static func variants(
      of user: PicbedUser, _ bytes: [UInt8]
    ) -> [(name: String, target: String, headers: [(name: String, value: String)], body: [UInt8])] {
      let parts: [FormPart] = [
        .field("user", user.name), .file("w.bin", bytes), .field("md5", md5Hex(bytes)),
        .field("token", user.token),
      ]
      let form1 = StandardForm(parts).body
      let form2 = DocumentForm(user: user.name, filename: "w.bin", token: user.token, bytes: bytes)
        .body
      return [
        ("form 1", "/api/upload", form1.headers, form1.bytes),
        ("form 2", "/api/upload", form2.headers, form2.bytes),
        ("form 3", "/api/upload?filename=w.bin", [user.basic], bytes),
      ]
    }

    @Test("every form, in chunks of any size", arguments: [[1], [3, 50, 2], [64], [5_000]])
    func chunked(sizes: [Int]) throws {
      let user = try server.newUser()
      let bytes = Fixtures.bytes(400, seed: 110)
      for (name, target, headers, body) in Self.variants(of: user, bytes) {
        let reply = try client.request(
          "POST", target, headers: headers, body: body, framing: .chunked(sizes)
        ).expect(code: 0, name)
        #expect(reply["md5"]?.string == md5Hex(bytes) && reply["size"] == 400, "\(name) \(reply)")
      }
    }

    @Test("every form, split in two at every byte of its body")
    func everySplit() throws {
      let user = try server.newUser()
      // Line ends and dashes at the places where a parser is most easily led astray.
      let bytes = Array("\r\n--x\r\r\n-".utf8)
      let connection = try client.connect()
      for (name, target, headers, body) in Self.variants(of: user, bytes) {
        let request = HTTPRequest("POST", target, headers: headers, body: body)
        let head = request.headBytes(host: client.host)
        for split in 0...body.count {
          try connection.send(head + body[..<split])
          // Long enough for the server to read the first piece alone.
          usleepBriefly()
          try connection.send(Array(body[split...]))
          let reply = Exchange(request, try connection.readResponse(to: "POST"))
          reply.expect(code: 0, "\(name), split at \(split)")
          #expect(reply["size"]?.integer == bytes.count, "\(name), split at \(split) \(reply)")
          if reply.code != 0 { return }
        }
      }
      #expect(try user.files().entries.map(\.id) == [FileID("w.bin", bytes)])
    }

    @Test("every form, byte by byte")
    func byteByByte() throws {
      let user = try server.newUser()
      let bytes = Fixtures.bytes(40, seed: 111)
      for (name, target, headers, body) in Self.variants(of: user, bytes) {
        let connection = try client.connect()
        let request = HTTPRequest("POST", target, headers: headers, body: body)
        try connection.send(
          request.headBytes(host: client.host) + body, inPiecesOf: 1, pauseMicroseconds: 100)
        Exchange(request, try connection.readResponse(to: "POST")).expect(code: 0, name)
      }
    }

    @Test("Expect: 100-continue with good proof gets 100, then the answer")
    func expectContinue() throws {
      let user = try server.newUser()
      let bytes = Fixtures.bytes(70_000, seed: 112)
      for (name, target, headers, body) in Self.variants(of: user, bytes) {
        let head = HTTPRequest(
          "POST", target,
          headers: headers + [("Expect", "100-continue"), ("Content-Length", "\(body.count)")],
          framing: .unframed)
        let connection = try client.connect()
        try connection.send(head.headBytes(host: client.host))
        // Proof in the body's fields is not there yet: the body must be asked for all the same.
        #expect(try connection.hasBytes(withinMilliseconds: 30_000), "\(name): no 100")
        try connection.send(body)
        let reply = Exchange(head, try connection.readResponse(to: "POST")).expect(code: 0, name)
        #expect(reply.response.interim == [100], "\(name) \(reply)")
      }
    }

    @Test(
      "bad proof in the head gets the final answer without 100, and the body is never asked for")
    func expectWithBadProof() throws {
      let user = try server.newUser()
      let bad = Fixtures.documentPassword
      for proof in [
        (name: "Authorization", value: basicAuthorization(user.name, bad)),
        (name: "Cookie", value: "userName=\(user.name); token=\(bad)"),
      ] {
        for expectation in [[(name: "Expect", value: "100-continue")], []] {
          // Nothing of the body is sent: an answer can only come from the head.
          let head = HTTPRequest(
            "POST", "/api/upload?filename=x.bin",
            headers: [proof, ("Content-Length", "500000000")] + expectation, framing: .unframed)
          let reply = try client.connect().exchange(head).expect(code: 1)
          #expect(reply.response.interim.isEmpty, "\(reply)")
        }
      }
    }

    @Test("a stranger's body does not fill the disk")
    func strangersBody() throws {
      let files = server.settledFiles
      let head = HTTPRequest(
        "PUT", "/api/upload/x.bin",
        headers: [("Authorization", basicAuthorization("nobody", Fixtures.documentPassword))],
        body: [UInt8](repeating: 1, count: 8 << 20))
      let connection = try client.connect()
      try connection.exchange(head).expect(code: 1)
      #expect(server.storedFiles == files)
    }

    @Test("the connection goes on after an upload, and a pipelined request behind it is answered")
    func keepAlive() throws {
      let user = try server.newUser()
      let connection = try client.connect()
      for (name, target, headers, body) in Self.variants(of: user, Fixtures.png) {
        let upload = HTTPRequest("POST", target, headers: headers, body: body)
        let count = HTTPRequest("POST", "/api/myfiles?cmd=count", body: user.proof().bytes)
        try connection.send(
          upload.headBytes(host: client.host) + body + count.headBytes(host: client.host)
            + count.body)
        Exchange(upload, try connection.readResponse(to: "POST")).expect(code: 0, name)
        let second = Exchange(count, try connection.readResponse(to: "POST")).expect(code: 0, name)
        #expect(second["total"] == 1, "what was answered is there for the next: \(second)")
      }
    }
  }
}
