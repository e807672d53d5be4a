import Events

/// The handshakes under way on one loop. Loop-bound; its server owns it.
///
/// A handshake costs up to a millisecond of the loop's time, a request a hundredth of that. So only
/// a few are gone on with in one turn, in the order in which they became ready: a flood of new
/// clients delays other new clients, and hardly those that are being served.
final class TLSHandshakes: TurnEndFlushing {
  private static let stepsPerTurnMax = 4

  let loop: EventLoop
  private var all: [TLSHandshake] = []
  /// Those whose socket has something for them.
  private var ready: [TLSHandshake] = []
  private var isFlushQueued = false
  private let onEnd: (TLSHandshake, TLSHandshake.Step) -> Void

  /// `onEnd` owns the handshake's descriptor from then on.
  init(loop: EventLoop, onEnd: @escaping (TLSHandshake, TLSHandshake.Step) -> Void) {
    self.loop = loop
    self.onEnd = onEnd
  }

  var count: Int { all.count }

  func begin(
    descriptor: CInt, remote: SocketAddress, port: Port, context: TLSContext, deadline: Int64
  ) {
    let handshake = TLSHandshake(
      owner: self, descriptor: descriptor, remote: remote, port: port, context: context,
      deadline: deadline)
    handshake.slot = all.count
    all.append(handshake)
  }

  func enqueue(_ handshake: TLSHandshake) {
    ready.append(handshake)
    queueFlush()
  }

  func flushTurn() {
    isFlushQueued = false
    let turn = ready.prefix(Self.stepsPerTurnMax)
    ready.removeFirst(turn.count)
    for handshake in turn {
      let step = handshake.step()
      if step != .underWay { end(handshake, step) }
    }
    if !ready.isEmpty { queueFlush() }
  }

  /// Called once a second by the server with the monotonic time.
  func checkDeadlines(_ now: Int64) {
    for handshake in all where now >= handshake.deadline {
      end(handshake, .failed(reason: "it took too long"))
    }
  }

  /// No request is under way yet, so nobody is waited for.
  func closeAll() {
    for handshake in all { handshake.close() }
    (all, ready) = ([], [])
  }

  private func end(_ handshake: TLSHandshake, _ step: TLSHandshake.Step) {
    let last = all.removeLast()
    if last !== handshake {
      all[handshake.slot] = last
      last.slot = handshake.slot
    }
    ready.removeAll { $0 === handshake }
    onEnd(handshake, step)
  }

  private func queueFlush() {
    guard !isFlushQueued else { return }
    isFlushQueued = true
    loop.flushAtTurnEnd(self)
  }
}
