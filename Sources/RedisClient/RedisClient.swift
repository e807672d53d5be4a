import Events

/// A loop's one client of Redis: keeps a connection up for ever, loads the scripts, and lets any
/// number of the loop's tasks share the connection. Commands of one turn leave in one write;
/// replies resume their callers.
///
/// Not for commands that change the connection or block it (SUBSCRIBE, MONITOR, MULTI, BLPOP …): it
/// is shared.
///
/// `@unchecked Sendable`: bound to its loop. Every entry checks that it runs there, so a reference
/// may travel. It is freed on that loop's thread, or after the loop has ended; `close` first, or it
/// closes then.
package final class RedisClient: @unchecked Sendable {
  package let endpoint: RedisEndpoint
  package private(set) var state = State.connecting
  /// Called in the loop after each change of `state`; a new reason is a change. It may call
  /// `close`.
  package var onStateChange: ((State) -> Void)?

  private let loop: EventLoop
  private let limits: Limits
  private var scripts: ScriptRegistry
  private var backoff: Backoff
  private var connection: RedisConnection?
  /// Ticks since the present connecting or handshake began.
  private var attemptTicks = 0
  private var attempts = 0
  /// Runs only while something is waited for.
  private var ticker: LoopEvent?
  private var retry: LoopEvent?

  /// Makes the client and has it connect in the loop's next turn. In the loop.
  package init(
    loop: EventLoop, endpoint: RedisEndpoint, scripts: [RedisScript], limits: Limits = .init()
  ) {
    loop.preconditionInLoop()
    self.loop = loop
    self.endpoint = endpoint
    self.limits = limits
    self.scripts = ScriptRegistry(scripts)
    backoff = Backoff(
      leastMilliseconds: limits.backoffLeastMilliseconds,
      mostMilliseconds: limits.backoffMostMilliseconds)
    // Not at once: the maker can set `onStateChange` first.
    retry = loop.after(milliseconds: 0) { [unowned self] in connect() }
  }

  deinit {
    onStateChange = nil
    shutDown()
  }

  /// Connected, logged in, and every script loaded.
  package var isReady: Bool {
    loop.preconditionInLoop()
    if case .ready = state { return true }
    return false
  }

  /// Runs the script of this index (EVALSHA) and returns its reply. All `keys` share one hash slot.
  /// When Redis has lost its scripts they are loaded again, once. Cancelling the task does not
  /// recall the call, which ends within the reply timeout anyway.
  package func call(
    script index: Int, keys: [String], arguments: [RedisArgument]
  ) async throws(RedisError) -> RedisReply {
    loop.preconditionInLoop()
    assert(HashSlot.isShared(by: keys), "the keys of \(scripts[index].name) span hash slots")
    let generation = scripts.generation
    let first = await exchange { buffer in
      scripts.write(to: &buffer, script: index, keys: keys, arguments: arguments)
    }
    guard case .scriptMissing = first else { return try first.get() }
    // Replies come in order, so the repeated call need not wait for those of the load.
    if isReady, scripts.needsReload(since: generation) { reloadScripts() }
    return try await exchange { buffer in
      scripts.write(to: &buffer, script: index, keys: keys, arguments: arguments)
    }.get()
  }

  /// Runs one command, given as its words, and returns its reply.
  package func command(_ words: [RedisArgument]) async throws(RedisError) -> RedisReply {
    loop.preconditionInLoop()
    precondition(!words.isEmpty)
    return try await exchange { buffer in
      buffer.begin(words: words.count)
      for word in words { buffer.word(word) }
    }.get()
  }

  /// Runs several commands, sent together, and returns their replies in order. Throws the first error
  /// when all are answered: each may have been carried out or not. `commands` is no longer than what
  /// may wait for replies (`Limits`).
  package func commands(
    _ commands: [[RedisArgument]]
  ) async throws(RedisError) -> [RedisReply] {
    loop.preconditionInLoop()
    guard !commands.isEmpty else { return [] }
    guard isReady, let connection else { throw .unavailable(reason: unavailableReason) }
    if ticker == nil { startTicker() }
    return try await withUnsafeContinuation { continuation in
      let batch = ReplyBatch(count: commands.count, continuation)
      for words in commands {
        let isQueued = connection.send(.batch(batch)) { buffer in
          buffer.begin(words: words.count)
          for word in words { buffer.word(word) }
        }
        if !isQueued {
          batch.add(.failure(.unavailable(reason: "too many commands wait for Redis")))
        }
      }
    }.get()
  }

  /// The same for commands that were put together before.
  package func commands(_ commands: CommandBatch) async throws(RedisError) -> [RedisReply] {
    loop.preconditionInLoop()
    guard !commands.isEmpty else { return [] }
    guard isReady, let connection else { throw .unavailable(reason: unavailableReason) }
    if ticker == nil { startTicker() }
    return try await withUnsafeContinuation { continuation in
      let batch = ReplyBatch(count: commands.count, continuation)
      if !connection.send(commands, batch) {
        for _ in 0..<commands.count {
          batch.add(.failure(.unavailable(reason: "too many commands wait for Redis")))
        }
      }
    }.get()
  }

  /// Ends the connection for good: calls that wait, and later ones, fail with `unavailable`. In the
  /// loop.
  package func close() {
    loop.preconditionInLoop()
    shutDown()
  }

  /// Sends the command that `write` appends and suspends the calling task until its reply, in the
  /// loop too.
  private func exchange(_ write: (inout CommandBuffer) -> Void) async -> ReplyOutcome {
    guard isReady, let connection else {
      return .failure(.unavailable(reason: unavailableReason))
    }
    if ticker == nil { startTicker() }
    return await withUnsafeContinuation { continuation in
      if !connection.send(.call(continuation), write) {
        continuation.resume(
          returning: .failure(.unavailable(reason: "too many commands wait for Redis")))
      }
    }
  }

  private var unavailableReason: String {
    if case .lost(let reason) = state { reason } else { state.description }
  }

  private func set(_ new: State) {
    guard new != state else { return }
    state = new
    onStateChange?(new)
  }

  private func shutDown() {
    retry = nil
    ticker = nil
    guard state != .closed else { return }
    connection?.close()
    connection = nil
    set(.closed)
  }

  // MARK: Connecting

  private func connect() {
    retry = nil
    attempts += 1
    switch endpoint.address {
    case .unix(let path): open(.unix(path: path))
    case .tcp(let host, let port) where HostLookup.isNumeric(host):
      open(.tcp(address: host, port: port))
    case .tcp(let host, let port):
      // The resolver bounds its own time (resolv.conf(5)); until then no other attempt begins.
      HostLookup.start(host, loop: loop) { [weak self] outcome in
        self?.lookedUp(outcome, port: port)
      }
    }
  }

  private func lookedUp(_ outcome: HostLookup.Outcome, port: Int) {
    guard state != .closed else { return }
    switch outcome {
    case .failed(let reason): retryLater(reason)
    case .addresses(let addresses):
      // Each attempt tries the next one.
      open(.tcp(address: addresses[(attempts - 1) % addresses.count], port: port))
    }
  }

  private func open(_ target: RedisSocket.Target) {
    do throws(RedisError) {
      connection = try RedisConnection(loop: loop, target: target, limits: limits, owner: self)
      attemptTicks = 0
      startTicker()
    } catch {
      if case .unavailable(let reason) = error { retryLater(reason) }
    }
  }

  private func retryLater(_ reason: String) {
    var random = SystemRandomNumberGenerator()
    let milliseconds = backoff.nextMilliseconds(using: &random)
    retry = loop.after(milliseconds: milliseconds) { [unowned self] in connect() }
    set(.lost(reason: reason))
  }

  private func reloadScripts() {
    scripts.willLoad()
    // Without room for them, the repeated call meets the same limit, or NOSCRIPT again: either way
    // it fails with `unavailable`.
    for index in 0..<scripts.count where !send(.load(index)) { return }
  }

  private func send(_ step: HandshakeStep) -> Bool {
    guard let connection else { return false }
    return connection.send(.handshake(step)) { buffer in
      step.write(to: &buffer, endpoint: endpoint, scripts: scripts)
    }
  }

  // MARK: Deadlines

  private func startTicker() {
    ticker = loop.every(milliseconds: limits.tickMilliseconds) { [unowned self] in tick() }
  }

  private func tick() {
    guard let connection else {
      ticker = nil
      return
    }
    guard isReady else {
      attemptTicks += 1
      if attemptTicks > limits.ticks(limits.connectTimeoutMilliseconds) {
        connection.fail("not connected within \(limits.connectTimeoutMilliseconds) ms")
      }
      return
    }
    connection.tick(
      overdueAfter: limits.ticks(limits.replyTimeoutMilliseconds),
      timeoutMilliseconds: limits.replyTimeoutMilliseconds)
    if connection.isIdle { ticker = nil }
  }
}

extension RedisClient: RedisConnectionOwner {
  func connectionOpened(_ connection: RedisConnection) {
    attemptTicks = 0
    scripts.willLoad()
    for step in HandshakeStep.all(for: endpoint, scripts: scripts.count) {
      guard send(step) else { return connection.fail("no room for the handshake") }
    }
  }

  func connection(
    _ connection: RedisConnection, finished step: HandshakeStep, _ outcome: ReplyOutcome
  ) {
    switch (step, outcome) {
    case (.load(let index), .reply(let reply)) where scripts.loaded(index, reply): break
    case (.ping, .reply):
      backoff.reset()
      set(.ready)
    case (.authenticate, .reply), (.select, .reply): break
    default:
      // A reload may fail too: the repeated call shows it to who asked.
      if !isReady { connection.fail(step.failure(outcome, endpoint: endpoint, scripts: scripts)) }
    }
  }

  func connectionLost(_ connection: RedisConnection, reason: String) {
    self.connection = nil
    ticker = nil
    retryLater(reason)
  }
}
