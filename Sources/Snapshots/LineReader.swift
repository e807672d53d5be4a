import Crypto
import Glibc

/// Reads a snapshot's file line by line, and digests what it reads. Used by one thread; blocks.
final class LineReader {
  private static let pieceBytes = 1 << 20

  let path: String
  /// The number of the line that `next` returned last, from 1.
  private(set) var line = 0
  private(set) var bytes: Int64 = 0
  private let descriptor: CInt
  private let digest = Digest(.sha256)
  private var piece: [UInt8] = []
  private var at = 0
  private var isAtEnd = false

  init(_ path: String) throws(SnapshotError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("open", path) }
  }

  deinit { close(descriptor) }

  /// The next line, without its line feed; nil at the end.
  func next() throws(SnapshotError) -> [UInt8]? {
    while true {
      if let end = lineEnd() {
        line += 1
        defer { at = end + 1 }
        return Array(piece[at..<end])
      }
      let isLong = piece.count - at > SnapshotFormat.lineBytesMax
      guard !isLong, !isAtEnd else {
        if at == piece.count { return nil }
        line += 1
        throw damaged(isLong ? "the line is too long" : "the line has no end: the file is torn")
      }
      try readPiece()
    }
  }

  func damaged(_ reason: String) -> SnapshotError {
    .damaged(path: path, line: line, reason: reason)
  }

  /// Of all that was read; once.
  func finishDigest() -> [UInt8] { digest.finish() }

  private func lineEnd() -> Int? {
    guard at < piece.count else { return nil }
    return piece.withUnsafeBytes { bytes in
      memchr(bytes.baseAddress! + at, 0x0A, bytes.count - at).map {
        bytes.baseAddress!.distance(to: UnsafeRawPointer($0))
      }
    }
  }

  private func readPiece() throws(SnapshotError) {
    var next = [UInt8](unsafeUninitializedCapacity: piece.count - at + Self.pieceBytes) {
      _, count in
      count = 0
    }
    next.append(contentsOf: piece[at...])
    let start = next.count
    var count = 0
    next.append(contentsOf: repeatElement(0, count: Self.pieceBytes))
    repeat {
      count = next.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress! + start, Self.pieceBytes)
      }
    } while count < 0 && errno == EINTR
    guard count >= 0 else { throw .system("read", path) }
    next.removeLast(Self.pieceBytes - count)
    next.withUnsafeBytes { buffer in
      digest.update(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: buffer[start...])))
    }
    bytes += Int64(count)
    isAtEnd = count == 0
    piece = next
    at = 0
  }
}
