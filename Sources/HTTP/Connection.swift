import Events

/// One client's connection: reads requests, has them answered one after the other, writes the answers. Loop-bound:
/// it lives on its server's loop from accept to close. Closing marks it; the last task that still holds it
/// frees it.
///
/// The decisions about bytes are `RequestDecoder`'s; this is the shell that does the I/O.
///
/// `@unchecked Sendable`: every entry runs on the loop; tasks it starts prefer the same loop.
final class Connection: IOHandling, TurnEndFlushing, @unchecked Sendable {
  enum Phase: Equatable {
    /// Between requests, or within a head.
    case waiting
    /// The head is there, the route wants the whole body first.
    case buffering
    /// The handler is at work; a streamed body may still come.
    case handling
    /// The answer is queued; the rest of the body is thrown away.
    case discarding
    /// Our last answer is sent; wait for the peer's close, so that no reset eats it (RFC 9112 §9.6).
    case lingering
    case closed
  }

  /// What follows `output` on the wire, sent without being copied into it.
  enum Tail {
    case none
    case shared([UInt8], Range<Int>)
    case file(any FileSource, Range<Int64>)
  }

  let server: HTTPServer
  let port: Port
  let socket: Socket
  let remote: SocketAddress
  /// The peer's address as the log shows it.
  lazy var remoteText = remote.host
  /// The peer is a proxy whose word counts for whom a request is from.
  let isProxied: Bool
  /// What it said of the present request.
  var forwardedClient: IPAddress?
  var isForwardedSecure = false
  /// Where the server keeps this connection in its list.
  var slot = 0

  var phase = Phase.waiting
  var decoder: RequestDecoder
  /// Received bytes that no request took yet.
  var pending: [UInt8] = []
  private var isDecoding = false
  private(set) var inputEnded = false
  /// TLS must send before it can read on: the socket is not read until it takes bytes.
  var readsWhenWritable = false
  private(set) var watcher: IOWatcher!

  var route: Route?
  var bodyBuffer: [UInt8] = []
  var stream: RequestBody?
  var streamedBytes: Int64 = 0
  var requestEnded = false
  var sentContinue = false
  var discardedBytes = 0
  var task: Task<Void, Never>?
  var startedMicroseconds: Int64 = 0

  var output: [UInt8] = []
  var outputStart = 0
  var tail = Tail.none
  var isFlushQueued = false
  /// Whether the disk pool brings the next bytes of the tail's file into memory, or just did.
  enum FileLoading { case none, underWay, done }
  var fileLoading = FileLoading.none
  var closesAfterOutput = false

  /// Monotonic milliseconds at which the present phase is given up; nil where others bound the wait.
  var deadline: Int64?
  /// Monotonic milliseconds at which it began to wait for a request.
  private(set) var waitingSince: Int64
  /// Of the body that arrives, then of the answer that goes out.
  var pace: TransferPace
  /// Requests answered since something was last sent.
  var answeredUnsent = 0
  /// What of the server's `bytesInFlight` is this connection's.
  var heldBytes = 0

  init(server: HTTPServer, port: Port, socket: Socket, remote: SocketAddress) {
    self.server = server
    self.port = port
    self.socket = socket
    self.remote = remote
    isProxied = server.isTrustedProxy(remote)
    decoder = RequestDecoder(limits: server.limits)
    pace = server.bodyPace()
    waitingSince = server.now
    deadline = waitingSince + server.limits.headTimeoutMilliseconds
    watcher = IOWatcher(loop: server.loop, descriptor: socket.descriptor, handler: self)
    watcher.setReading(true)
  }

  // MARK: reading

  func readable() {
    guard phase != .closed else { return }
    let scratch = server.scratch
    switch socket.read(into: scratch) {
    case .bytes(let count): received(UnsafeRawBufferPointer(rebasing: scratch[..<count]))
    case .end: peerFinished()
    case .wouldBlock: return
    case .wantsWriting:
      readsWhenWritable = true
      watcher.setReading(false)
      watcher.setWriting(true)
    case .broken: close()
    }
  }

