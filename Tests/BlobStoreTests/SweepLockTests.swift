import BlobStore
import Testing

@Suite struct SweepLockTests {
  private let folder = ScratchFolder()

  @Test func hasOneHolder() throws {
    let volume = try BlobVolume(root: folder.path)
    // As two processes would have it: two volumes, each with its own open file.
    let other = try BlobVolume(root: folder.path)
    let sweeper = try SweepLock(volume: volume)
    let upload = try SweepLock(volume: other)
    #expect(sweeper.tryAcquire())
    #expect(!sweeper.tryAcquire())
    #expect(!upload.tryAcquire())
    sweeper.release()
    #expect(upload.tryAcquire())
    #expect(!sweeper.tryAcquire())
    upload.release()
    #expect(sweeper.tryAcquire())
  }

  @Test func isReleasedWithItsLastReference() throws {
    let volume = try BlobVolume(root: folder.path)
    let upload = try SweepLock(volume: volume)
    do {
      let sweeper = try SweepLock(volume: volume)
      #expect(sweeper.tryAcquire())
      #expect(!upload.tryAcquire())
    }
    #expect(upload.tryAcquire())
  }

  @Test func onlyAHeldLockCanBeReleased() async {
    await #expect(processExitsWith: .failure) { [path = folder.path as String] in
      try SweepLock(volume: BlobVolume(root: path)).release()
    }
  }
}
