import Domain
import Glibc
import RedisClient

/// Why a snapshot was not taken, read or restored: one sentence for the person at the terminal or
/// the log. Nothing in it must be kept from them.
package enum SnapshotError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The system refused a file operation.
  case file(operation: String, path: String, errno: CInt)
  /// Another process is taking a snapshot into this folder.
  case busy(folder: String)
  /// Redis cannot answer.
  case store(String)
  /// A snapshot that is not what it was when it was written. `line` is counted from 1; nil where the
  /// whole file is meant.
  case damaged(path: String, line: Int?, reason: String)
  /// What was asked for cannot be done as things are.
  case refused(String)

  /// To be made on the line after the call: `errno` is its.
  static func system(_ operation: String, _ path: String, errno: CInt = Glibc.errno) -> Self {
    .file(operation: operation, path: path, errno: errno)
  }

  init(_ error: RedisError) { self = .store("\(error)") }

  package var description: String {
    switch self {
    case .file(let operation, let path, let code):
      return "cannot \(operation) \(path): \(String(cString: strerror(code)))"
    case .busy(let folder): return "a snapshot is being taken in \(folder) already"
    case .store(let reason): return reason
    case .damaged(let path, let line, let reason):
      return line.map { "\(path), line \($0): \(reason)" } ?? "\(path): \(reason)"
    case .refused(let reason): return reason
    }
  }
}
