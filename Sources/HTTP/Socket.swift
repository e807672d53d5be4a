internal import CLinux
import Events
import Glibc

/// The bytes of one connected, non-blocking socket, plain or by TLS. It owns the descriptor.
struct Socket {
  enum Outcome: Equatable {
    case bytes(Int)
    /// The peer will send nothing more.
    case end
    case wouldBlock
    /// A read that can only go on when the socket takes bytes: an answer of TLS's own is due.
    case wantsWriting
    /// Reset, or broken in another way that cannot be mended.
    case broken
  }

  let descriptor: CInt
  /// Nil: plain. Each call looks here first and then goes one way or the other
  /// (`Socket+TLS.swift`).
  let session: TLSSession?

  init(descriptor: CInt, session: TLSSession? = nil) {
    self.descriptor = descriptor
    self.session = session
  }

  var isSecure: Bool { session != nil }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Outcome {
    if let session { return read(by: session, into: buffer) }
    while true {
      let count = recv(descriptor, buffer.baseAddress!, buffer.count, 0)
      if count > 0 { return .bytes(count) }
      if count == 0 { return .end }
      if errno == EINTR { continue }
      return Self.outcomeOfErrno()
    }
  }

  /// Sends bytes of `first` from `start`, and `second`'s range behind them, in one call.
  func write(_ first: [UInt8], from start: Int, _ second: [UInt8], _ range: Range<Int>) -> Outcome {
    if let session { return write(by: session, first, from: start, second, range) }
    return writePlain(first, from: start, second, range)
  }

  private func writePlain(
    _ first: [UInt8], from start: Int, _ second: [UInt8], _ range: Range<Int>
  ) -> Outcome {
    first.withUnsafeBytes { first in
      second.withUnsafeBytes { second in
        // The kernel only reads from both; iovec has no const form.
        var vectors = (
          iovec(
            iov_base: first.baseAddress.map { UnsafeMutableRawPointer(mutating: $0 + start) },
            iov_len: first.count - start),
          iovec(
            iov_base: second.baseAddress.map {
              UnsafeMutableRawPointer(mutating: $0 + range.lowerBound)
            }, iov_len: range.count)
        )
        return withUnsafeMutableBytes(of: &vectors) { vectors in
          var message = msghdr()
          message.msg_iov = vectors.baseAddress!.assumingMemoryBound(to: iovec.self)
          message.msg_iovlen = 2
          while true {
            let count = sendmsg(descriptor, &message, CInt(MSG_NOSIGNAL))
            if count >= 0 { return .bytes(count) }
            if errno == EINTR { continue }
            return Self.outcomeOfErrno()
          }
        }
      }
    }
  }

  /// Sends bytes from `start`. `more`: a file's bytes follow at once, so do not send a packet for
  /// these alone.
  func write(_ bytes: [UInt8], from start: Int, more: Bool = false) -> Outcome {
    if let session { return write(by: session, bytes, from: start) }
    let flags = CInt(MSG_NOSIGNAL) | (more ? CInt(MSG_MORE) : 0)
    return bytes.withUnsafeBytes { bytes in
      while true {
        let count = Glibc.send(descriptor, bytes.baseAddress! + start, bytes.count - start, flags)
        if count >= 0 { return .bytes(count) }
        if errno == EINTR { continue }
        return Self.outcomeOfErrno()
      }
    }
  }

  /// Sends up to `count` bytes of a file from `offset` (sendfile(2)).
  func send(file: CInt, from offset: Int64, count: Int) -> Outcome {
    if let session { return send(by: session, file: file, from: offset, count: count) }
    var position = off_t(offset)
    while true {
      let sent = sendfile(descriptor, file, &position, count)
      if sent > 0 { return .bytes(sent) }
      // The file is shorter than its answer's Content-Length: only a close tells the peer.
      if sent == 0 { return .broken }
      if errno == EINTR { continue }
      return Self.outcomeOfErrno()
    }
  }

  /// Says that we send nothing more; the peer's bytes still arrive.
  func finishSending() {
    session?.finishSending()
    shutdown(descriptor, CInt(SHUT_WR))
  }

  func close() {
    session?.finishSending()
    Glibc.close(descriptor)
  }

  /// Closes without sending what the kernel still has for the peer. It would keep that, up to megabytes, for as long
  /// as the peer takes a little of it now and then.
  func reset() {
    var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
    Glibc.close(descriptor)
  }

  private static func outcomeOfErrno() -> Outcome {
    errno == EAGAIN || errno == EWOULDBLOCK ? .wouldBlock : .broken
  }
}
