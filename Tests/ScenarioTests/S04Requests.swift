import TestSupport
import Testing

extension Scenarios {
  /// "Rules for every call": HTTP statuses, the body, `cmd`, and what is tolerated of real clients.
  @Suite(.server()) struct S04Requests {
    @Test(
      "an unknown path is 404",
      arguments: ["/api/nope", "/api/", "/api", "/nope", "/api/reg/", "/api/reg/x", "/api/REG"])
    func unknownPath(target: String) throws {
      try client.api(target, [:]).expect(status: 404)
    }

    @Test(
      "an unknown cmd is 404",
      arguments: [
        "/api/myfiles?cmd=nope", "/api/dealfile?cmd=", "/api/sharefiles?cmd=pvasc",
        "/api/dealsharefile?cmd=share", "/api/sharepic?cmd=count", "/api/myfiles?cmd=COUNT",
        "/api/myfiles&cmd=nope",
      ])
    func unknownCommand(target: String) throws {
      try client.api(target, [:]).expect(status: 404)
    }

    @Test(
      "a call without its cmd is not known either",
      arguments: ["/api/myfiles", "/api/dealfile", "/api/sharepic"])
    func missingCommand(target: String) throws {
      let reply = try client.api(target, [:])
      #expect([400, 404].contains(reply.response.status), "\(reply)")
      #expect(reply.code == 1 && reply["message"]?.string?.isEmpty == false, "\(reply)")
    }

    @Test(
      "a wrong method is 405 with the right ones in Allow",
      arguments: [
        ("GET", "/api/reg", ["POST"]), ("PUT", "/api/login", ["POST"]),
        ("DELETE", "/api/logout", ["POST"]),
        ("GET", "/api/myfiles?cmd=normal", ["POST"]), ("GET", "/api/dealfile?cmd=del", ["POST"]),
        ("PATCH", "/api/dealsharefile?cmd=pv", ["POST"]),
        ("GET", "/api/sharepic?cmd=browse", ["POST"]),
        ("GET", "/api/md5", ["POST"]), ("GET", "/api/upload", ["POST"]),
        ("HEAD", "/api/reg", ["POST"]),
        ("DELETE", "/api/sharefiles?cmd=count", ["GET", "POST"]),
        ("PUT", "/api/sharefiles?cmd=normal", ["GET", "POST"]),
        ("GET", "/api/upload/a.png", ["PUT"]), ("POST", "/share?urlmd5=0", ["GET"]),
        ("POST", "/api/share?urlmd5=0", ["GET"]), ("POST", "/healthz", ["GET"]),
        ("DELETE", "/readyz", ["GET"]),
        ("DELETE", "/group1/M00/00/00/x.png", ["GET", "HEAD"]),
      ] as [(String, String, [String])])
    func wrongMethod(method: String, target: String, allowed: [String]) throws {
      let reply = try client.request(method, target).expect(status: 405)
      let allow = (reply.response["Allow"] ?? "").split(separator: ",").map {
        $0.filter { $0 != " " }
      }
      #expect(Set(allow).isSuperset(of: allowed), "Allow should name \(allowed): \(reply)")
      #expect(!allow.contains(method), "\(reply)")
    }

    @Test(
      "a body that is no JSON is 400",
      arguments: [
        "{", "}", "{\"user\":}", "{\"user\":\"a\"", "{\"user\":\"a\"} x", "{user:\"a\"}",
        "{'user':'a'}",
        "user=a&pwd=b", "{\"a\":01}", "{\"a\":\"\t\"}", "{\"a\":1,}", "nul", "{\"a\":\"\\q\"}",
      ])
    func malformedJSON(body: String) throws {
      try client.request("POST", "/api/login", body: Array(body.utf8)).expect(status: 400, body)
    }

    @Test("a body that is not UTF-8 is 400")
    func notUTF8() throws {
      let tail = Array("\",\"pwd\":\"x\"}".utf8)
      for bad: [UInt8] in [[0xff], [0xc0, 0xaf], [0xe4, 0xb8], [0xed, 0xa0, 0x80]] {
        let body = Array("{\"user\":\"".utf8) + bad + tail
        try client.request("POST", "/api/login", body: body).expect(status: 400, "\(bad)")
      }
    }

    @Test(
      "JSON that is no object, and no body at all, is code 1",
      arguments: ["", "[]", "\"user\"", "7", "null"])
    func noObject(body: String) throws {
      try client.request("POST", "/api/login", body: Array(body.utf8)).expectRefusal(orStatus: 400)
    }

    @Test("nesting without end is refused, not followed")
    func deepNesting() throws {
      let depth = 100_000
      let body =
        "{\"a\":" + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        + "}"
      let reply = try client.request("POST", "/api/login", body: Array(body.utf8))
      #expect([200, 400, 413].contains(reply.response.status) && reply.code == 1, "\(reply)")
      try client.get("/healthz").expectAlive()
    }

    @Test("white space round the JSON is not looked at")
    func whiteSpace() throws {
      let user = try server.newUser()
      let body = "\r\n\t {\n\"user\" : \"\(user.name)\" ,\"token\":\t\"\(user.token)\"} \n"
      try client.request("POST", "/api/myfiles?cmd=count", body: Array(body.utf8)).expect(code: 0)
    }

    @Test(
      "Content-Type is not enforced",
      arguments: [
        nil, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
        "application/octet-stream", "application/json; charset=gbk", "",
      ])
    func wrongContentType(type: String?) throws {
      let user = try server.newUser()
      let headers = type.map { [(name: "Content-Type", value: $0)] } ?? []
      try client.request(
        "POST", "/api/myfiles?cmd=count", headers: headers, body: user.proof().bytes
      )
      .expect(code: 0, "Content-Type: \(type ?? "none")")
    }

    @Test("an integer may come as a decimal string; anything else is no integer")
    func integers() throws {
      let user = try server.newUser()
      try uploaded("one.txt", Array("one".utf8), by: user)
      func list(_ start: JSONValue, _ count: JSONValue) throws -> Exchange {
        try user.call("/api/myfiles?cmd=normal", ["start": start, "count": count])
      }
      try list("0", "10").expect(code: 0)
      try list(0, "10").expect(code: 0)
      #expect(
        try Page<ListedFile>(list("1", 10)).entries.isEmpty,
        "start \"1\" is one behind the only file")
      let notIntegers: [JSONValue] = [
        "", "x", "1x", "0x1", "1.5", .decimal(1.5), true, [1], "１", "--1",
      ]
      for value in notIntegers {
        try list(0, value).expect(code: 1, "count is \(value)")
        try list(value, 1).expect(code: 1, "start is \(value)")
      }
    }