  private func received(_ bytes: UnsafeRawBufferPointer) {
    if phase == .lingering { return }
    if case .waiting = phase {
      if pending.isEmpty, decoder.isBetweenRequests, output.isEmpty {
        // The first byte of a head starts the one deadline for all of it.
        deadline = server.now + server.limits.headTimeoutMilliseconds
      }
    } else if phase != .handling || stream != nil {
      pace.moved(bytes.count, at: server.now)
      deadline = pace.deadline
    }
    if pending.isEmpty {
      let used = decode(bytes.bytes)
      if used < bytes.count, phase != .closed { pending.append(contentsOf: bytes[used...]) }
    } else {
      pending.append(contentsOf: bytes)
      decodePending()
    }
    updateReading()
    countHeldBytes()
  }

  /// The peer sends nothing more, but may still read: every whole request that it sent gets its answer.
  private func peerFinished() {
    inputEnded = true
    watcher.setReading(false)
    switch phase {
    case .waiting: closeIfDone()
    case .buffering, .lingering, .closed: close()
    case .handling:
      guard !requestEnded, let stream else { return }
      closesAfterOutput = true
      stream.fail(.truncated)
    case .discarding:
      closesAfterOutput = true
      queueFlush()
    }
  }

  /// Closes when the peer will send nothing more and has all its answers.
  private func closeIfDone() {
    guard phase == .waiting, isOutputEmpty else { return }
    if inputEnded { close() } else if server.isStopping, pending.isEmpty { closeSoon() }
  }

  private func updateReading() {
    guard phase != .closed, !inputEnded, !readsWhenWritable else { return }
    let isFull =
      pending.count >= server.limits.pendingInputBytesMax
      || (phase == .handling && stream?.isFull == true)
    watcher.setReading(!isFull)
  }

  private func decodePending() {
    guard !isDecoding, phase != .closed else { return }
    // The end of a body takes no bytes: where the stream was full when the last of them came, it is all that is
    // left to decode.
    guard !pending.isEmpty || stream != nil else { return }
    var taken: [UInt8] = []
    swap(&taken, &pending)
    let used = decode(taken.span.bytes)
    guard phase != .closed, used < taken.count else { return }
    if used > 0 { taken.removeFirst(used) }
    pending = taken
  }

  /// Goes on after an answer or after the handler took body bytes.
  func advance() {
    guard !isDecoding, phase != .closed else { return }
    decodePending()
    closeIfDone()
    updateReading()
  }

  /// Decodes as far as the connection's state allows; returns the bytes used.
  private func decode(_ input: RawSpan) -> Int {
    isDecoding = true
    defer { isDecoding = false }
    var offset = 0
    while mayDecode {
      do throws(ProtocolError) {
        switch try decoder.next(input, at: &offset) {
        case .needMore: return offset
        case .head: startRequest()
        case .body(let range): takeBody(input, range)
        case .end: endRequest()
        }
      } catch {
        refuse(error)
        return input.byteCount
      }
    }
    return phase == .lingering ? input.byteCount : offset
  }

  private var mayDecode: Bool {
    switch phase {
    case .waiting:
      // Nothing behind a `close` is processed (RFC 9112 §9.6), and a slow reader gets no further answers yet.
      if case .none = tail {
        return !closesAfterOutput && output.count < server.limits.pendingOutputBytesMax
          && answeredUnsent < server.limits.pipelinedRequestsMax
      }
      return false
    case .buffering, .discarding: return true
    case .handling: return !requestEnded && stream?.isFull == false
    case .lingering, .closed: return false
    }
  }

  // MARK: one request

