/// The scripts of one client and what Redis calls them. Knows which load of them a call relies on,
/// so that many calls which meet NOSCRIPT together cause one reload.
struct ScriptRegistry {
  /// `EVALSHA` and the digest as they stand on the wire, by script; nil until Redis has told the
  /// digest.
  private var heads: [[UInt8]?]
  private let scripts: [RedisScript]
  /// Counts the loads that were sent. A call notes it when it is sent.
  private(set) var generation = 0

  init(_ scripts: [RedisScript]) {
    self.scripts = scripts
    heads = Array(repeating: nil, count: scripts.count)
  }

  var count: Int { scripts.count }

  subscript(index: Int) -> RedisScript { scripts[index] }

  /// A load of every script is being sent.
  mutating func willLoad() { generation += 1 }

  /// Whether a call that was sent at `generation` and met NOSCRIPT needs another load. Redis takes
  /// commands in order, so a load that was sent meanwhile comes before the repeated call in any
  /// case.
  func needsReload(since generation: Int) -> Bool { generation == self.generation }

  /// Takes the reply of SCRIPT LOAD; false when it is no digest.
  mutating func loaded(_ index: Int, _ reply: RedisReply) -> Bool {
    guard let digest = reply.string, digest.utf8.count == 40, digest.utf8.allSatisfy(Self.isHex)
    else { return false }
    if heads[index] == nil { heads[index] = CommandBuffer.encode(words: ["EVALSHA", digest]) }
    return true
  }

  /// Appends the call of a script that has been loaded.
  func write(
    to buffer: inout CommandBuffer, script index: Int, keys: [String], arguments: [RedisArgument]
  ) {
    guard let head = heads[index] else { preconditionFailure("called before it was loaded") }
    buffer.begin(words: 3 + keys.count + arguments.count)
    buffer.encoded(head)
    buffer.word(Int64(keys.count))
    // By span: iterating an array retains each of its elements.
    let (keys, arguments) = (keys.span, arguments.span)
    for index in keys.indices { buffer.word(keys[index]) }
    for index in arguments.indices { buffer.word(arguments[index]) }
  }

  private static func isHex(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
  }
}
