/// How long a body or an answer may still take. A pause of `patience` ends it, and so does a trickle: each byte
/// that moves buys only its share of a second at the least rate, and what is bought never exceeds `patience`.
/// Pure; times are monotonic milliseconds.
struct TransferPace {
  private let patience: Int64
  /// Bytes a second; 0: any byte buys the whole patience again.
  private let rateMin: Int64
  private var left: Int64
  private var since: Int64

  init(patience: Int64, rateMin: Int64, now: Int64) {
    self.patience = patience
    self.rateMin = rateMin
    left = patience
    since = now
  }

  /// When the transfer is given up unless more bytes move before.
  var deadline: Int64 { since + left }

  /// `bytes` moved.
  mutating func moved(_ bytes: Int, at now: Int64) {
    left = rateMin == 0 ? patience : left - (now - since) + Int64(bytes) * 1000 / rateMin
    left = max(0, min(left, patience))
    since = now
  }

  /// We were the ones who paused: the peer is not charged for it.
  mutating func resume(at now: Int64) { since = max(since, now) }
}
