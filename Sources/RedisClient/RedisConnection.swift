import Events
import Glibc

/// Who made a connection. Called on its loop; may close the connection.
protocol RedisConnectionOwner: AnyObject {
  /// The socket is connected; nothing was sent on it yet.
  func connectionOpened(_ connection: RedisConnection)
  func connection(
    _ connection: RedisConnection, finished step: HandshakeStep, _ outcome: ReplyOutcome)
  /// The last call, once. Every command without a reply has failed or is about to.
  func connectionLost(_ connection: RedisConnection, reason: String)
}

/// One connection to Redis: commands go into a buffer that is sent once at the end of the loop's
/// turn, replies are matched with the commands in order. It lives from its connect to its end and
/// is never used again.
///
/// Bound to its loop. The watcher holds it until `fail` or `close`.
final class RedisConnection: IOHandling, TurnEndFlushing {
  private enum Phase { case connecting, open, closed }

  /// hiredis moves the rest of what it was fed for each kilobyte parsed: small pieces, parsed one
  /// by one, keep that from growing with the square.
  private static let readBytes = 16 * 1024
  /// Reads in one turn, so that a huge reply does not starve the loop's other connections.
  private static let readsPerTurnMax = 16

  private let loop: EventLoop
  private let socket: RedisSocket
  private let reader: ReplyReader
  private let input: UnsafeMutableRawBufferPointer
  private unowned let owner: any RedisConnectionOwner

  private var phase = Phase.connecting
  private var watcher: IOWatcher?
  private var output = CommandBuffer()
  private var pending: PendingReplies
  private var isFlushRegistered = false

  /// Starts to connect. Throws `unavailable` when that fails at once.
  init(
    loop: EventLoop, target: RedisSocket.Target, limits: RedisClient.Limits,
    owner: any RedisConnectionOwner
  ) throws(RedisError) {
    self.loop = loop
    self.owner = owner
    socket = try RedisSocket(connectingTo: target)
    reader = ReplyReader(replyBytesMax: limits.replyBytesMax)
    pending = PendingReplies(countMax: limits.pendingMax, bytesMax: limits.pendingBytesMax)
    input = .allocate(byteCount: Self.readBytes, alignment: 16)
    watcher = IOWatcher(loop: loop, descriptor: socket.descriptor, handler: self)
    watcher?.setWriting(true)
  }

  deinit {
    precondition(phase == .closed, "freed while open")
    input.deallocate()
  }

  /// Nothing is waited for.
  var isIdle: Bool { pending.isEmpty }

  /// Queues the command that `write` appends. False when too much is waiting already: nothing was
  /// queued then.
  func send(_ waiter: PendingReplies.Waiter, _ write: (inout CommandBuffer) -> Void) -> Bool {
    precondition(phase == .open)
    let start = output.end
    write(&output)
    let commandBytes = output.end - start
    guard pending.hasRoom(commandBytes: commandBytes) else {
      output.truncate(to: start)
      return false
    }
    pending.append(waiter, commandBytes: commandBytes)
    registerFlush()
    return true
  }

  /// Queues all of `commands`, or none.
  func send(_ commands: CommandBatch, _ replies: ReplyBatch) -> Bool {
    precondition(phase == .open)
    let bytes = commands.bytes
    guard pending.hasRoom(commands: commands.count, commandBytes: bytes.count) else { return false }
    output.encoded(bytes)
    for number in 0..<commands.count {
      pending.append(.batch(replies), commandBytes: number == 0 ? bytes.count : 0)
    }
    registerFlush()
    return true
  }

  private func registerFlush() {
    guard !isFlushRegistered else { return }
    isFlushRegistered = true
    loop.flushAtTurnEnd(self)
  }

  /// Counts one tick; fails when the oldest command has waited for `ticks` of them.
  func tick(overdueAfter ticks: Int, timeoutMilliseconds: Int) {
    pending.countTick()
    if pending.isOverdue(afterTicks: ticks) {
      fail("no reply within \(timeoutMilliseconds) ms")
    }
  }

  /// Closes the socket at once and tells the owner. Every waiting command fails with `unavailable`;
  /// the first of them with `first`, where one is given.
  func fail(_ reason: String, first: RedisError? = nil) {
    guard phase != .closed else { return }
    end()
    owner.connectionLost(self, reason: reason)
    failPending(reason, first: first)
  }

  /// As `fail`, for the owner itself, which is not told: it may be about to be freed.
  func close() {
    guard phase != .closed else { return }
    end()
    failPending("closed", first: nil)
  }

  private func end() {
    phase = .closed
    watcher?.close()
    watcher = nil
    socket.close()
  }

  private func failPending(_ reason: String, first: RedisError?) {
    var error = first ?? .unavailable(reason: reason)
    while let waiter = pending.popFirst() {
      // The owner knows from `connectionLost` what became of a handshake.
      switch waiter {
      case .call(let continuation): continuation.resume(returning: .failure(error))
      case .batch(let batch): batch.add(.failure(error))
      case .handshake: break
      }
      error = .unavailable(reason: reason)
    }
  }

  func writable() {
    switch phase {
    case .connecting:
      let code = socket.connectError()
      guard code == 0 else { return fail("cannot connect: \(RedisSocket.text(ofError: code))") }
      phase = .open
      watcher?.setWriting(false)
      watcher?.setReading(true)
      owner.connectionOpened(self)
    case .open: sendOutput()
    case .closed: break
    }
  }

  func flushTurn() {
    isFlushRegistered = false
    // When the socket is full, `writable` goes on.
    guard phase == .open, let watcher, !watcher.isWriting else { return }
    sendOutput()
  }

  private func sendOutput() {
    while output.unsentBytes > 0 {
      var result = RedisSocket.Transfer.blocked
      output.consume { bytes in
        result = socket.send(bytes)
        if case .bytes(let count) = result { return count }
        return 0
      }
      switch result {
      case .bytes: continue
      case .blocked:
        watcher?.setWriting(true)
        return
      case .ended(let reason):
        // Redis may have said why, or answered before it went: that comes first.
        readable()
        return fail(reason)
      }
    }
    watcher?.setWriting(false)
  }

  func readable() {
    for _ in 0..<Self.readsPerTurnMax {
      guard phase == .open else { return }
      switch socket.receive(into: input) {
      case .blocked: return
      case .ended(let reason): return fail(reason)
      case .bytes(let count):
        reader.feed(UnsafeRawBufferPointer(rebasing: input[..<count]))
        deliverReplies()
        if count < input.count { return }
      }
    }
  }

  private func deliverReplies() {
    // A reply may make the owner close the connection: look each time.
    while phase == .open {
      switch reader.next() {
      case .incomplete: return
      case .malformed(let text):
        return fail("not Redis' protocol: \(text)", first: .malformedReply)
      case .reply(let outcome):
        switch pending.popFirst() {
        case .call(let continuation): continuation.resume(returning: outcome)
        case .batch(let batch): batch.add(outcome)
        case .handshake(let step): owner.connection(self, finished: step, outcome)
        case nil: return fail("Redis spoke unasked: \(outcome)")
        }
      }
    }
  }
}
