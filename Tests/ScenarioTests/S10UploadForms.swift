import TestSupport
import Testing

extension Scenarios {
  /// The forms in which clients send an upload, as they stand on the wire.
  @Suite(.server()) struct S10UploadForms {
    /// Uploads `body`, expects it to be taken for `bytes` under `name`, and removes the file again.
    static func expectTaken(
      _ body: UploadBody, _ name: String, _ bytes: [UInt8], by user: PicbedUser,
      headers: [(name: String, value: String)] = [], framing: HTTPRequest.Framing = .contentLength,
      _ comment: String = "", sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let reply = try user.upload(body, headers: headers, framing: framing)
        .expect(code: 0, comment, sourceLocation: sourceLocation)
      #expect(
        reply["filename"]?.string == name, "\(comment) \(reply)", sourceLocation: sourceLocation)
      #expect(
        reply["md5"]?.string == md5Hex(bytes), "\(comment) \(reply)", sourceLocation: sourceLocation
      )
      #expect(
        reply["size"]?.integer == bytes.count, "\(comment) \(reply)", sourceLocation: sourceLocation
      )
      try user.call("/api/dealfile?cmd=del", FileID(name, bytes))
        .expect(code: 0, comment, sourceLocation: sourceLocation)
    }

    static func proof(_ user: PicbedUser) -> [FormPart] {
      [.field("user", user.name), .field("token", user.token)]
    }

    // MARK: Form 1, standard multipart

    @Test("the five parts come in all 120 orders")
    func everyOrder() throws {
      let user = try server.newUser()
      let bytes = Fixtures.bytes(300, seed: 100)
      let parts =
        Self.proof(user) + [
          .file("order.png", bytes, type: "image/png"), .field("md5", md5Hex(bytes)),
          .field("size", "300"),
        ]
      for order in permutations(parts) {
        let names = order.map(\.name).joined(separator: ", ")
        try user.upload(StandardForm(order).body).expect(code: 0, names)
      }
      #expect(try user.files().entries.map(\.name) == ["order.png"])
    }

    @Test("md5 and size are optional, and the proof may come by the other ways")
    func optionalParts() throws {
      let user = try server.newUser()
      let file = FormPart.file("o.gif", Fixtures.gif)
      let alone = StandardForm([file]).body
      try Self.expectTaken(
        StandardForm(Self.proof(user) + [file]).body, "o.gif", Fixtures.gif, by: user)
      try Self.expectTaken(alone, "o.gif", Fixtures.gif, by: user, headers: [user.basic])
      let cookies = "userName=\(user.name); token=\(user.token)"
      for cookie in [cookies, user.sessionCookie] {
        try Self.expectTaken(alone, "o.gif", Fixtures.gif, by: user, headers: [("Cookie", cookie)])
      }
    }

    @Test("parts that nobody knows, a preamble and an epilogue are passed over")
    func surroundings() throws {
      let user = try server.newUser()
      let unknown = FormPart(
        name: "note", filename: nil, contentType: "text/plain; charset=x", bytes: [0, 13, 10])
      var form = StandardForm(
        [unknown] + Self.proof(user) + [.file("s.png", Fixtures.png), unknown])
      form.preamble = "This is a message in MIME format.\r\n"
      form.epilogue = "the end\r\n"
      try Self.expectTaken(form.body, "s.png", Fixtures.png, by: user)
    }

    @Test("content that looks like a boundary is content")
    func boundaryLikeContent() throws {
      let user = try server.newUser()
      let boundary = StandardForm([]).boundary
      let contents = [
        "\r\n", "\r\n--", "x--\(boundary)", "\r\n--\(boundary.dropLast())", "\n--\(boundary)\n",
        "\r\n\r\n",
        "x--\(boundary)--\r\n", "\r\n-\r\n--\r\n---", "a\r\n--\(boundary.prefix(5))\r", "\r\r\n",
        String(repeating: "\r\n--\(boundary.dropLast())", count: 500),
      ]
      for content in contents {
        let bytes = Array(content.utf8)
        let parts = Self.proof(user) + [.file("c", bytes), .field("size", "\(bytes.count)")]
        try Self.expectTaken(
          StandardForm(parts).body, "c", bytes, by: user, "content: \(content.debugDescription)")
      }
    }

    @Test("any boundary of RFC 2046 will do, quoted or not")
    func boundaries() throws {
      let user = try server.newUser()
      for boundary in ["x", "'()+_,-./:=?", "a b", String(repeating: "-", count: 70)] {
        var form = StandardForm(Self.proof(user) + [.file("b.png", Fixtures.png)])
        form.boundary = boundary
        var body = form.body
        body.contentType = "Multipart/Form-Data; charset=utf-8; boundary=\"\(boundary)\""
        try Self.expectTaken(body, "b.png", Fixtures.png, by: user, boundary)
      }
    }

    @Test(
      "a file name keeps its characters",
      arguments: ["图床 1.png", "it's; a=b.png", "a,b&c.png", "😀.png"])
    func names(name: String) throws {
      let user = try server.newUser()
      let parts = Self.proof(user) + [.file(name, Fixtures.png)]
      try Self.expectTaken(StandardForm(parts).body, name, Fixtures.png, by: user)
    }

    @Test(
      "the disposition's syntax: any case, no space or more, parameters in any order, quoted or not"
    )
    func dispositions() throws {
      let user = try server.newUser()
      let boundary = "sep"
      for line in [
        "content-disposition: FORM-DATA;name=\"file\";filename=\"d.png\"",
        "Content-Disposition:form-data ; filename=\"d.png\" ; name=\"file\"",
        "Content-Type: image/png\r\nContent-Disposition: form-data; name=file; filename=d.png",
      ] {
        let head =
          "--sep\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n\(user.token)\r\n"
          + "--sep\r\nContent-Disposition: form-data; name=\"user\"\r\n\r\n\(user.name)\r\n"
          + "--sep\r\n\(line)\r\n\r\n"
        let bytes = Array(head.utf8) + Fixtures.png + Array("\r\n--sep--\r\n".utf8)
        let body = UploadBody(
          contentType: "multipart/form-data; boundary=\(boundary)", bytes: bytes)
        try Self.expectTaken(body, "d.png", Fixtures.png, by: user, line)
      }
    }

    @Test("a form without a file, or cut off before its end, is refused and nothing is kept")
    func incomplete() throws {
      let user = try server.newUser()
      let files = server.settledFiles
      try user.upload(StandardForm(Self.proof(user)).body).expectRefusal(orStatus: 400, 415)
      let whole = StandardForm(Self.proof(user) + [.file("cut.png", Fixtures.png)]).body
      let end = whole.bytes.count
      // In the last boundary, in the file, in its head, and right behind the first boundary.
      for length in [end - 10, end - 60, end - 140, 40, 1, 0] {
        let cut = UploadBody(
          contentType: whole.contentType, bytes: Array(whole.bytes.prefix(length)))
        try user.upload(cut).expectRefusal(
          orStatus: 400, 415, comment: "the first \(length) of \(end) bytes")
      }
      #expect(try user.files().total == 0)
      #expect(eventually(within: 30) { server.storedFiles == files }, "\(server.storedFiles)")
    }

    // MARK: Form 2, the document's

    @Test("the document's form: the line carries everything, whatever the request calls it")
    func documentForm() throws {
      let user = try server.newUser()
      let bytes = Array("#include \"mainwindow.h\"\r\n\r\nint main() {}\r\n".utf8)
      var form = DocumentForm(
        user: user.name, filename: "main.cpp", token: user.token, bytes: bytes)
      let types = [
        "application/octet-stream", "application/json", nil, "multipart/form-data",
        "multipart/form-data; boundary=\(form.boundaryLine.dropFirst(2))", "text/plain",
        "application/x-www-form-urlencoded",
      ]
      for type in types {
        for separator in [" ", "; "] {
          for ending in ["\r\n", "", "--", "--\r\n"] {
            form.contentType = type
            form.separator = separator
            form.ending = ending
            let variant =
              "type \(type ?? "none"), separator '\(separator)', ending \(ending.debugDescription)"
            try user.upload(form.body).expect(code: 0, variant)
          }
        }
      }
      #expect(try user.files().entries.map(\.id) == [FileID("main.cpp", bytes)])
    }

    @Test("its boundary may hold what RFC 2046 does not allow")
    func documentBoundaries() throws {
      let user = try server.newUser()
      for boundary in [
        "-----WebKitFormBoundarynHRBTfOuv<p3Tewg", "--a?b\\c<d>e", "------=_[x] {y}@^|", "--1",
      ] {
        var form = DocumentForm(
          user: user.name, filename: "b.txt", token: user.token, bytes: Array("\r\n--\r\n".utf8))
        form.boundaryLine = boundary
        try Self.expectTaken(form.body, "b.txt", form.bytes, by: user, boundary)
      }
    }

    @Test("the document prints no token there: the proof may come by the head")
    func documentFormWithoutToken() throws {
      let user = try server.newUser()
      let form = DocumentForm(
        user: user.name, filename: "t.txt", token: nil, bytes: Array("t".utf8))
      try user.upload(form.body).expect(code: 1)
      try Self.expectTaken(form.body, "t.txt", form.bytes, by: user, headers: [user.basic])
      try Self.expectTaken(
        form.body, "t.txt", form.bytes, by: user, headers: [("Cookie", user.sessionCookie)])
    }

    @Test("its names hold spaces, semicolons and Chinese; its md5 and size may be missing")
    func documentNames() throws {
      let user = try server.newUser()
      for name in ["图 片.png", "a; size=5 md5=x.png", "it's.png"] {
        var form = DocumentForm(
          user: user.name, filename: name, token: user.token, bytes: Fixtures.png)
        try Self.expectTaken(form.body, name, Fixtures.png, by: user)
        form.md5 = nil
        form.size = nil
        try Self.expectTaken(form.body, name, Fixtures.png, by: user)
      }
    }

    @Test("content of any kind: empty, of line ends, of lines like the boundary")
    func documentContents() throws {
      let user = try server.newUser()
      let boundary = DocumentForm(user: nil, filename: "", token: nil, bytes: []).boundaryLine
      for content in [
        "", "\r\n", "\r\n\r\n", "--", "\r\n\(boundary.dropLast())", "\n\(boundary)\n", "x\r",
      ] {
        let bytes = Array(content.utf8)
        let form = DocumentForm(user: user.name, filename: "c", token: user.token, bytes: bytes)
        try Self.expectTaken(form.body, "c", bytes, by: user, content.debugDescription)
      }
    }

    // MARK: Form 3, raw bytes

    @Test("raw bytes: POST with the name in the query, PUT with the name in the path")
    func raw() throws {
      let user = try server.newUser()
      for name in ["plain.png", "a b+c&d=e?f#g%.png", "图床.png", "..png", "x;y,z"] {
        for (method, target) in [("POST", "/api/upload?filename="), ("PUT", "/api/upload/")] {
          let reply = try client.request(
            method, target + percentEncoded(name), headers: [user.basic], body: Fixtures.png
          ).expect(code: 0, "\(method) \(name)")
          #expect(reply["filename"]?.string == name, "\(reply)")
        }
        #expect(try user.files().entries.map(\.name) == [name])
        try user.call("/api/dealfile?cmd=del", FileID(name, Fixtures.png)).expect(code: 0)
      }
    }

    @Test(
      "a raw body is taken as it is, even if it looks like a form",
      arguments: [
        "application/octet-stream", "image/png", "text/html", nil,
      ])
    func rawTypes(type: String?) throws {
      let user = try server.newUser()
      let bytes = Array("not --a boundary\r\nContent-Disposition: form-data\r\n\r\n".utf8)
      let headers = type.map { [(name: "Content-Type", value: $0)] } ?? []
      let reply = try client.request(
        "PUT", "/api/upload/raw.bin", headers: [user.basic] + headers, body: bytes
      ).expect(code: 0)
      #expect(reply["md5"]?.string == md5Hex(bytes), "\(reply)")
    }

    @Test("raw bytes without a name are refused")
    func rawWithoutName() throws {
      let user = try server.newUser()
      for target in ["/api/upload", "/api/upload?filename=", "/api/upload?name=x"] {
        try client.request("POST", target, headers: [user.basic], body: Fixtures.png)
          .expectRefusal(orStatus: 400, 415, comment: target)
      }
      #expect(try user.files().total == 0)
    }

    @Test("an encoded / in the path is no way out of the name")
    func rawSlash() throws {
      let user = try server.newUser()
      for name in ["a%2Fb", "..%2F..%2Fx", "a%5Cb", "a%00b", "%E4%B8"] {
        let reply = try client.request(
          "PUT", "/api/upload/\(name)", headers: [user.basic], body: [1])
        #expect([200, 400, 404].contains(reply.response.status) && reply.code == 1, "\(reply)")
      }
      #expect(try user.files().total == 0)
    }
  }
}

/// All orders of `elements`.
private func permutations<Element>(_ elements: [Element]) -> [[Element]] {
  guard elements.count > 1 else { return [elements] }
  return elements.indices.flatMap { index in
    var rest = elements
    let first = rest.remove(at: index)
    return permutations(rest).map { [first] + $0 }
  }
}
