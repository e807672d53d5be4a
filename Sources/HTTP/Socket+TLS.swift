import Events

/// The encrypted way of each call.
extension Socket {
  func read(by session: TLSSession, into buffer: UnsafeMutableRawBufferPointer) -> Outcome {
    var span = MutableRawSpan(_unsafeBytes: buffer)
    return Outcome(reading: session.read(into: &span))
  }

  func write(by session: TLSSession, _ bytes: [UInt8], from start: Int) -> Outcome {
    Outcome(writing: session.write(bytes.span.bytes.extracting(start..<bytes.count)))
  }

  func write(
    by session: TLSSession, _ first: [UInt8], from start: Int, _ second: [UInt8],
    _ range: Range<Int>
  ) -> Outcome {
    Outcome(
      writing: session.write(
        first.span.bytes.extracting(start..<first.count), second.span.bytes.extracting(range)))
  }

  func send(by session: TLSSession, file: CInt, from offset: Int64, count: Int) -> Outcome {
    Outcome(writing: session.send(file: file, from: offset, count: count))
  }
}

extension Socket.Outcome {
  fileprivate init(reading outcome: TLSSession.Outcome) {
    self =
      switch outcome {
      case .bytes(let count): .bytes(count)
      case .end: .end
      case .wantsReading: .wouldBlock
      case .wantsWriting: .wantsWriting
      case .broken: .broken
      }
  }

  fileprivate init(writing outcome: TLSSession.Outcome) {
    self =
      switch outcome {
      case .bytes(let count): .bytes(count)
      case .wantsWriting: .wouldBlock
      // Without renegotiation no write waits for the peer's word (RFC 8446 §4.6.3).
      case .end, .wantsReading, .broken: .broken
      }
  }
}
