import Crypto
import Foundation
import Testing

@testable import BlobStore

/// What happens when the system refuses, call by call.
@Suite struct PublishingTests {
  private let folder = ScratchFolder()
  private let name = BlobName(sha256: Digest.sha256(Array("hello".utf8)))

  /// The order of the calls is the promise: bytes on disk before the name, the name on disk before
  /// the answer.
  @Test func syncsBytesBeforeTheNameAndTheNameBeforeTheAnswer() throws {
    let plan = FaultPlan()
    let volume = try BlobVolume(root: folder.path, calls: plan.systemCalls)
    plan.reset()
    try volume.store("hello")
    #expect(
      plan.calls == [
        .open, .write, .examine, .sync,
        // Both folders are new: each parent is synced.
        .makeFolder, .makeFolder, .open, .sync, .open, .sync,
        .link, .open, .sync, .remove,
      ])
    // The second one in the folder pays for nothing but itself, and bytes that are there need no
    // sync.
    try #require(try volume.remove(name))
    plan.reset()
    try volume.store("hello")
    #expect(plan.calls == [.open, .write, .examine, .sync, .link, .open, .sync, .remove])
    plan.reset()
    try volume.store("hello")
    #expect(plan.calls == [.open, .write, .examine, .open, .sync, .remove])
  }

  /// A folder that another process made may not be on disk yet: its first user syncs the parents
  /// too.
  @Test func trustsNoFolderThatItDidNotSync() throws {
    try BlobVolume(root: folder.path).store("hello")
    let plan = FaultPlan()
    let volume = try BlobVolume(root: folder.path, calls: plan.systemCalls)
    plan.reset()
    try volume.store("hello")
    #expect(plan.calls.filter { $0 == .sync }.count == 3)
  }

  /// Lets each call fail once, one after the other, until nothing fails any more.
  @Test(arguments: [EIO, ENOSPC, EACCES], ["new", "there", "damaged"])
  func eachFailureLeavesEitherAllOrNothing(_ code: CInt, _ start: String) throws {
    var failures = 0
    for number in 0..<100 {
      let folder = ScratchFolder()
      if start != "new" { try BlobVolume(root: folder.path).store("hello") }
      if start == "damaged" { folder.write("he", to: name.path) }
      let plan = FaultPlan { _, made in made == number ? code : nil }
      var error: BlobError?
      do {
        let volume = try BlobVolume(root: folder.path, calls: plan.systemCalls)
        try volume.store("hello")
      } catch let failure as BlobError { error = failure }
      plan.disarm()

      let contents = folder.contents(name.path)
      if let error {
        failures += 1
        #expect(error.errno == code)
        let before: [UInt8]? = ["there": Array("hello".utf8), "damaged": Array("he".utf8)][start]
        #expect(contents == Array("hello".utf8) || contents == before)
      } else {
        #expect(contents == Array("hello".utf8))
      }
      // The next start finds order, and the next upload succeeds.
      let volume = try reopened(folder)
      #expect(folder.tempFiles.isEmpty)
      try volume.store("hello")
      #expect(folder.contents(name.path) == Array("hello".utf8))
      if plan.calls.count < number { break }
    }
    // Many calls must succeed for a blob to be stored; a few only tidy up.
    #expect((10..<60).contains(failures))
  }

  /// The volume as the next start opens it, which removes what the last one left. A program that
  /// another test starts shares the old folder's lock from its fork to its exec, so a start that comes
  /// just then leaves the folder to the one after it.
  private func reopened(_ folder: ScratchFolder) throws -> BlobVolume {
    let volume = try BlobVolume(root: folder.path)
    for _ in 0..<200 {
      for abandoned in try volume.takeAbandoned() { try abandoned.remove() }
      guard folder.entries.filter({ $0.hasPrefix("tmp/") }).count > 1 else { break }
      usleep(5_000)
    }
    return volume
  }

  /// From one call on nothing works any more, as when the process is killed there.
  @Test(arguments: ["new", "damaged"])
  func eachCrashLeavesEitherAllOrNothing(_ start: String) throws {
    for number in 0..<40 {
      let folder = ScratchFolder()
      if start == "damaged" {
        try BlobVolume(root: folder.path).store("hello")
        folder.write("he", to: name.path)
      }
      let plan = FaultPlan { _, made in made >= number ? EIO : nil }
      _ = try? BlobVolume(root: folder.path, calls: plan.systemCalls).store("hello")
      let contents = folder.contents(name.path)
      let before: [UInt8]? = start == "damaged" ? Array("he".utf8) : nil
      #expect(contents == Array("hello".utf8) || contents == before)
      let volume = try reopened(folder)
      #expect(folder.entries.filter { $0.hasPrefix("tmp/") }.count == 1)
      try volume.store("hello")
      #expect(folder.contents(name.path) == Array("hello".utf8))
    }
  }

  /// After a failed sync a second one may succeed without having written anything.
  @Test(arguments: [BlobError.Operation.write, .sync])
  func aBlobThatFailedOnceStaysFailed(_ operation: BlobError.Operation) throws {
    // All folders are there, so that the blob's own calls are the first to fail.
    try BlobVolume(root: folder.path).store("other")
    let plan = FaultPlan { call, _ in call == operation ? EIO : nil }
    let volume = try BlobVolume(root: folder.path, calls: plan.systemCalls)
    let staged = volume.stage()
    let first = #expect(throws: BlobError.self) {
      try staged.append(Array("hello".utf8))
      try staged.publish()
    }
    #expect(first?.operation == operation)
    plan.disarm()
    let again = #expect(throws: BlobError.self) { try staged.publish() }
    #expect(again == first)
    #expect(try volume.size(of: name) == nil)
  }

  @Test(arguments: [EPERM, EMLINK, EOPNOTSUPP], ["new", "there", "damaged"])
  func managesWithoutHardLinks(_ code: CInt, _ start: String) throws {
    if start != "new" { try BlobVolume(root: folder.path).store("hello") }
    if start == "damaged" { folder.write("he", to: name.path) }
    let plan = FaultPlan { operation, _ in operation == .link ? code : nil }
    let volume = try BlobVolume(root: folder.path, calls: plan.systemCalls)
    let staged = volume.stage()
    try staged.append(Array("hello".utf8))
    try staged.publish()
    #expect(folder.contents(name.path) == Array("hello".utf8))
    // The first copy is still there to publish again from.
    #expect(try volume.remove(name))
    try staged.publish()
    #expect(folder.contents(name.path) == Array("hello".utf8))
    staged.discard()
    #expect(folder.tempFiles.isEmpty)
  }

  @Test func copiesLargeFilesWithoutHardLinks() throws {
    let plan = FaultPlan { operation, _ in operation == .link ? EPERM : nil }
    let volume = try BlobVolume(root: folder.path, calls: plan.systemCalls)
    // Below, at and above the size of a piece, and several.
    for count in [(1 << 18) - 1, 1 << 18, (1 << 18) + 1, 3 << 18] {
      let text = String(repeating: "x", count: count)
      let digest = try volume.store(text)
      #expect(folder.contents(digest.name.path) == Array(text.utf8))
    }
  }

  /// Linking finds something, looking finds nothing, again and again: as if others kept publishing
  /// and sweeping.
  @Test func givesUpWhereTheNameKeepsChanging() throws {
    let plan = FaultPlan { operation, _ in operation == .link ? EEXIST : nil }
    let volume = try BlobVolume(root: folder.path, calls: plan.systemCalls)
    let error = #expect(throws: BlobError.self) { try volume.store("hello") }
    #expect(error == BlobError(operation: .link, path: name.path, errno: EBUSY))
    #expect(plan.calls.filter { $0 == .link }.count == 16)
  }

  /// The process may write no more than so much: the same error path as a full disk.
  @Test func aFullDiskIsToldAsSuch() async {
    await #expect(processExitsWith: .success) {
      let folder = ScratchFolder()
      let volume = try BlobVolume(root: folder.path)
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 100_000, rlim_max: 100_000)
      precondition(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
      let staged = volume.stage()
      do {
        // The first piece is written in part, the rest of it is refused.
        try staged.append([UInt8](repeating: 1, count: 150_000))
        fatalError("was written")
      } catch let error as BlobError {
        precondition(error.operation == .write && error.isDiskFull)
      }
      staged.discard()
      precondition(folder.tempFiles.isEmpty)
      // Small ones go on.
      try volume.store("small")
    }
  }
}
