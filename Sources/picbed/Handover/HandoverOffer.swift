/// What a serving picbed tells the one that wants to take over from it, as lines of `name=value`:
/// enough for the new one to see that the two would share one store. Unknown lines are ignored, so
/// that a newer picbed can say more.
struct HandoverOffer: Equatable {
  /// Asks for an offer, and says that the asker serves now.
  static let request = "take over"
  static let serving = "serving"
  /// Answers to both: the reason of a refusal, and that the old one accepts nothing more.
  static let refusal = "no: "
  static let draining = "draining"

  var pid: Int32
  /// Where Redis is, without its password.
  var redis: String
  /// How many listening sockets follow, in packets of their own.
  var listeners: Int
  /// The first of the descriptors beside this packet is the data folder's lock; with a managed
  /// Redis its keeper's line comes next.
  var hasKeeper: Bool

  var text: String {
    """
    picbed \(Self.version)
    pid=\(pid)
    redis=\(redis)
    listeners=\(listeners)
    keeper=\(hasKeeper ? 1 : 0)

    """
  }

  private static let version = 1

  init(pid: Int32, redis: String, listeners: Int, hasKeeper: Bool) {
    self.pid = pid
    self.redis = redis
    self.listeners = listeners
    self.hasKeeper = hasKeeper
  }

  /// Nil for what is no offer, or one of another version.
  init?(_ text: String) {
    let lines = text.split(separator: "\n")
    guard lines.first == "picbed \(Self.version)" else { return nil }
    var fields: [Substring: Substring] = [:]
    for line in lines.dropFirst() {
      guard let equals = line.firstIndex(of: "=") else { return nil }
      fields[line[..<equals]] = line[line.index(after: equals)...]
    }
    guard let pid = fields["pid"].flatMap({ Int32($0) }), let redis = fields["redis"],
      let listeners = fields["listeners"].flatMap({ Int($0) }), let keeper = fields["keeper"]
    else { return nil }
    self.init(pid: pid, redis: String(redis), listeners: listeners, hasKeeper: keeper == "1")
  }
}
