import Crypto
import Foundation
import Testing

@testable import BlobStore

@Suite struct StagedBlobTests {
  private let folder = ScratchFolder()

  @Test func hashesWhatItWrites() throws {
    let volume = try BlobVolume(root: folder.path)
    let staged = volume.stage()
    // Nothing is made before there is something to write.
    #expect(folder.tempFiles.isEmpty)
    for piece in ["a", "", "bc"] { try staged.append(Array(piece.utf8)) }
    #expect(folder.tempFiles.count == 1)
    let digest = staged.finish()
    #expect(digest.md5 == "900150983cd24fb0d6963f7d28e17f72")
    #expect(digest.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(digest.size == 3)
    #expect(digest.name.text == BlobNameTests.abcText)
    #expect(staged.finish() == digest)
    // Not before it is published.
    #expect(try volume.size(of: digest.name) == nil)
    try staged.publish()
    #expect(folder.contents(digest.name.path) == Array("abc".utf8))
    #expect(folder.status(digest.name.path).st_mode & 0o777 == 0o600)
    #expect(folder.status("group1/M00/BA").st_mode & 0o777 == 0o700)
    #expect(folder.status("group1/M00/BA/78").st_mode & 0o777 == 0o700)
    staged.discard()
    #expect(folder.tempFiles.isEmpty)
    #expect(folder.status(digest.name.path).st_nlink == 1)
  }

  @Test func takesLargePieces() throws {
    let volume = try BlobVolume(root: folder.path)
    let staged = volume.stage()
    let piece = (0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    for _ in 0..<3 { try staged.append(piece) }
    try staged.publish()
    #expect(folder.contents(staged.finish().name.path) == piece + piece + piece)
    #expect(staged.finish().sha256 == Hex.encode(Digest.sha256(piece + piece + piece)))
  }

  @Test func theHalvesOfAppendMayRunSideBySide() async throws {
    let volume = try BlobVolume(root: folder.path)
    let staged = volume.stage()
    // Enough that the disk is told to begin in between.
    let pieces = (0..<12).map { number in
      (0..<700_001).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ number) }
    }
    for piece in pieces {
      async let md5: Void = Task.detached { staged.appendToMD5(piece) }.value
      async let file: Void = Task.detached { try staged.appendToFile(piece) }.value
      _ = try await (md5, file)
    }
    let content = Array(pieces.joined())
    let digest = staged.finish()
    #expect(digest.md5 == Hex.encode(Digest.md5(content)))
    #expect(digest.sha256 == Hex.encode(Digest.sha256(content)))
    try staged.publish()
    #expect(folder.contents(digest.name.path) == content)
  }

  @Test func storesTheEmptyBlob() throws {
    let volume = try BlobVolume(root: folder.path)
    let staged = volume.stage()
    try staged.publish()
    #expect(staged.finish().md5 == "d41d8cd98f00b204e9800998ecf8427e")
    #expect(try volume.size(of: staged.finish().name) == 0)
    #expect(try volume.open(staged.finish().name)?.readAll() == [])
  }

  @Test func keepsWhatIsThereAlready() throws {
    let volume = try BlobVolume(root: folder.path)
    let first = try volume.store("hello")
    let inode = folder.status(first.name.path).st_ino
    #expect(try volume.store("hello") == first)
    #expect(folder.status(first.name.path).st_ino == inode)
    #expect(folder.status(first.name.path).st_nlink == 1)
  }

  @Test(arguments: ["", "hell", "hello!"])
  func replacesWhatIsDamaged(_ damaged: String) throws {
    let volume = try BlobVolume(root: folder.path)
    let digest = try volume.store("hello")
    folder.write(damaged, to: digest.name.path)
    let reader = try #require(try volume.open(digest.name))
    try volume.store("hello")
    #expect(folder.contents(digest.name.path) == Array("hello".utf8))
    #expect(folder.tempFiles.isEmpty)
    // Who was reading the damaged one is not given the other half of the new one.
    #expect(try reader.readAll() == Array(damaged.utf8))
    #expect(reader.isUnlinked)
  }

  @Test func replacesALinkWithoutFollowingIt() throws {
    let volume = try BlobVolume(root: folder.path)
    let digest = try volume.store("hello")
    folder.remove(digest.name.path)
    folder.write("other", to: "other")
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/\(digest.name.path)", withDestinationPath: "\(folder.path)/other")
    try volume.store("hello")
    #expect(folder.contents("other") == Array("other".utf8))
    #expect(folder.contents(digest.name.path) == Array("hello".utf8))
  }

  @Test func publishesAgainAfterARemoval() throws {
    let volume = try BlobVolume(root: folder.path)
    let staged = volume.stage()
    try staged.append(Array("hello".utf8))
    let name = staged.finish().name
    for _ in 0..<3 {
      try staged.publish()
      #expect(folder.contents(name.path) == Array("hello".utf8))
      #expect(try volume.remove(name))
    }
    // Also where the folders went with it.
    folder.remove("group1/M00/\(name.path.dropFirst(11).prefix(2))")
    try staged.publish()
    #expect(folder.contents(name.path) == Array("hello".utf8))
    staged.discard()
    staged.discard()
    #expect(folder.contents(name.path) == Array("hello".utf8))
  }

  @Test func isDiscardedWithItsLastReference() throws {
    let volume = try BlobVolume(root: folder.path)
    do {
      let staged = volume.stage()
      try staged.append([1, 2, 3])
      #expect(folder.tempFiles.count == 1)
    }
    #expect(folder.tempFiles.isEmpty)
  }

  @Test func manyMayPublishTheSameAtOnce() async throws {
    let volume = try BlobVolume(root: folder.path)
    let text = String(repeating: "same ", count: 10_000)
    let digests = try await withThrowingTaskGroup(of: BlobDigest.self) { group in
      for _ in 0..<16 { group.addTask { try volume.store(text) } }
      return try await group.reduce(into: Set([])) { $0.insert($1.name) }
    }
    let name = try #require(digests.first)
    #expect(digests.count == 1)
    #expect(folder.contents(name.path) == Array(text.utf8))
    #expect(folder.status(name.path).st_nlink == 1)
    #expect(folder.tempFiles.isEmpty)
  }
}
