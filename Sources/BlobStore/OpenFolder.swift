import Glibc

/// An open folder, closed with its last reference.
final class OpenFolder: Sendable {
  let descriptor: CInt
  private let calls: SystemCalls

  init(_ path: String, in folder: CInt, _ calls: SystemCalls) throws(BlobError) {
    self.calls = calls
    descriptor = try calls.open(path, in: folder, O_RDONLY | O_DIRECTORY)
  }

  deinit { calls.close(descriptor) }
}
