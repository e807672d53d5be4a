import Crypto
import Glibc
import Testing

@testable import BlobStore

/// Files that are large enough to be written past the page cache, on a disk.
@Suite struct StagedFileTests {
  private let folder = ScratchFolder(onDisk: true)

  private func piece(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      arc4random_buf(buffer.baseAddress!, count)
      initializedCount = count
    }
  }

  /// Lengths around what is cached, a block, and a page; pieces that fit none of them.
  @Test(arguments: [
    (2 << 20, 131_071), ((2 << 20) + 1, 131_072), ((2 << 20) + 4096, 131_075),
    ((2 << 20) + (1 << 19), 262_144), ((2 << 20) + (1 << 19) + 5, 100_001),
    (5_000_001, 250_007), ((6 << 20) + 4095, 3_000_001), (9 << 20, 9 << 20),
  ])
  func keepsEveryByte(_ size: Int, _ pieceSize: Int) throws {
    let volume = try BlobVolume(root: folder.path)
    let content = piece(size)
    let staged = volume.stage()
    for start in stride(from: 0, to: size, by: pieceSize) {
      try staged.append(Array(content[start..<min(size, start + pieceSize)]))
    }
    try staged.publish()
    #expect(staged.finish().size == Int64(size))
    #expect(staged.finish().sha256 == Hex.encode(Digest.sha256(content)))
    #expect(folder.contents(staged.finish().name.path) == content)
  }

  @Test func largeFilesLeaveThePageCacheAlone() throws {
    let calls = SystemCalls()
    let volume = try BlobVolume(root: folder.path)
    let file = try StagedFile(in: volume)
    for _ in 0..<40 { try file.write(piece(200_000)) }
    try file.sync()
    #expect(try calls.examine(file.descriptor, file.name).st_size == 8_000_000)
    // Asked of a descriptor that may read. Where the file system has no way past the cache, nothing is asked.
    let reader = try calls.open(file.name, in: volume.temp.descriptor, O_RDONLY)
    defer { calls.close(reader) }
    guard calls.setDirect(reader, true), calls.setDirect(reader, false) else { return }
    #expect(calls.isInMemory(reader, at: 0))
    #expect(!calls.isInMemory(reader, at: 4 << 20))
  }

  @Test func moreFilesThanBlocksAreWrittenAtOnce() throws {
    let volume = try BlobVolume(root: folder.path)
    // Twice: the blocks come back.
    for _ in 0..<2 {
      let staged = (0..<12).map { _ in volume.stage() }
      let contents = staged.map { _ in piece(3_300_000) }
      for start in stride(from: 0, to: 3_300_000, by: 300_000) {
        for (blob, content) in zip(staged, contents) {
          try blob.append(Array(content[start..<start + 300_000]))
        }
      }
      for (blob, content) in zip(staged, contents) {
        try blob.publish()
        #expect(folder.contents(blob.finish().name.path) == content)
      }
    }
    let blocks = (0..<5).compactMap { _ in volume.blocks.take() }
    #expect(blocks.count == 4)
  }

  /// The call that fails is the first block's, a later one's, or the last one's, which the sync writes.
  @Test(arguments: [1, 4, 11])
  func aDiskThatRefusesOurBlocksIsWrittenThroughTheCache(_ call: Int) throws {
    let plan = FaultPlan { operation, number in
      operation == .write && number == call ? EINVAL : nil
    }
    let volume = try BlobVolume(root: folder.path, calls: plan.systemCalls)
    plan.reset()
    let staged = volume.stage()
    let content = piece(5_000_001)
    try staged.append(content)
    try staged.publish()
    #expect(folder.contents(staged.finish().name.path) == content)
    #expect(plan.calls[call] == .write)
    // Its block came back, once.
    let blocks = (0..<5).compactMap { _ in volume.blocks.take() }
    #expect(Set(blocks.map(ObjectIdentifier.init)).count == 4)
    #expect(blocks.count == 4)
  }

  @Test func aFullDiskIsTold() throws {
    let plan = FaultPlan { operation, number in
      operation == .write && number == 3 ? ENOSPC : nil
    }
    let volume = try BlobVolume(root: folder.path, calls: plan.systemCalls)
    plan.reset()
    let staged = volume.stage()
    #expect { try staged.append(piece(5_000_001)) } throws: {
      ($0 as? BlobError)?.errno == ENOSPC
    }
    #expect(throws: BlobError.self) { try staged.publish() }
    staged.discard()
    #expect(folder.tempFiles.isEmpty)
  }
}