    @Test(
      "numbers beyond 64 bits are refused or cut like other large ones, but never wrapped round")
    func hugeNumbers() throws {
      let user = try server.newUser()
      for name in ["a", "b"] { try uploaded(name, Array(name.utf8), by: user) }
      // Each would wrap round to 1.
      for number in ["18446744073709551617", "-18446744073709551615"] {
        let body = """
          {"user":"\(user.name)","token":"\(user.token)","start":0,"count":\(number)}
          """
        let reply = try client.request("POST", "/api/myfiles?cmd=normal", body: Array(body.utf8))
        if reply.code == 0, !number.hasPrefix("-") {
          #expect(try Page<ListedFile>(reply).entries.count == 2, "\(reply)")
        } else {
          reply.expectRefusal(orStatus: 400, comment: number)
        }
      }
    }

    @Test(
      "under /api/ the first & of a path without ? starts the query",
      arguments: [
        "/api/myfiles&cmd=count", "/api/myfiles&x=y&cmd=count",
        "/api/myfiles&cmd=count&cmd2=normal",
        "/api/myfiles&cmd=count?x", "/api/myfiles?&cmd=count",
      ])
    func ampersandQuery(target: String) throws {
      let user = try server.newUser()
      // With a ? the query starts there and nowhere else.
      if target.hasSuffix("?x") {
        try user.call(target).expect(status: 404)
      } else {
        try user.call(target).expect(code: 0)
      }
    }

    @Test("other calls come with & too, and a percent-encoded cmd is decoded once")
    func moreQueries() throws {
      try client.api("/api/sharefiles&cmd=normal", ["start": 0, "count": 1]).expect(code: 0)
      try client.get("/api/sharefiles&cmd=count").expect(code: 0)
      try client.get("/api/sharefiles?x=%26&cmd=c%6Funt").expect(code: 0)
      try client.get("/api/sharefiles?cmd=c%256Funt").expect(status: 404)
    }

    @Test("healthz and readyz say 200")
    func health() throws {
      try client.get("/healthz").expectAlive()
      try client.get("/readyz").expectAlive()
    }
  }
}

extension Exchange {
  /// Expects 200 and nothing about the body.
  func expectAlive(sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(response.status == 200, "\(self)", sourceLocation: sourceLocation)
  }
}
