import Events

/// How a connection is held to its limits, and how it ends.
extension Connection {
  /// Brings the server's sum up to date. Past its maximum, who asks for more gets no more.
  func countHeldBytes() {
    guard phase != .closed else { return }
    let held =
      pending.count + bodyBuffer.count + (stream?.bufferedBytes ?? 0)
      + (watcher.isWriting ? output.count - outputStart : 0)
    guard held != heldBytes else { return }
    let grew = held > heldBytes
    server.bytesInFlight += held - heldBytes
    heldBytes = held
    guard grew, server.bytesInFlight > server.limits.bytesInFlightMax else { return }
    switch phase {
    case .buffering: refuse(.overloaded)
    // A stream has its own small bound, and its reader is at work.
    case .handling where stream != nil: break
    default: close()
    }
  }

  /// Called once a second by the server with the monotonic time.
  func checkDeadline(_ now: Int64) {
    guard let deadline, now >= deadline else { return }
    switch phase {
    case .waiting:
      // A peer that stopped reading, or one that was idle; a head half sent gets a word first.
      let hasPartialHead = !pending.isEmpty && output.isEmpty
      guard hasPartialHead else { return close(dropsUnsent: true) }
      refuse(ProtocolError(.requestTimeout, "the request head did not arrive in time"))
    case .buffering:
      refuse(ProtocolError(.requestTimeout, "the request body did not arrive in time"))
    case .handling:
      self.deadline = nil
      if let stream, stream.isReceiving {
        closesAfterOutput = true
        stream.fail(.truncated)
      }
    case .discarding, .lingering, .closed: close()
    }
  }

  /// Closes when idle; else has the present answer be the last. For a server that stops.
  func stopGracefully() {
    // A request that has arrived is under way, whether it was read or not.
    if isIdle { readable() }
    if isIdle { closeSoon() }
  }

  /// Closes it if it is idle, for a newcomer that needs its place; whether it did.
  func makeWay() -> Bool {
    // As in a stop: what has arrived is not lost.
    if isIdle { readable() }
    if isIdle { close() }
    return phase == .closed
  }

  /// Closes this idle connection, at once or after the stopping server's time for that.
  func closeSoon() {
    guard server.stopIdleMilliseconds > 0 else { return close() }
    deadline = min(deadline ?? .max, server.now + server.stopIdleMilliseconds)
  }

  /// Everything that was received is answered and the answers are sent.
  var isIdle: Bool { phase == .waiting && pending.isEmpty && isOutputEmpty }

  /// `dropsUnsent`: what the peer did not take is not sent any more.
  func close(dropsUnsent: Bool = false) {
    guard phase != .closed else { return }
    phase = .closed
    task?.cancel()
    task = nil
    stream?.fail(.truncated)
    stream = nil
    watcher.close()
    if dropsUnsent, !isOutputEmpty { socket.reset() } else { socket.close() }
    (output, pending, bodyBuffer, tail) = ([], [], [], .none)
    server.bytesInFlight -= heldBytes
    heldBytes = 0
    server.remove(self)
  }
}
