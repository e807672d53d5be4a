internal import COpenSSL
import Glibc

/// The server's side of TLS on one connected, non-blocking socket. It owns OpenSSL's state, not the
/// descriptor, which must outlive it. Loop-bound, like the connection that has it. SIGPIPE must be
/// ignored in the process: OpenSSL writes with write(2).
package final class TLSSession {
  package enum Outcome: Equatable, Sendable {
    case bytes(Int)
    /// The peer said that it sends nothing more (close_notify).
    case end
    /// Try again when the socket is readable; for a write too, in the handshake.
    case wantsReading
    /// Try again when the socket is writable; for a read too, where an answer of the protocol's own
    /// is due.
    case wantsWriting
    /// Broken, cut off or forged; nothing more can be read or written.
    case broken
  }

  package enum HandshakeStep: Equatable, Sendable {
    case done
    case wantsReading
    case wantsWriting
    case failed(reason: String)
  }

  /// The most that one record carries (RFC 8446 §5.1).
  private static let recordBytesMax = 16 * 1024
  /// What is read of a file at once to be encrypted here.
  private static let fileBytesMax = 4 * recordBytesMax

  private let session: OpaquePointer
  private var isBroken = false
  /// The kernel encrypts (kTLS): files go from the page cache to the socket without passing through
  /// here.
  package private(set) var kernelSends = false

  package init(_ context: TLSContext, descriptor: CInt) {
    guard let session = SSL_new(context.context), SSL_set_fd(session, descriptor) == 1 else {
      fatalError("out of memory")
    }
    SSL_set_accept_state(session)
    self.session = session
  }

  deinit { SSL_free(session) }

  /// Goes on with the handshake as far as the socket allows. Takes up to a millisecond: a signature
  /// is made.
  package func handshake() -> HandshakeStep {
    ERR_clear_error()
    let code = SSL_do_handshake(session)
    if code == 1 {
      kernelSends = picbed_tls_kernel_sends(session) != 0
      return .done
    }
    switch SSL_get_error(session, code) {
    case SSL_ERROR_WANT_READ: return .wantsReading
    case SSL_ERROR_WANT_WRITE: return .wantsWriting
    case SSL_ERROR_SYSCALL:
      isBroken = true
      return .failed(reason: "the peer has gone")
    default:
      isBroken = true
      return .failed(reason: TLSError.takeReason())
    }
  }

  /// Reads what one record carries. `buffer` must hold a whole one, so that nothing stays in OpenSSL's
  /// hands, where no event would tell of it; the next record, or the end, is still in the socket.
  package func read(into buffer: inout MutableRawSpan) -> Outcome {
    precondition(buffer.byteCount >= Self.recordBytesMax)
    return buffer.withUnsafeMutableBytes { bytes in
      var count = 0
      ERR_clear_error()
      let code = SSL_read_ex(session, bytes.baseAddress!, bytes.count, &count)
      return code == 1 ? .bytes(count) : outcome(code)
    }
  }

  /// Writes the first bytes of `bytes`, a record's worth at most. After `wantsWriting` the next
  /// write must begin with the same bytes, wherever they are by then.
  package func write(_ bytes: RawSpan) -> Outcome {
    bytes.withUnsafeBytes { write($0) }
  }

  /// As above, of two pieces, one behind the other: a head and its body fill one record.
  package func write(_ first: RawSpan, _ second: RawSpan) -> Outcome {
    guard first.byteCount < Self.recordBytesMax, second.byteCount > 0 else { return write(first) }
    let fromSecond = min(second.byteCount, Self.recordBytesMax - first.byteCount)
    let count = first.byteCount + fromSecond
    return withUnsafeTemporaryAllocation(byteCount: count, alignment: 16) { record in
      first.withUnsafeBytes { record.copyMemory(from: $0) }
      second.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(rebasing: record[first.byteCount...])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<fromSecond]))
      }
      return write(UnsafeRawBufferPointer(record))
    }
  }

  /// Writes up to `count` bytes of a file from `offset`.
  package func send(file: CInt, from offset: Int64, count: Int) -> Outcome {
    if kernelSends {
      ERR_clear_error()
      let sent = SSL_sendfile(session, file, off_t(offset), count, 0)
      if sent > 0 { return .bytes(sent) }
      // The file is shorter than was announced: only a close tells the peer.
      return sent == 0 ? .broken : outcome(CInt(sent))
    }
    let wanted = min(count, Self.fileBytesMax)
    return withUnsafeTemporaryAllocation(byteCount: wanted, alignment: 16) { buffer in
      var read = 0
      repeat {
        read = pread(file, buffer.baseAddress, wanted, off_t(offset))
      } while read < 0 && errno == EINTR
      guard read > 0 else { return .broken }
      var sent = 0
      while sent < read {
        switch write(UnsafeRawBufferPointer(rebasing: buffer[sent..<read])) {
        case .bytes(let count): sent += count
        case let other: return sent > 0 ? .bytes(sent) : other
        }
      }
      return .bytes(sent)
    }
  }

  /// Says that we send nothing more (close_notify), as far as the socket takes it.
  package func finishSending() {
    guard !isBroken, SSL_is_init_finished(session) != 0 else { return }
    ERR_clear_error()
    // 0 says that the peer's own has not come yet: it need not (RFC 8446 §6.1).
    if SSL_shutdown(session) < 0 { ERR_clear_error() }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) -> Outcome {
    var count = 0
    ERR_clear_error()
    let code = SSL_write_ex(session, bytes.baseAddress!, bytes.count, &count)
    return code == 1 ? .bytes(count) : outcome(code)
  }

  private func outcome(_ code: CInt) -> Outcome {
    switch SSL_get_error(session, code) {
    case SSL_ERROR_WANT_READ: return .wantsReading
    case SSL_ERROR_WANT_WRITE: return .wantsWriting
    case SSL_ERROR_ZERO_RETURN: return .end
    default:
      // An end without close_notify is here too: whoever cuts the line must not pass for the peer.
      isBroken = true
      ERR_clear_error()
      return .broken
    }
  }
}
