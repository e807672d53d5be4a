/// The named steps at which a test can have this process die, a system call fail, or time pass. They
/// are compiled in, so that what is tested is what runs; without `PICBED_FAULTS` each is one look at
/// a constant, and none lies on the way of a read.
package enum FaultPoint: String, CaseIterable, Sendable {
  // An upload, after each of its steps.
  case uploadStaged = "upload.staged"
  case uploadPublished = "upload.published"
  case uploadClaimed = "upload.claimed"
  case uploadAdded = "upload.added"
  // Instant upload and save.
  case saveClaimed = "save.claimed"
  case saveAdded = "save.added"
  // A delete.
  case deleteBegun = "delete.begun"
  case deleteUnshared = "delete.unshared"
  case deleteBuried = "delete.buried"
  case deleteReleased = "delete.released"
  case deleteEnded = "delete.ended"
  // A share, and its end.
  case shareClaimed = "share.claimed"
  case shareFlagged = "share.flagged"
  case shareDropped = "share.dropped"
  // A picture link, and its end.
  case pictureNoted = "picture.noted"
  case pictureCancelled = "picture.cancelled"
  // The sweep of what nobody holds.
  case sweepCondemned = "sweep.condemned"
  case sweepUnlinked = "sweep.unlinked"
  case sweepForgotten = "sweep.forgotten"
  // A snapshot.
  case snapshotBegun = "snapshot.begun"
  case snapshotWritten = "snapshot.written"
  case snapshotNamed = "snapshot.named"
  // The system calls of the blob volume.
  case diskOpen = "disk.open"
  case diskWrite = "disk.write"
  case diskSync = "disk.sync"
  case diskLink = "disk.link"
  case diskRename = "disk.rename"
  // Those of the snapshots' volume that make a snapshot last.
  case snapshotSync = "snapshot.sync"
  case snapshotRename = "snapshot.rename"

  private static let plan = FaultPlan.ofProcess

  /// Some fault is switched on.
  package static var areOn: Bool { plan != nil }

  /// This step has been reached: dies or waits here, if the plan says so.
  @inline(__always)
  package func reach() {
    if let plan = Self.plan { _ = plan.reach(self) }
  }

  /// The errno with which the system call at this step is to fail; nil where it shall be made.
  @inline(__always)
  package var failure: Int32? {
    guard let plan = Self.plan else { return nil }
    return plan.reach(self)
  }
}
