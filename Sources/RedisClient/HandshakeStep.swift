/// What a new connection does before it is ready. All steps are sent at once and answered in order.
enum HandshakeStep: Equatable {
  case authenticate
  case select
  /// SCRIPT LOAD of the script of this index.
  case load(Int)
  /// Always the last one: with no password, no database and no script it still shows that Redis
  /// serves.
  case ping

  static func all(for endpoint: RedisEndpoint, scripts: Int) -> [HandshakeStep] {
    var steps: [HandshakeStep] = []
    if endpoint.password != nil { steps.append(.authenticate) }
    if endpoint.database != 0 { steps.append(.select) }
    for index in 0..<scripts { steps.append(.load(index)) }
    steps.append(.ping)
    return steps
  }

  func write(to buffer: inout CommandBuffer, endpoint: RedisEndpoint, scripts: ScriptRegistry) {
    switch self {
    case .authenticate:
      // The form with a user exists since Redis 6; without one, `default` is meant.
      buffer.begin(words: endpoint.user == nil ? 2 : 3)
      buffer.word("AUTH")
      if let user = endpoint.user { buffer.word(user) }
      buffer.word(endpoint.password ?? "")
    case .select:
      buffer.begin(words: 2)
      buffer.word("SELECT")
      buffer.word(Int64(endpoint.database))
    case .load(let index):
      buffer.begin(words: 3)
      buffer.word("SCRIPT")
      buffer.word("LOAD")
      buffer.word(scripts[index].source)
    case .ping:
      buffer.begin(words: 1)
      buffer.word("PING")
    }
  }

  /// What operators are told when the step fails: `AUTH: WRONGPASS invalid username-password pair`.
  func failure(
    _ outcome: ReplyOutcome, endpoint: RedisEndpoint, scripts: ScriptRegistry
  ) -> String {
    let text = outcome.description
    switch self {
    case .authenticate:
      // A Redis whose AUTH was renamed quotes the words of the command that it does not know.
      return endpoint.password.map(text.contains) == true ? "AUTH: refused" : "AUTH: \(text)"
    case .select: return "SELECT: \(text)"
    case .load(let index): return "SCRIPT LOAD \(scripts[index].name): \(text)"
    case .ping: return "PING: \(text)"
    }
  }
}
