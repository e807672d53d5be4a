/// Why picbed does not start, or ends with an error: one sentence for the person at the terminal.
enum PicbedError: Error, Equatable {
  /// An option or a `PICBED_` variable is wrong. Exit code 64 (EX_USAGE, sysexits.h).
  case usage(String)
  /// Everything else that keeps the server from running. Exit code 1.
  case start(String)

  var message: String {
    switch self {
    case .usage(let text), .start(let text): text
    }
  }

  var exitCode: Int32 {
    switch self {
    case .usage: 64
    case .start: 1
    }
  }
}
