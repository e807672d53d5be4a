import Events

/// The HTTP side of one loop: its listeners, its connections and what these share. Loop-bound.
package final class HTTPServer {
  /// Bytes taken from a socket in one call.
  private static let readBytesMax = 64 * 1024
  /// How many connections are looked at for an idle one, so that a flood of newcomers costs little each.
  private static let idleSearchMax = 64
  /// Who has only come, or was just answered, may be about to ask.
  private static let idleMillisecondsMin: Int64 = 1000

  package let loop: EventLoop
  let limits: HTTPLimits
  private let router: Router
  private let requestLog: RequestLog?
  private let ledger: ConnectionLedger
  /// Received and unsent bytes that the loop's connections hold.
  var bytesInFlight = 0
  private var listeners: [Listener] = []
  private var ports: [Port] = []
  private var connections: [Connection] = []
  /// Where the next look for an idle connection begins.
  private var idleSearchStart = 0
  private var handshakes: TLSHandshakes!
  private var ticker: LoopEvent?
  /// The proxies in front whose word counts for whom a request is from. To be set before `listen`.
  package var trustedProxies: [IPNetwork] = []
  /// Reads what is to be sent of a file and is not in memory; nil: the loop does. To be set before `listen`.
  package var diskPool: BlockingPool?
  /// Hears of clients that did not get through the handshake, and why.
  package var onHandshakeFailure: ((SocketAddress, String) -> Void)?
  private(set) var isStopping = false
  /// How long a stop leaves an idle connection open for a request that may be under way to it.
  private(set) var stopIdleMilliseconds: Int64 = 0
  private var onStopped: (() -> Void)?

  /// Where every connection of the loop reads into; what a request leaves over, its connection copies.
  let scratch: UnsafeMutableRawBufferPointer
  private var dateTurn: Int64 = -1
  private var dateSecond: Int64 = -1
  private var dateText: [UInt8] = []

  package init(
    loop: EventLoop, router: Router, limits: HTTPLimits, ledger: ConnectionLedger,
    requestLog: RequestLog?
  ) {
    loop.preconditionInLoop()
    self.loop = loop
    self.router = router
    self.limits = limits
    self.ledger = ledger
    self.requestLog = requestLog
    scratch = .allocate(byteCount: Self.readBytesMax, alignment: 16)
    handshakes = TLSHandshakes(loop: loop) { [unowned self] in handshakeEnded($0, $1) }
    ticker = loop.every(milliseconds: 1000) { [unowned self] in checkDeadlines() }
  }

  deinit { scratch.deallocate() }

  /// Starts to accept connections at `address`, encrypted where `security` says how, and serves
  /// `router`'s routes there instead of the server's own; answers the address with the port that the
  /// kernel chose. `inherited`: sockets that listen there already, which another process made and
  /// handed over.
  package func listen(
    _ address: SocketAddress, inherited: [CInt] = [], security: PortSecurity? = nil,
    router: Router? = nil
  ) throws(EventError) -> SocketAddress {
    loop.preconditionInLoop()
    let port = Port(router: router ?? self.router, security: security)
    let onAccept = { [unowned self] (descriptor: CInt, remote: SocketAddress) in
      accept(descriptor, remote, port)
    }
    let onExhausted = { (descriptor: CInt) in
      if port.tls == nil { Refusal.full.send(to: Socket(descriptor: descriptor)) }
    }
    if inherited.isEmpty {
      listeners.append(
        try Listener(loop: loop, address: address, onAccept: onAccept, onExhausted: onExhausted))
    }
    for descriptor in inherited {
      listeners.append(
        Listener(
          loop: loop, inheriting: descriptor, at: address, onAccept: onAccept,
          onExhausted: onExhausted))
    }
    ports.append(port)
    return listeners.last!.address
  }

  /// Has every new connection of the encrypted ports use `context`; those that are there go on as
  /// they are.
  package func use(_ context: TLSContext) {
    loop.preconditionInLoop()
    for port in ports where port.tls != nil { port.tls = context }
  }

  /// The listening sockets, for handing them to another process. Valid until `stop`.
  package var listeningDescriptors: [CInt] { listeners.map(\.descriptor) }

  /// Stops accepting and lets every connection finish what it is at; the next answer on it is its last. Idle ones
  /// are closed after `idleMilliseconds`, in which a request that was sent before the close could be seen still
  /// gets its answer. `onStopped` is called when the last one is gone; the caller bounds the wait with `closeAll`.
  ///
  /// `isHandedOver`: another process accepts from the same sockets. Else the connections that wait there are taken
  /// first, since the close would reset them.
  package func stop(
    idleMilliseconds: Int64 = 0, isHandedOver: Bool = false, _ onStopped: @escaping () -> Void
  ) {
    loop.preconditionInLoop()
    if !isHandedOver { for listener in listeners { listener.readable() } }
    isStopping = true
    stopIdleMilliseconds = idleMilliseconds
    self.onStopped = onStopped
    for listener in listeners { listener.close() }
    listeners = []
    // No request is under way on them yet; but after a hand-over nobody shall notice anything.
    if !isHandedOver { handshakes.closeAll() }
    for connection in connections { connection.stopGracefully() }
    reportIfStopped()
  }

  /// Closes every connection, whatever it is at.
  package func closeAll() {
    loop.preconditionInLoop()
    handshakes.closeAll()
    for connection in connections { connection.close() }
    reportIfStopped()
  }

  package var connectionCount: Int { connections.count }

  /// For a body that begins to arrive now.
  func bodyPace() -> TransferPace { pace(limits.bodyTimeoutMilliseconds) }

  /// For an answer that begins to wait for its reader now.
  func writePace() -> TransferPace { pace(limits.writeTimeoutMilliseconds) }

  private func pace(_ patience: Int64) -> TransferPace {
    TransferPace(patience: patience, rateMin: limits.bytesPerSecondMin, now: now)
  }

  /// Monotonic milliseconds.
  var now: Int64 { loop.now }

  /// Monotonic microseconds for a request that begins; 0 when no log asks how long it takes.
  var startStamp: Int64 { requestLog == nil ? 0 : Clock.monotonicMicroseconds }

  /// `Date: …` with its line end, made anew once a second (RFC 9110 §6.6.1).
  var dateLine: [UInt8] {
    // The wall clock is looked at once a turn.
    if dateTurn == now { return dateText }
    dateTurn = now
    let second = Clock.wallSeconds
    if second != dateSecond {
      dateSecond = second
      dateText = []
      dateText.append("Date: ")
      HTTPDate.append(second, to: &dateText)
      dateText.append("\r\n")
    }
    return dateText
  }

  func log(_ connection: Connection, _ response: Response) {
    requestLog?.record(
      head: connection.decoder.head, route: connection.route, response: response,
      remote: connection.remoteText,
      microseconds: Clock.monotonicMicroseconds - connection.startedMicroseconds)
  }

  func remove(_ connection: Connection) {
    ledger.leave(counted(connection.remote))
    let last = connections.removeLast()
    if last !== connection {
      connections[connection.slot] = last
      last.slot = connection.slot
    }
    reportIfStopped()
  }

  func isTrustedProxy(_ remote: SocketAddress) -> Bool {
    guard !trustedProxies.isEmpty, let address = remote.ip else { return false }
    return trustedProxies.contains { $0.contains(address) }
  }

  /// The address to count a connection for. A proxy brings everybody's requests: its connections have no bound of
  /// their own.
  private func counted(_ remote: SocketAddress) -> IPAddress? {
    isTrustedProxy(remote) ? nil : remote.ip
  }

  private func accept(_ descriptor: CInt, _ remote: SocketAddress, _ port: Port) {
    var admission = ledger.enter(counted(remote))
    if admission == .full, closeAnIdleOne() { admission = ledger.enter(counted(remote)) }
    switch admission {
    case .admitted: break
    case .full: return turnAway(descriptor, port, .full)
    case .fullForAddress: return turnAway(descriptor, port, .fullForAddress)
    }
    guard let context = port.tls else {
      serve(Socket(descriptor: descriptor), remote, port)
      return
    }
    handshakes.begin(
      descriptor: descriptor, remote: remote, port: port, context: context,
      deadline: now + limits.handshakeTimeoutMilliseconds)
  }

  /// In a full house a newcomer, who has something to ask, gets the place of a connection that asks for nothing: of
  /// this loop's next few, the one that has done so for the longest. Whether there was one.
  private func closeAnIdleOne() -> Bool {
    var longest: Connection?
    for step in 0..<min(Self.idleSearchMax, connections.count) {
      let connection = connections[(idleSearchStart + step) % connections.count]
      guard connection.isIdle else { continue }
      if connection.waitingSince < longest?.waitingSince ?? .max { longest = connection }
    }
    idleSearchStart = (idleSearchStart + Self.idleSearchMax) % max(connections.count, 1)
    guard let longest, now - longest.waitingSince >= Self.idleMillisecondsMin else { return false }
    return longest.makeWay()
  }

  @discardableResult
  private func serve(_ socket: Socket, _ remote: SocketAddress, _ port: Port) -> Connection {
    let connection = Connection(server: self, port: port, socket: socket, remote: remote)
    connection.slot = connections.count
    connections.append(connection)
    if isStopping { connection.stopGracefully() }
    return connection
  }

  private func handshakeEnded(_ handshake: TLSHandshake, _ step: TLSHandshake.Step) {
    let (remote, port) = (handshake.remote, handshake.port)
    switch step {
    case .done:
      serve(Socket(descriptor: handshake.release(), session: handshake.session), remote, port)
    case .plain:
      serve(Socket(descriptor: handshake.release()), remote, port).refuse(
        .bad("this port speaks TLS: the URL must begin with https://"))
    case .failed(let reason):
      handshake.close()
      ledger.leave(counted(remote))
      onHandshakeFailure?(remote, reason)
      reportIfStopped()
    case .underWay: break
    }
  }

  private func turnAway(_ descriptor: CInt, _ port: Port, _ refusal: Refusal) {
    let socket = Socket(descriptor: descriptor)
    // Where TLS is spoken a handshake only for this would cost what the limit saves.
    if port.tls == nil { refusal.send(to: socket) }
    socket.close()
  }

  private func checkDeadlines() {
    let now = self.now
    handshakes.checkDeadlines(now)
    // A closing connection leaves the list, so the list is walked from its end.
    var index = connections.count - 1
    while index >= 0 {
      if index < connections.count { connections[index].checkDeadline(now) }
      index -= 1
    }
  }

  private func reportIfStopped() {
    guard isStopping, connections.isEmpty, handshakes.count == 0, let onStopped else { return }
    self.onStopped = nil
    onStopped()
  }
}
