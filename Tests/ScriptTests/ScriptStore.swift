import Domain
import TestSupport
import Testing

/// One server, emptied for one test, and how a test talks to it.
struct ScriptStore {
  private static let sources = Result { try ScriptCatalogue.load() }

  let probe: RedisProbe

  init(_ kind: ServerKind) throws {
    probe = try kind.server().probe()
    try redis("CONFIG", "SET", "maxmemory", "0")
    try redis("FLUSHALL")
  }

  /// Runs a script as the server does, but with its source, so that no test depends on what another
  /// loaded.
  @discardableResult
  func run(_ script: ScriptName, _ keys: [String], _ arguments: String...) throws -> RedisValue {
    try run(script, keys, arguments)
  }

  @discardableResult
  func run(_ script: ScriptName, _ keys: [String], _ arguments: [String]) throws -> RedisValue {
    let source = String(decoding: try Self.sources.get()[script.index].source, as: UTF8.self)
    return try probe.command(["EVAL", source, "\(keys.count)"] + keys + arguments)
  }

  /// A plain command, which must not fail.
  @discardableResult
  func redis(_ words: String...) throws -> RedisValue {
    let reply = try probe.command(words)
    if case .error(let text) = reply { Issue.record("\(words): \(text)") }
    return reply
  }

  /// A hash as a dictionary.
  func hash(_ key: String) throws -> [String: String] {
    let flat = try redis("HGETALL", key).texts
    return Dictionary(
      uniqueKeysWithValues: stride(from: 0, to: flat.count, by: 2).map { (flat[$0], flat[$0 + 1]) })
  }

  /// A sorted set, lowest score first: member, score, member, score …
  func sortedSet(_ key: String) throws -> [String] {
    try redis("ZRANGE", key, "0", "-1", "WITHSCORES").texts
  }

  func set(_ key: String) throws -> [String] { try redis("SMEMBERS", key).texts.sorted() }

  /// Every key there is.
  func keys() throws -> [String] { try redis("KEYS", "*").texts.sorted() }

  /// All that is stored, as text, and when each key expires (s; -1 never).
  func contents() throws -> [String: [String]] {
    var contents: [String: [String]] = [:]
    for key in try keys() {
      let values =
        switch try redis("TYPE", key).text {
        case "hash": try hash(key).map { "\($0.key)=\($0.value)" }.sorted()
        case "zset": try sortedSet(key)
        case "set": try set(key)
        default: [try redis("GET", key).text ?? ""]
        }
      contents[key] = values + ["expires \(try redis("EXPIRETIME", key).integer ?? 0)"]
    }
    return contents
  }
}
