import Glibc

/// Standard output and standard error without stdio's buffers: what is written is out when the call
/// returns. Any thread. Blocks while the reader is slow, so nothing that serves uses it; see
/// `LogSink`.
struct StandardStream {
  static let output = StandardStream(descriptor: STDOUT_FILENO)
  static let error = StandardStream(descriptor: STDERR_FILENO)

  let descriptor: CInt

  func write(_ text: String) { write(Array(text.utf8)) }

  /// Writes all of `bytes`. When the reader is gone (EPIPE, EIO) the rest is dropped: there is
  /// nobody to tell.
  func write(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress! + sent, buffer.count - sent)
      }
      if count >= 0 {
        sent += count
      } else if errno == EAGAIN {
        // The terminal or pipe was made non-blocking by whoever shares it.
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&waiting, 1, -1)
      } else if errno != EINTR {
        return
      }
    }
  }
}
