internal import CLinux
import Glibc
import Synchronization

/// The lock of a volume under which blobs that nobody holds are removed: between processes as well
/// as between the threads of one. The sweeper holds it while it re-checks a blob and unlinks it, an
/// upload while it publishes anew what it found being removed. The system lets go of it when the
/// process ends, however that happens.
///
/// Each user makes an object of its own. Any thread; nothing here waits.
package final class SweepLock: Sendable {
  private let file: CInt
  private let calls: SystemCalls
  private let isHeld = Atomic<Bool>(false)

  package init(volume: BlobVolume) throws(BlobError) {
    calls = volume.calls
    file = try calls.open(
      "sweep.lock", in: volume.descriptor, O_RDWR | O_CREAT, mode: 0o600)
  }

  /// Closing unlocks.
  deinit { calls.close(file) }

  /// Takes the lock; false while anyone has it, this object included.
  package func tryAcquire() -> Bool {
    // The system's lock belongs to the open file and would be granted to it twice.
    guard isHeld.exchange(true, ordering: .acquiring) == false else { return false }
    let isAcquired = calls.tryLock(file)
    if !isAcquired { isHeld.store(false, ordering: .releasing) }
    return isAcquired
  }

  /// Gives the lock back, which must be held.
  package func release() {
    flock(file, LOCK_UN)
    let wasHeld = isHeld.exchange(false, ordering: .releasing)
    precondition(wasHeld, "only a lock that is held can be released")
  }
}
