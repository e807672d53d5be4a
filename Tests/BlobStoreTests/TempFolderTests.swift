import Foundation
import Testing

@testable import BlobStore

@Suite struct TempFolderTests {
  private let folder = ScratchFolder()

  @Test func takesWhatDeadProcessesLeft() throws {
    // Nobody holds the lock of these.
    folder.write("half an upload", to: "tmp/999-0badcafe/1")
    folder.write("", to: "tmp/999-0badcafe/2")
    folder.write("", to: "tmp/1000-00000000/1")
    folder.write("keep", to: "tmp/README")
    let volume = try BlobVolume(root: folder.path)
    #expect(folder.contents("tmp/999-0badcafe/1") != nil)
    do {
      let taken = try volume.takeAbandoned()
      #expect(taken.count == 2 && taken.allSatisfy { $0.published.isEmpty })
      // They are nobody else's now.
      #expect(try BlobVolume(root: folder.path).takeAbandoned().isEmpty)
      #expect(folder.contents("tmp/999-0badcafe/1") == nil)
      try taken[0].remove()
    }
    // Without its taker a folder can be taken again.
    let rest = try volume.takeAbandoned()
    #expect(rest.count == 1)
    for folder in rest { try folder.remove() }
    let left = folder.entries.filter { $0.hasPrefix("tmp/") }
    #expect(left.count == 2)
    #expect(left.contains("tmp/README"))
    #expect(left.contains { $0.hasPrefix("tmp/\(getpid())-") })
    withExtendedLifetime(volume) {}
  }

  @Test func tellsTheUploadsThatHadBeenPublished() throws {
    let volume = try BlobVolume(root: folder.path)
    let digest = try volume.store("hello")
    folder.write("half an upload", to: "tmp/999-0badcafe/1")
    #expect(link(folder.path + "/" + digest.name.path, folder.path + "/tmp/999-0badcafe/2") == 0)
    let taken = try #require(try volume.takeAbandoned().first)
    #expect(taken.published == ["2"])
    #expect(try taken.open("2").readAll() == Array("hello".utf8))
    try taken.remove()
    #expect(!folder.entries.contains("tmp/999-0badcafe"))
    #expect(try volume.size(of: digest.name) == 5)
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
    for abandoned in try BlobVolume(root: folder.path).takeAbandoned() {
      #expect(throws: BlobError.self) { try abandoned.remove() }
    }
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

  @Test func staysWhereSomethingIsUnfinished() throws {
    var digest: BlobDigest?
    do {
      let volume = try BlobVolume(root: folder.path)
      let (staged, other) = (volume.stage(), volume.stage())
      try other.append([1])
      #expect(other.keepMark() == nil, "it was not published")
      other.discard()
      try staged.append([2])
      try staged.publish()
      digest = staged.finish()
      #expect(staged.keepMark() != nil)
      staged.discard()
      volume.leaveUnfinished()
    }
    let taken = try #require(try BlobVolume(root: folder.path).takeAbandoned().first)
    let name = try #require(taken.published.first)
    #expect(try taken.open(name).readAll() == [2] && digest != nil)
    try taken.remove()
  }

  @Test func aMarkGoesWhenTheOutcomeIsKnown() throws {
    let volume = try BlobVolume(root: folder.path)
    let staged = volume.stage()
    try staged.append([2])
    try staged.publish()
    let mark = try #require(staged.keepMark())
    staged.discard()
    #expect(folder.tempFiles.count == 1)
    mark.remove()
    #expect(folder.tempFiles.isEmpty)
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
