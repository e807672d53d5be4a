import Events

/// Which of the 65,536 blob folders this process knows to be on disk for good: made, and the
/// folders above synced since. For the others that cannot be known, even where they exist (another
/// process may have made one and not synced yet), so the first upload into a folder syncs its
/// parents once. Any thread.
final class FolderLedger: Sendable {
  /// One bit a folder, 256 of them a row: 8 KiB.
  private let bits = Lock([UInt64](repeating: 0, count: 1024))

  func contains(_ folder: Int) -> Bool {
    bits.withLock { $0[folder >> 6] & 1 << UInt64(folder & 63) != 0 }
  }

  /// Whether the folder above `folder` is known, which it is if any folder in it is.
  func containsParent(of folder: Int) -> Bool {
    bits.withLock { $0[Self.row(of: folder)].contains { $0 != 0 } }
  }

  func insert(_ folder: Int) {
    bits.withLock { $0[folder >> 6] |= 1 << UInt64(folder & 63) }
  }

  /// Forgets the folder and all that have the same parent: where one was removed, the others may be
  /// gone too.
  func forgetParent(of folder: Int) {
    bits.withLock { bits in
      for index in Self.row(of: folder) { bits[index] = 0 }
    }
  }

  /// The words of all folders that have the same parent.
  private static func row(of folder: Int) -> Range<Int> {
    let start = (folder >> 8) * 4
    return start..<start + 4
  }
}
