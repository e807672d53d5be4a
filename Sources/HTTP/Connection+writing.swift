import Events

/// Answers onto the wire: gathered during a turn, written once at its end.
extension Connection {
  private static let keptOutputBytesMax = 16 * 1024
  /// What one large answer may send in a turn before the others get theirs.
  private static let fileBytesPerTurnMax = 1 << 20

  /// Queues the answer to the present request and decides whether the connection goes on.
  func respond(_ response: Response) {
    let head = decoder.head
    let isHead = head.method == .head
    let bodyIsPending = !requestEnded && head.framing != .none
    var closes = response.closes || closesAfterOutput || !head.keepsAlive || server.isStopping
    if bodyIsPending, !mayDiscardRest(head) { closes = true }
    appendHead(response, closes: closes, isHTTP10: head.isHTTP10)
    appendBody(response, isHead: isHead)
    closesAfterOutput = closes
    server.log(self, response)
    stream = nil
    if bodyIsPending, !closes {
      phase = .discarding
      pace = server.bodyPace()
      deadline = pace.deadline
      queueFlush()
    } else {
      if !bodyIsPending, !requestEnded { skipEnd() }
      finishExchange()
    }
  }

  /// A request without a body ends with its head; its `.end` event is only a formality.
  private func skipEnd() {
    var nothing = 0
    _ = try? decoder.next(RawSpan(), at: &nothing)
    requestEnded = true
  }

  private func mayDiscardRest(_ head: RequestHead) -> Bool {
    // The client may or may not send what it announced: only a close settles it (RFC 9110 §10.1.1).
    if head.expectsContinue, !sentContinue { return false }
    if case .length(let length) = head.framing {
      return length - streamedBytes <= Int64(server.limits.discardedBodyBytesMax)
    }
    return true
  }

  private func appendHead(_ response: Response, closes: Bool, isHTTP10: Bool) {
    output.append(response.status.line)
    output.append(contentsOf: server.dateLine)
    if !response.status.forbidsBody {
      output.append("Content-Length: ")
      output.appendDecimal(response.bodyLength)
      output.append("\r\n")
    }
    output.append(contentsOf: response.fields)
    if socket.isSecure { output.append(contentsOf: port.secureFields) }
    if closes {
      output.append("Connection: close\r\n")
    } else if isHTTP10 {
      output.append("Connection: keep-alive\r\n")
    }
    output.append("\r\n")
  }

  private func appendBody(_ response: Response, isHead: Bool) {
    guard !isHead, !response.status.forbidsBody else { return }
    switch response.body {
    case .none, .absent: break
    case .bytes(let bytes): output.append(contentsOf: bytes)
    case .shared(let bytes, let range): if !range.isEmpty { tail = .shared(bytes, range) }
    case .file(let file, let range): if !range.isEmpty { tail = .file(file, range) }
    }
  }

  // MARK: writing

  func queueFlush() {
    guard !isFlushQueued, phase != .closed else { return }
    isFlushQueued = true
    server.loop.flushAtTurnEnd(self)
  }

  func flushTurn() {
    isFlushQueued = false
    flush()
  }

  func writable() {
    if readsWhenWritable {
      readsWhenWritable = false
      watcher.setReading(true)
      readable()
    }
    flush()
  }

  private func flush() {
    guard phase != .closed else { return }
    guard let sent = writeOut() else { return close() }
    if isOutputEmpty {
      answeredUnsent = 0
      if watcher.isWriting != readsWhenWritable {
        watcher.setWriting(readsWhenWritable)
        countHeldBytes()
      }
      if output.capacity > Self.keptOutputBytesMax { output = [] }
      if closesAfterOutput, phase == .waiting || phase == .discarding {
        return peerSendsNoMore ? close() : linger()
      }
      if phase == .waiting { advance() }
    } else if fileLoading == .underWay {
      // `fileIsLoaded` goes on, or the deadline of the phase ends it: a disk that hangs holds nobody for ever.
      watcher.setWriting(false)
    } else {
      // A peer that takes nothing for so long is given up, and one that takes next to nothing.
      if phase == .waiting {
        if watcher.isWriting { pace.moved(sent, at: server.now) } else { pace = server.writePace() }
        deadline = pace.deadline
      }
      watcher.setWriting(true)
      countHeldBytes()
    }
  }

