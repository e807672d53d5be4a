import Foundation
import Testing

@testable import BlobStore

@Suite struct TempFolderTests {
  private let folder = ScratchFolder()

  @Test func removesWhatDeadProcessesLeft() throws {
    // Nobody holds the lock of these.
    folder.write("half an upload", to: "tmp/999-0badcafe/1")
    folder.write("", to: "tmp/999-0badcafe/2")
    folder.write("", to: "tmp/1000-00000000/1")
    folder.write("keep", to: "tmp/README")
    let volume = try BlobVolume(root: folder.path)
    let left = folder.entries.filter { $0.hasPrefix("tmp/") }
    #expect(left.count == 2)
    #expect(left.contains("tmp/README"))
    #expect(left.contains { $0.hasPrefix("tmp/\(getpid())-") })
    withExtendedLifetime(volume) {}
  }

  @Test func leavesTheLivingAlone() throws {
    let first = try BlobVolume(root: folder.path)
    let staged = first.stage()
    try staged.append(Array("hello".utf8))
    let second = try BlobVolume(root: folder.path)
    #expect(folder.tempFiles.count == 1)
    try staged.publish()
    #expect(try second.size(of: staged.finish().name) == 5)
  }

  @Test func leavesWhatCannotBeRemoved() throws {
    folder.write("x", to: "tmp/999-0badcafe/deeper/file")
    _ = try BlobVolume(root: folder.path)
    #expect(folder.contents("tmp/999-0badcafe/deeper/file") != nil)
  }

  @Test func isGoneWithItsVolume() throws {
    do {
      let volume = try BlobVolume(root: folder.path)
      #expect(folder.entries.filter { $0.hasPrefix("tmp/") }.count == 1)
      let staged = volume.stage()
      try staged.append([1])
    }
    #expect(!folder.entries.contains { $0.hasPrefix("tmp/") })
  }

  @Test func processesThatStartTogetherDoNotDisturbEachOther() async throws {
    let root = folder.path
    let texts = try await withThrowingTaskGroup(of: BlobDigest.self) { group in
      for number in 0..<16 {
        group.addTask { try BlobVolume(root: root).store("from \(number)") }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let volume = try BlobVolume(root: root)
    for digest in texts { #expect(try volume.size(of: digest.name) == digest.size) }
  }
}
