/// A request's body on its way to whoever wants it.
extension Connection {
  func respondTooLarge(_ bytesMax: Int64) {
    respond(.failure(.contentTooLarge, "the body is larger than \(bytesMax) bytes"))
  }

  func demandBody() {
    guard phase == .handling, !requestEnded else { return }
    pace.resume(at: server.now)
    deadline = pace.deadline
    sendContinue()
    advance()
  }

  /// The client waits for a go-ahead before it sends the body (RFC 9110 §10.1.1).
  func sendContinue() {
    guard decoder.head.expectsContinue, !sentContinue else { return }
    sentContinue = true
    output.append("HTTP/1.1 100 Continue\r\n\r\n")
    queueFlush()
  }

  func takeBody(_ input: RawSpan, _ range: Range<Int>) {
    switch phase {
    case .buffering:
      guard bodyBuffer.count + range.count <= server.limits.bufferedBodyBytesMax else {
        phase = .handling
        return respondTooLarge(Int64(server.limits.bufferedBodyBytesMax))
      }
      input.withUnsafeBytes { bodyBuffer.append(contentsOf: $0[range]) }
    case .handling:
      guard let stream, case .streamed(let bytesMax)? = route?.body else { return }
      streamedBytes += Int64(range.count)
      if streamedBytes > bytesMax {
        let reason = "the body is larger than \(bytesMax) bytes"
        stream.fail(.refused(ProtocolError(.contentTooLarge, reason)))
      } else {
        stream.receive(input, range)
      }
    case .discarding:
      discardedBytes += range.count
      if discardedBytes > server.limits.discardedBodyBytesMax {
        closesAfterOutput = true
        queueFlush()
      }
    case .waiting, .lingering, .closed: break
    }
  }
}