  private func startRequest() {
    startedMicroseconds = server.startStamp
    answeredUnsent += 1
    if isProxied { readForwarded() }
    (requestEnded, sentContinue, streamedBytes, discardedBytes) = (false, false, 0, 0)
    phase = .handling
    deadline = nil
    switch port.router.resolve(decoder.head) {
    case .notFound(let pathIsKnown):
      respond(
        .failure(
          .notFound,
          pathIsKnown
            ? "this path needs one of its values of cmd in the query"
            : "there is nothing at this path"))
    case .wrongMethod(let allowed):
      var response = Response.failure(
        .methodNotAllowed, "this path answers to \(allowed.allow)")
      response.fields.appendField("Allow", allowed.allow)
      respond(response)
    case .options(let allowed):
      var response = Response(.noContent)
      response.fields.appendField("Allow", allowed.allow)
      respond(response)
    case .route(let route): start(route)
    }
  }

  private func start(_ route: Route) {
    self.route = route
    switch route.body {
    case .discarded:
      run(route.handler, body: [], stream: nil)
    case .buffered:
      if case .length(let length) = decoder.head.framing,
        length > Int64(server.limits.bufferedBodyBytesMax)
      {
        return respondTooLarge(Int64(server.limits.bufferedBodyBytesMax))
      }
      phase = .buffering
      pace = server.bodyPace()
      deadline = pace.deadline
      if decoder.head.framing != .none { sendContinue() }
    case .streamed(let bytesMax):
      if case .length(let length) = decoder.head.framing, length > bytesMax {
        return respondTooLarge(bytesMax)
      }
      guard server.bytesInFlight < server.limits.bytesInFlightMax else {
        return respond(.failure(ProtocolError.overloaded.status, ProtocolError.overloaded.reason))
      }
      pace = server.bodyPace()
      let stream = RequestBody()
      stream.onDemand = { [unowned self] in demandBody() }
      self.stream = stream
      run(route.handler, body: [], stream: stream)
    }
  }

  private func endRequest() {
    requestEnded = true
    switch phase {
    case .buffering:
      phase = .handling
      deadline = nil
      let body = bodyBuffer
      bodyBuffer = []
      run(route!.handler, body: body, stream: nil)
    case .handling:
      deadline = nil
      stream?.end()
    case .discarding: finishExchange()
    case .waiting, .lingering, .closed: break
    }
  }

  private func run(_ handler: Handler, body: [UInt8], stream: RequestBody?) {
    let request = Request(
      head: decoder.head, body: body, stream: stream, remote: remote,
      forwardedClient: forwardedClient, isSecure: socket.isSecure || isForwardedSecure)
    let work: @Sendable (Request) async -> Response
    switch handler {
    case .task(let handle): work = handle
    case .immediate(let answer, let otherwise):
      if let response = answer(request) { return respond(response) }
      work = otherwise
    }
    let started = Task.immediate(executorPreference: server.loop) { [self] in
      let response = await work(request)
      finish(response)
    }
    if phase == .handling { task = started }
  }

  private func finish(_ response: Response) {
    task = nil
    guard phase == .handling else { return }
    respond(response)
    advance()
  }

  /// A message that cannot be understood: answer and close, since what follows cannot be trusted.
  func refuse(_ error: ProtocolError) {
    switch phase {
    case .waiting, .buffering:
      if phase == .waiting {
        // The head was not understood: nothing of it, or of the one before, counts for the answer.
        startedMicroseconds = server.startStamp
        decoder.head = RequestHead()
        requestEnded = true
      }
      phase = .handling
      var response = Response.failure(error.status, error.reason)
      response.closes = true
      respond(response)
    case .handling:
      // The handler hears of it and answers; no byte after this point is read.
      closesAfterOutput = true
      requestEnded = true
      stream?.fail(.refused(error))
    case .discarding:
      closesAfterOutput = true
      finishExchange()
    case .lingering, .closed: break
    }
  }

  /// The present answer is queued and its request's body is consumed: the next request may come.
  func finishExchange() {
    phase = .waiting
    stream = nil
    route = nil
    waitingSince = server.now
    deadline = waitingSince + server.limits.idleTimeoutMilliseconds
    queueFlush()
  }
}
