import TestSupport

/// The calls of a model run: each is sent, its code compared, and its effect applied to the model.
extension ModelRun {
  mutating func upload() throws {
    let user = random.pick(users)
    let (id, bytes) = anyFile()
    let token = random.pick(tokens[user.name]!)
    let framing: HTTPRequest.Framing =
      random.chance(oneIn: 3)
      ? .chunked([Int.random(in: 1...3_000, using: &random), 500]) : .contentLength
    var request: HTTPRequest
    switch Int.random(in: 0..<3, using: &random) {
    case 0:
      var parts: [FormPart] = [
        .field("user", user.name), .field("token", token), .file(id.name, bytes),
      ]
      if random.chance(oneIn: 2) { parts.append(.field("md5", id.md5.uppercased())) }
      if random.chance(oneIn: 2) { parts.append(.field("size", "\(bytes.count)")) }
      parts.shuffle(using: &random)
      let body = StandardForm(parts).body
      request = HTTPRequest("POST", "/api/upload", headers: body.headers, body: body.bytes)
    case 1:
      let body = DocumentForm(user: user.name, filename: id.name, token: token, bytes: bytes).body
      request = HTTPRequest("POST", "/api/upload", headers: body.headers, body: body.bytes)
    default:
      let proof = (name: "Authorization", value: basicAuthorization(user.name, token))
      request = HTTPRequest(
        "PUT", "/api/upload/\(percentEncoded(id.name))", headers: [proof], body: bytes)
    }
    request.framing = framing
    let reply = try send(request)
    try require(reply, code: model.upload(id, size: bytes.count, by: user.name))
    let facts: [String: JSONValue] = [
      "code": 0, "md5": .string(id.md5), "size": .integer(bytes.count),
      "filename": .string(id.name),
      "url": reply["url"] ?? nil,
    ]
    try require(reply.json == .object(facts), "\(facts) expected: \(reply)")
    try requireSameURL(reply["url"]?.string ?? "", for: id)
    awaitNextMillisecond()
  }

  mutating func instantUpload() throws {
    let user = random.pick(users)
    let id = anyFile().id
    let codes = model.instantCodes(id, by: user.name)
    if try require(try send("/api/md5", as: user, id.fields), codes: codes) == 0 {
      model.gainInstantly(id, by: user.name)
      awaitNextMillisecond()
    }
  }

  mutating func delete() throws {
    let user = random.pick(users)
    let id = likelyFile(of: user)
    try require(
      send("/api/dealfile?cmd=del", as: user, id.fields), code: model.delete(id, by: user.name))
  }

  mutating func see() throws {
    let user = random.pick(users)
    let id = likelyFile(of: user)
    try require(
      send("/api/dealfile?cmd=pv", as: user, id.fields), code: model.see(id, of: user.name))
  }

  mutating func share() throws {
    let user = random.pick(users)
    let id = likelyFile(of: user)
    let target = random.chance(oneIn: 2) ? "/api/dealfile?cmd=share" : "/api/dealfile&cmd=share"
    try require(send(target, as: user, id.fields), code: model.share(id, by: user.name))
    awaitNextMillisecond()
  }

  mutating func cancelShare() throws {
    let user = random.pick(users)
    let id = likelyShare()
    try require(
      send("/api/dealsharefile?cmd=cancel", as: user, id.fields),
      code: model.cancelShare(id, by: user.name))
  }

  mutating func save() throws {
    let user = random.pick(users)
    let id = likelyShare()
    let codes = model.saveCodes(id, by: user.name)
    if try require(try send("/api/dealsharefile?cmd=save", as: user, id.fields), codes: codes) == 0
    {
      model.gainBySaving(id, by: user.name)
      awaitNextMillisecond()
    }
  }

  mutating func seeShare() throws {
    let id = likelyShare()
    try require(send("/api/dealsharefile?cmd=pv", id.fields), code: model.seeShare(id))
  }

  mutating func sharePicture() throws {
    let user = random.pick(users)
    let id = likelyFile(of: user)
    let reply = try send("/api/sharepic?cmd=share", as: user, id.fields)
    guard model.row(id, of: user.name) != nil else { return try require(reply, code: 1) }
    try require(reply, code: 0)
    guard let urlmd5 = reply["urlmd5"]?.string else { throw divergence("no urlmd5: \(reply)") }
    if let known = model.knownPicture(id, of: user.name) {
      try require(urlmd5 == known, "urlmd5 \(known) expected: \(reply)")
    } else {
      try require(
        !model.pictures.contains { $0.urlmd5 == urlmd5 }, "a new urlmd5 expected: \(reply)")
      model.addPicture(urlmd5, id, of: user.name)
    }
    awaitNextMillisecond()
  }

  mutating func browse() throws {
    let urlmd5 = likelyPicture()
    let reply = try send("/api/sharepic?cmd=browse", ["urlmd5": .string(urlmd5)])
    let (code, picture) = model.browse(urlmd5)
    try require(reply, code: code)
    guard let picture else { return }
    try require(
      reply["pv"]?.integer == picture.pv && reply["user"]?.string == picture.user,
      "pv \(picture.pv) of \(picture.user) expected: \(reply)")
    try requireSameURL(reply["url"]?.string ?? "", for: picture.id)
  }

  mutating func cancelPicture() throws {
    let user = random.pick(users)
    let urlmd5 = likelyPicture()
    let codes = model.cancelPictureCodes(urlmd5, by: user.name)
    let reply = try send("/api/sharepic?cmd=cancel", as: user, ["urlmd5": .string(urlmd5)])
    if try require(reply, codes: codes) == 0 { model.cancelPicture(urlmd5) }
  }

  /// A call with a token that is another's, or over, or nobody's: it fails with its own code and
  /// does nothing.
  mutating func impostor() throws {
    let user = random.pick(users)
    let other = users.first { $0.name != user.name }!
    let id = likelyFile(of: user)
    let (target, code) = random.pick(Scenarios.S03Identity.guarded)
    var fields = id.fields
    fields["user"] = .string(user.name)
    fields["token"] = .string(
      random.pick(
        [tokens[other.name]![0], md5Hex(random.bytes(8))] + (endedTokens[user.name] ?? [])))
    fields.merge(["start": 0, "count": 5, "urlmd5": .string(likelyPicture())]) { _, new in new }
    try require(send(target, fields), code: code)
  }

  mutating func signInOrOut() throws {
    let user = random.pick(users)
    // A login costs a password hash, so there are few; a user keeps at least one session.
    if tokens[user.name]!.count > 2 {
      let token = tokens[user.name]!.removeLast()
      try require(
        send("/api/logout", ["user": .string(user.name), "token": .string(token)]), code: 0)
      endedTokens[user.name, default: []].append(token)
    } else {
      let reply = try send(
        "/api/login", ["user": .string(user.name), "pwd": .string(user.password)])
      try require(reply, code: 0)
      guard let token = reply["token"]?.string else { throw divergence("no token: \(reply)") }
      tokens[user.name]!.append(token)
    }
  }
}
