import Synchronization

/// A registered user who has signed in, and the calls that she makes. Her user name is her nick
/// name.
package struct PicbedUser: Sendable {
  package var client: HTTPClient
  package var name: String
  /// The md5 of her password, as clients send it.
  package var password: String
  package var token: String
  /// The server's own session cookie, as `name=value`.
  package var sessionCookie: String

  private static let counter: Mutex<Int> = Mutex(0)

  /// A user name that no other test of this run uses.
  package static func uniqueName(_ prefix: String = "user") -> String {
    let number = counter.withLock { count in
      count += 1
      return count
    }
    return "\(prefix)-\(number)"
  }

  /// Registers `name` and signs in. Throws with the exchange if either is refused.
  package init(registering name: String, on client: HTTPClient) throws {
    let password = md5Hex(Array("password of \(name)".utf8))
    let registered = try client.api(
      "/api/reg",
      ["userName": .string(name), "nickName": .string(name), "firstPwd": .string(password)])
    guard registered.code == 0 else {
      throw PicbedServerError("cannot register: \(registered)", log: "")
    }
    try self.init(signingIn: name, password: password, on: client)
  }

  /// Signs in a user who is registered.
  package init(signingIn name: String, password: String, on client: HTTPClient) throws {
    let reply = try client.api("/api/login", ["user": .string(name), "pwd": .string(password)])
    guard reply.code == 0, let token = reply["token"]?.string else {
      throw PicbedServerError("cannot sign in: \(reply)", log: "")
    }
    self.client = client
    self.name = name
    self.password = password
    self.token = token
    sessionCookie = reply.response.setCookies.first.map { "\($0.name)=\($0.value)" } ?? ""
  }

  /// The same user calling through `client`: after a restart, or from another address.
  package func on(_ client: HTTPClient) -> PicbedUser {
    var other = self
    other.client = client
    return other
  }

  /// Signs in once more, which gives a second token beside this one.
  package func signedInAgain() throws -> PicbedUser {
    try PicbedUser(signingIn: name, password: password, on: client)
  }

  /// The `Authorization` field that proves her.
  package var basic: (name: String, value: String) {
    ("Authorization", basicAuthorization(name, token))
  }

  /// The fields `user` and `token` that prove her, with `fields` beside them.
  package func proof(_ fields: [String: JSONValue] = [:]) -> JSONValue {
    .object(["user": .string(name), "token": .string(token)].merging(fields) { _, given in given })
  }

  /// `POST target` with her proof and `fields` in the body.
  package func call(_ target: String, _ fields: [String: JSONValue] = [:]) throws -> Exchange {
    try client.api(target, proof(fields))
  }

  /// A call about one file of the list: `POST target` with its `md5` and `filename`.
  package func call(
    _ target: String, _ file: FileID, _ fields: [String: JSONValue] = [:]
  ) throws -> Exchange {
    try call(target, file.fields.merging(fields) { _, given in given })
  }

  /// Uploads `bytes` in form 3, proven by `Authorization`.
  package func upload(_ filename: String, _ bytes: [UInt8]) throws -> Exchange {
    try client.request(
      "POST", "/api/upload?filename=\(percentEncoded(filename))",
      headers: [basic, ("Content-Type", "application/octet-stream")], body: bytes)
  }

  /// Sends `body` to /api/upload, with `headers` beside its own.
  package func upload(
    _ body: UploadBody, headers: [(name: String, value: String)] = [],
    framing: HTTPRequest.Framing = .contentLength
  ) throws -> Exchange {
    try client.request(
      "POST", "/api/upload", headers: body.headers + headers, body: body.bytes, framing: framing)
  }
}

/// What names a file of one user in the API: the md5 of its bytes and its file name.
package struct FileID: Hashable, Sendable, CustomStringConvertible {
  package var md5: String
  package var name: String

  package init(md5: String, name: String) {
    self.md5 = md5
    self.name = name
  }

  /// The id of `bytes` under `name`.
  package init(_ name: String, _ bytes: [UInt8]) {
    self.init(md5: md5Hex(bytes), name: name)
  }

  /// The fields `md5` and `filename` of a request.
  package var fields: [String: JSONValue] { ["md5": .string(md5), "filename": .string(name)] }

  package var description: String { "\(md5):\(name)" }
}

extension PicbedServer {
  /// Registers a user of this test's own and signs in.
  package func newUser(_ prefix: String = "user") throws -> PicbedUser {
    try PicbedUser(registering: PicbedUser.uniqueName(prefix), on: client)
  }
}
