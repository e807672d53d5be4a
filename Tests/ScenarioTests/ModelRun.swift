import Glibc
import TestSupport

/// A run of random calls of several users, each answer held against the model. It stops at the
/// first one that differs, with the calls that led there.
///
/// A row's time has milliseconds in the store, and rows of one millisecond have no promised order:
/// after each call that makes one, the run waits until the next millisecond.
struct ModelRun {
  /// The first answer that is not the model's.
  struct Divergence: Error, CustomStringConvertible {
    let description: String
  }

  static let names = ["a.png", "b.png", "图.jpeg", "no type"]
  static let traceMax = 25

  let seed: UInt64
  let users: [PicbedUser]
  let contents: [[UInt8]]
  var random: SeededGenerator
  var model: ContractModel
  var client: HTTPClient
  var connection: HTTPConnection
  /// Tokens that are valid now, and some that are not any more, by user.
  var tokens: [String: [String]] = [:]
  var endedTokens: [String: [String]] = [:]
  /// The URL of each content and type, once seen: it must stay the same.
  var urls: [String: String] = [:]
  var trace: [String] = []
  var calls = 0

  init(seed: UInt64, users: [PicbedUser], client: HTTPClient) throws {
    self.seed = seed
    self.users = users
    self.client = client
    random = SeededGenerator(seed: seed)
    model = ContractModel(users: users.map(\.name))
    connection = try client.connect()
    // The contents depend on the seed, so two runs on one server do not know each other's bytes.
    contents = (0..<6).map {
      Fixtures.bytes([0, 1, 700, 701, 9_000, 40_000][$0], seed: seed &* 6 &+ UInt64($0))
    }
    // Two contents may be equal in size, not in bytes; the empty one is empty in every run.
    for user in users { tokens[user.name] = [user.token] }
  }

  /// Makes one random call (or a few) and checks what it answers.
  mutating func step() throws {
    calls += 1
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<16: try upload()
    case 16..<23: try instantUpload()
    case 23..<32: try delete()
    case 32..<42: try see()
    case 42..<50: try share()
    case 50..<54: try cancelShare()
    case 54..<60: try save()
    case 60..<68: try seeShare()
    case 68..<73: try sharePicture()
    case 73..<79: try browse()
    case 79..<81: try cancelPicture()
    case 81..<94: try list()
    case 94..<96: try badPaging()
    case 96..<99: try impostor()
    default: try signInOrOut()
    }
  }

  // MARK: Sending

  /// Sends a call and returns its exchange, noted for the trace. The connection is renewed where
  /// the server ends it.
  mutating func send(
    _ target: String, _ fields: [String: JSONValue], method: String = "POST"
  ) throws -> Exchange {
    try send(HTTPRequest(method, target, body: JSONValue.object(fields).bytes))
  }

  mutating func send(_ request: HTTPRequest) throws -> Exchange {
    do {
      let exchange = try connection.exchange(request)
      let sent = "\(request.method) \(request.target) \(excerpt(request.body, bytesMax: 300))"
      note("\(sent) → \(exchange.response.text)")
      if exchange.response.closesConnection { connection = try client.connect() }
      return exchange
    } catch {
      note("\(request.method) \(request.target) → \(error)")
      throw divergence("the call has no answer: \(error)")
    }
  }

  /// Sends a call with proof of `user`.
  mutating func send(
    _ target: String, as user: PicbedUser, _ fields: [String: JSONValue] = [:]
  ) throws -> Exchange {
    let token = random.pick(tokens[user.name]!)
    var all = fields
    all["user"] = .string(user.name)
    all["token"] = .string(token)
    return try send(target, all)
  }

  private mutating func note(_ line: String) {
    trace.append("\(calls): " + (line.utf8.count > 700 ? line.prefix(600) + " …" : line))
    if trace.count > Self.traceMax { trace.removeFirst() }
  }

  func divergence(_ what: String) -> Divergence {
    Divergence(
      description: """
        call \(calls) of the run with PICBED_SCENARIO_SEED=\(seed): \(what)
        the last calls:
          \(trace.joined(separator: "\n  "))
        """)
  }

  // MARK: Judging

  func require(_ condition: Bool, _ what: @autoclosure () -> String) throws {
    if !condition { throw divergence(what()) }
  }

  /// Requires one of `codes` with status 200, and a message beside every code but 0; returns the
  /// code.
  @discardableResult
  func require(_ exchange: Exchange, codes: Set<Int>) throws -> Int {
    guard exchange.response.status == 200, let code = exchange.code, codes.contains(code) else {
      throw divergence("code \(codes.sorted()) expected: \(exchange)")
    }
    let message = exchange["message"]?.string ?? ""
    try require(code == 0 || !message.isEmpty, "no message: \(exchange)")
    return code
  }

  func require(_ exchange: Exchange, code: Int) throws { try require(exchange, codes: [code]) }

  /// Requires the URL of `id` to be the one that this content and type had before.
  mutating func requireSameURL(_ url: String, for id: FileID) throws {
    let key = id.md5 + "." + Self.type(of: id.name)
    try require(
      urls[key] == nil || urls[key] == url, "the url of \(id) was \(urls[key] ?? ""), is \(url)")
    urls[key] = url
  }

  static func type(of name: String) -> String {
    guard let dot = name.lastIndex(of: "."), name.index(after: dot) != name.endIndex else {
      return "null"
    }
    return String(name[name.index(after: dot)...])
  }

  /// Lets the clock's millisecond pass in which a row may have been made.
  func awaitNextMillisecond() { usleep(2_000) }

  // MARK: Choosing

  mutating func anyFile() -> (id: FileID, bytes: [UInt8]) {
    let bytes = random.pick(contents)
    return (FileID(random.pick(Self.names), bytes), bytes)
  }

  /// Mostly a file that the user has, so that calls do something.
  mutating func likelyFile(of user: PicbedUser) -> FileID {
    let rows = model.files[user.name]!
    if rows.isEmpty || random.chance(oneIn: 4) { return anyFile().id }
    return random.pick(rows).id
  }

  /// Mostly a file that is shared.
  mutating func likelyShare() -> FileID {
    if model.shares.isEmpty || random.chance(oneIn: 4) { return anyFile().id }
    return random.pick(model.shares).id
  }

  /// Mostly a picture that exists or existed.
  mutating func likelyPicture() -> String {
    if model.pictures.isEmpty || random.chance(oneIn: 8) { return md5Hex(random.bytes(8)) }
    return random.pick(model.pictures).urlmd5
  }
}