  var isOutputEmpty: Bool {
    if case .none = tail { output.isEmpty } else { false }
  }

  /// Writes what the socket takes. Nil: it is broken. Else the number of bytes that went out.
  private func writeOut() -> Int? {
    var sent = 0
    var fileBytes = 0
    while !isOutputEmpty {
      let outcome: Socket.Outcome
      switch tail {
      case .none:
        outcome = socket.write(output, from: outputStart)
      case .shared(let bytes, let range):
        outcome = socket.write(output, from: outputStart, bytes, range)
      case .file where outputStart < output.count:
        outcome = socket.write(output, from: outputStart, more: true)
      case .file(let file, let range):
        guard fileBytes < Self.fileBytesPerTurnMax, isInMemory(file, range) else { return sent }
        outcome = socket.send(
          file: file.descriptor, from: range.lowerBound, count: Self.filePiece(of: range).count)
        if case .bytes(let count) = outcome { fileBytes += count }
      }
      switch outcome {
      case .bytes(let count):
        sent += count
        consume(count)
      case .wouldBlock: return sent
      case .end, .wantsWriting, .broken: return nil
      }
    }
    return sent
  }

  // MARK: files

  private static func filePiece(of range: Range<Int64>) -> Range<Int64> {
    range.lowerBound..<min(range.upperBound, range.lowerBound + Int64(fileBytesPerTurnMax))
  }

  /// Whether the next piece of a file can be sent without waiting for the disk. If not, it is brought into memory on
  /// another thread, and then sent whatever came of that: the loop's other connections do not wait for it, and a
  /// piece that cannot be read is not asked for again and again.
  private func isInMemory(_ file: any FileSource, _ range: Range<Int64>) -> Bool {
    if fileLoading == .underWay { return false }
    let isLoaded = fileLoading == .done
    fileLoading = .none
    let piece = Self.filePiece(of: range)
    guard !isLoaded, let pool = server.diskPool, !file.isInMemory(piece, now: server.now) else {
      return true
    }
    let loop = server.loop
    let isQueued = pool.submit { [self] in
      file.bringIntoMemory(piece)
      loop.execute { self.fileIsLoaded() }
    }
    // With a full pool the loop has to wait after all.
    if isQueued { fileLoading = .underWay }
    return !isQueued
  }

  private func fileIsLoaded() {
    fileLoading = .done
    flush()
  }

  private func consume(_ count: Int) {
    let fromOutput = min(count, output.count - outputStart)
    outputStart += fromOutput
    let fromTail = count - fromOutput
    if fromTail > 0 {
      switch tail {
      case .none: break
      case .shared(let bytes, let range):
        let rest = range.lowerBound + fromTail..<range.upperBound
        tail = rest.isEmpty ? .none : .shared(bytes, rest)
      case .file(let file, let range):
        let rest = range.lowerBound + Int64(fromTail)..<range.upperBound
        tail = rest.isEmpty ? .none : .file(file, rest)
      }
    }
    if outputStart == output.count {
      output.removeAll(keepingCapacity: true)
      outputStart = 0
    }
  }

  /// The peer asked for the close, and its request is all that came: it must send nothing after that (RFC 9112
  /// §9.6), so there is nothing that could be answered with a reset. Saves a connection of one request a third of
  /// its system calls.
  private var peerSendsNoMore: Bool {
    phase == .waiting && requestEnded && pending.isEmpty && !decoder.head.keepsAlive
      && !socket.isSecure
  }

  /// Half-closes and waits for the peer to close too.
  private func linger() {
    guard !inputEnded else { return close() }
    socket.finishSending()
    phase = .lingering
    deadline = server.now + server.limits.lingerTimeoutMilliseconds
    watcher.setReading(!readsWhenWritable)
  }
}
