import Events
import Glibc

/// Where every line of the log goes: a bounded buffer in front of standard error, emptied by one
/// thread of its own, so that a slow terminal or a full pipe blocks nobody. What does not fit is
/// dropped, counted, and reported in a line when there is room again.
final class LogSink: Sendable {
  static let bufferBytesMax = 1 << 20
  /// How long the end of the process waits for the reader of the log.
  static let flushMillisecondsMax = 1_000

  private struct Buffer: Sendable {
    var bytes: [UInt8] = []
    var droppedLines = 0
    /// The thread is at work, or told to be: it takes what comes meanwhile.
    var isDraining = false
  }

  private let buffer = Lock(Buffer())
  private let stream: StandardStream
  private let dropNotice: @Sendable (Int) -> [UInt8]
  /// One thread, for the writing.
  private let writer: BlockingPool

  /// `dropNotice` makes the line that says how many were dropped.
  init(
    _ stream: StandardStream, dropNotice: @escaping @Sendable (Int) -> [UInt8]
  ) throws(EventError) {
    self.stream = stream
    self.dropNotice = dropNotice
    writer = try BlockingPool(name: "log", threads: 1, queueMax: 2)
    // Never released: its end would join the thread, which may hang in a write for as long as the
    // process lives.
    _ = Unmanaged.passRetained(writer)
  }

  /// Takes finished lines. Any thread; never blocks longer than it takes to copy them.
  func write(_ lines: [UInt8]) {
    let mustStart = buffer.withLock { buffer in
      guard buffer.bytes.count + lines.count <= Self.bufferBytesMax else {
        buffer.droppedLines += lines.count { $0 == 0x0A }
        return false
      }
      buffer.bytes += lines
      defer { buffer.isDraining = true }
      return !buffer.isDraining
    }
    // The queue has room: one drain at a time is queued or at work.
    if mustStart { _ = writer.submit { [self] in drain() } }
  }

  /// Waits until everything is written, for at most `flushMillisecondsMax`. For the end of the
  /// process.
  func flush() {
    let end = Clock.monotonicMilliseconds + Int64(Self.flushMillisecondsMax)
    while buffer.withLock({ $0.isDraining }), Clock.monotonicMilliseconds < end { usleep(1_000) }
  }

  private func drain() {
    while true {
      let taken: (bytes: [UInt8], dropped: Int)? = buffer.withLock { buffer in
        guard !buffer.bytes.isEmpty || buffer.droppedLines > 0 else {
          buffer.isDraining = false
          return nil
        }
        let taken = (buffer.bytes, buffer.droppedLines)
        buffer.bytes = []
        buffer.droppedLines = 0
        return taken
      }
      guard let taken else { return }
      stream.write(taken.bytes)
      if taken.dropped > 0 { stream.write(dropNotice(taken.dropped)) }
    }
  }
}
