import Faults
import Glibc

/// A file operation that the system refused. Holds nothing that must not be logged.
package struct BlobError: Error, Equatable, Sendable {
  /// What was tried.
  package enum Operation: String, Sendable {
    case open, read, write, sync, link, rename, remove, list
    case makeFolder = "make folder"
    case examine
  }

  package let operation: Operation
  /// The file or folder, below the volume's root unless it starts with a slash.
  package let path: String
  /// The system's reason (errno(3)), taken on the line that failed.
  package let errno: CInt

  /// Whether it was for want of room: the volume or a quota is full, or a file would pass the
  /// largest size that the file system or the process may write. The caller can only answer that
  /// nothing more fits.
  package var isDiskFull: Bool { errno == ENOSPC || errno == EDQUOT || errno == EFBIG }
}

extension BlobError: CustomStringConvertible {
  /// One line for the log.
  package var description: String {
    "cannot \(operation.rawValue) \(path): \(Self.text(of: errno))"
  }

  private static func text(of errno: CInt) -> String {
    // strerror(3) may share one buffer between threads.
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
      guard strerror_r(errno, buffer.baseAddress!, buffer.count) == 0 else {
        return "error \(errno)"
      }
      return String(cString: buffer.baseAddress!)
    }
  }
}

extension BlobError.Operation {
  /// Where a test can have it fail.
  var faultPoint: FaultPoint? {
    switch self {
    case .open: .diskOpen
    case .write: .diskWrite
    case .sync: .diskSync
    case .link: .diskLink
    case .rename: .diskRename
    default: nil
    }
  }
}
