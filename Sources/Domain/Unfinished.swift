import BlobStore
import Events

/// What calls of one loop may have left half done because Redis went away in their middle, or the
/// disk failed: nobody knows whether the last step happened. `Resumption` takes it up. In memory only:
/// a crash leaves the same garbage, which is found then by other marks (`CrashMending`).
///
/// Loop-bound.
final class Unfinished {
  /// More is left to `verify`.
  static let countMax = 10_000

  enum Work {
    case delete(UserName, FileID)
    /// A hold that may have been made for a row that is perhaps not there. With a digest the bytes
    /// may have their name already, and nobody who holds them; the mark says so to the next process.
    case hold(BlobHold, BlobDigest?, UploadMark?)
  }

  private(set) var works: [(work: Work, since: Int64)] = []
  /// Of those that were taken, how many are not finished.
  private(set) var inHand = 0

  func note(_ work: Work) {
    guard works.count < Self.countMax else { return }
    works.append((work, Clock.monotonicMilliseconds))
  }

  /// Notes a hold, if `error` leaves open what became of it.
  func note(
    _ hold: BlobHold, _ digest: BlobDigest? = nil, _ staged: StagedBlob? = nil,
    after error: DomainError
  ) {
    switch error {
    case .storeUnavailable, .busy, .diskFailed, .diskFull:
      note(.hold(hold, digest, staged?.keepMark()))
    default: break
    }
  }

  /// Takes out those noted before `time` (monotonic milliseconds).
  func take(notedBefore time: Int64) -> [Work] {
    let taken = works.prefix { $0.since < time }
    works.removeFirst(taken.count)
    inHand += taken.count
    return taken.map(\.work)
  }

  /// One that was taken is finished, or noted again.
  func putDown() { inHand -= 1 }
}
