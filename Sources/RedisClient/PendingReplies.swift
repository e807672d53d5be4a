import DequeModule

/// The commands that were written and not yet answered, in the order of their answers (Redis
/// answers one connection's commands in order). Bounded in number and in bytes.
///
/// Time is counted in ticks of the client's ticker, not read from a clock: a command costs no clock
/// call, and a process that was stopped for a while does not take its own pause for Redis' silence.
struct PendingReplies {
  enum Waiter {
    /// A suspended call. Resuming only enqueues a job on the loop.
    case call(UnsafeContinuation<ReplyOutcome, Never>)
    /// One command of several whose caller waits for all.
    case batch(ReplyBatch)
    case handshake(HandshakeStep)
  }

  private struct Entry {
    let waiter: Waiter
    let commandBytes: Int
    let tick: Int
  }

  private var entries = Deque<Entry>()
  private var commandBytes = 0
  private var tick = 0
  private let countMax: Int
  private let bytesMax: Int

  init(countMax: Int, bytesMax: Int) {
    self.countMax = countMax
    self.bytesMax = bytesMax
  }

  var isEmpty: Bool { entries.isEmpty }

  /// Whether a command of `commandBytes` on the wire still fits, or several of them.
  func hasRoom(commands: Int = 1, commandBytes bytes: Int) -> Bool {
    entries.count + commands <= countMax && commandBytes + bytes <= bytesMax
  }

  mutating func append(_ waiter: Waiter, commandBytes bytes: Int) {
    commandBytes += bytes
    entries.append(Entry(waiter: waiter, commandBytes: bytes, tick: tick))
  }

  /// Who gets the next reply.
  mutating func popFirst() -> Waiter? {
    guard let entry = entries.popFirst() else { return nil }
    commandBytes -= entry.commandBytes
    return entry.waiter
  }

  mutating func countTick() { tick += 1 }

  /// Whether the oldest command has waited for at least `ticks` whole ones.
  func isOverdue(afterTicks ticks: Int) -> Bool {
    guard let oldest = entries.first else { return false }
    // The tick in which a command was sent was no whole one for it.
    return tick - oldest.tick > ticks
  }
}
