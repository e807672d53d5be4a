import Events
import Glibc
import Logging

/// Shows how far a command is: one line that is written anew on a terminal, else a line in the log
/// now and then. Main thread.
final class ProgressLine {
  private static let terminalMilliseconds: Int64 = 100
  private static let logMilliseconds: Int64 = 5_000

  private let logger: Logger
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private var shownAt = Clock.monotonicMilliseconds
  private var isShown = false

  init(logger: Logger) { self.logger = logger }

  /// `text` is only made when it is shown.
  func show(_ text: () -> String) {
    let now = Clock.monotonicMilliseconds
    let pause = isTerminal ? Self.terminalMilliseconds : Self.logMilliseconds
    guard now - shownAt >= pause else { return }
    shownAt = now
    guard isTerminal else { return logger.notice("\(text())") }
    isShown = true
    // To the line's begin, then the text, then whatever of the old line is left goes (ECMA-48 EL).
    StandardStream.error.write("\r\(text())\u{1B}[K")
  }

  /// Takes the line away.
  func end() {
    if isShown { StandardStream.error.write("\r\u{1B}[K") }
    isShown = false
  }
}
