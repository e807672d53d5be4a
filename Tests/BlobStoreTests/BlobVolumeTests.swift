import Crypto
import Foundation
import Testing

@testable import BlobStore

@Suite struct BlobVolumeTests {
  private let folder = ScratchFolder()

  @Test func makesItsFolders() throws {
    let root = folder.path + "/a/b/blobs"
    let volume = try BlobVolume(root: root)
    #expect(folder.entries.contains("a/b/blobs/group1/M00"))
    for name in ["a", "a/b/blobs", "a/b/blobs/tmp", "a/b/blobs/group1/M00"] {
      #expect(folder.status(name).st_mode & 0o777 == 0o700)
    }
    #expect(volume.root == root)
    // Opening what is there is no error, also through a link.
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/link", withDestinationPath: root)
    let digest = try volume.store("x")
    #expect(try BlobVolume(root: folder.path + "/link").size(of: digest.name) == 1)
  }

  @Test func refusesARootThatIsAFile() {
    folder.write("x", to: "file")
    #expect(throws: BlobError.self) { try BlobVolume(root: folder.path + "/file") }
    let error = #expect(throws: BlobError.self) {
      try BlobVolume(root: folder.path + "/file/below")
    }
    #expect(error?.errno == ENOTDIR)
  }

  @Test func findsWhatWasStored() throws {
    let volume = try BlobVolume(root: folder.path)
    let digest = try volume.store("hello")
    #expect(try volume.size(of: digest.name) == 5)
    let blob = try #require(try volume.open(digest.name))
    #expect(try blob.readAll() == Array("hello".utf8))
    let absent = BlobName(sha256: Digest.sha256([1]))
    #expect(try volume.size(of: absent) == nil)
    #expect(try volume.open(absent) == nil)
  }

  @Test func removes() throws {
    let volume = try BlobVolume(root: folder.path)
    let digest = try volume.store("hello")
    #expect(try volume.remove(digest.name))
    #expect(try volume.size(of: digest.name) == nil)
    #expect(try !volume.remove(digest.name))
  }

  @Test func opensNothingButFiles() throws {
    let volume = try BlobVolume(root: folder.path)
    let linked = BlobName(sha256: Digest.sha256([1]))
    folder.write("secret", to: "secret")
    folder.write("", to: "\(linked.folderPath)/x")
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/\(linked.path)", withDestinationPath: "\(folder.path)/secret")
    #expect(throws: BlobError.self) { try volume.open(linked) }
    #expect(try volume.size(of: linked) == nil)
    let madeFolder = BlobName(sha256: Digest.sha256([2]))
    folder.write("", to: "\(madeFolder.path)/x")
    let error = #expect(throws: BlobError.self) { try volume.open(madeFolder) }
    #expect(error?.errno == EISDIR)
    // Opening a FIFO would wait for someone to write to it.
    let fifo = BlobName(sha256: Digest.sha256([3]))
    folder.write("", to: "\(fifo.folderPath)/x")
    #expect(mkfifo("\(folder.path)/\(fifo.path)", 0o600) == 0)
    #expect(throws: BlobError.self) { try volume.open(fifo) }
  }

  @Test func walksAllFiles() throws {
    let volume = try BlobVolume(root: folder.path)
    #expect(try walk(volume).isEmpty)
    let digests = try (0..<20).map { try volume.store("blob \($0)") }
    // Somebody else's: no name, a name in another's folder, a file too high up and one too deep.
    let text = digests[0].name.text
    for path in [
      "group1/M00/00/00/notes.txt", "group1/M00/00/00/\(text)", "group1/M00/x",
      "group1/M00/00/00/d/e/f",
    ] {
      folder.write("abc", to: path)
    }
    let files = try walk(volume)
    #expect(files.filter { $0.name != nil }.count == 20)
    for digest in digests {
      let file = try #require(files.first { $0.name == digest.name })
      #expect(file.path == digest.name.path && file.size == digest.size)
      #expect(abs(file.modified - Int64(time(nil))) < 60)
    }
    #expect(
      files.filter { $0.name == nil }.map(\.path)
        == ["group1/M00/00/00/\(text)", "group1/M00/00/00/notes.txt", "group1/M00/x"].sorted())
    #expect(files.map(\.path) == files.map(\.path).sorted())
    var seen = 0
    try volume.forEachFile { _ in
      seen += 1
      return seen < 3
    }
    #expect(seen == 3)
  }

  private func walk(_ volume: BlobVolume) throws -> [StoredFile] {
    var files: [StoredFile] = []
    try volume.forEachFile { file in
      files.append(file)
      return true
    }
    return files
  }

  @Test func probesForWriting() throws {
    let plan = FaultPlan { operation, _ in operation == .write ? ENOSPC : nil }
    let volume = try BlobVolume(root: folder.path, calls: plan.systemCalls)
    let error = #expect(throws: BlobError.self) { try volume.probe() }
    #expect(error?.isDiskFull == true)
    plan.disarm()
    try volume.probe()
    #expect(folder.tempFiles.isEmpty)
    #expect(try volume.freeBytes() > 0)
    folder.remove("group1")
    #expect(throws: BlobError.self) { try volume.probe() }
  }

  @Test func repeatsCallsThatASignalInterrupted() throws {
    let plan = FaultPlan { _, number in number % 2 == 0 ? EINTR : nil }
    let volume = try BlobVolume(root: folder.path, calls: plan.systemCalls)
    let digest = try volume.store("hello")
    #expect(try volume.open(digest.name)?.readAll() == Array("hello".utf8))
    #expect(plan.calls.count > 20)
  }

  @Test func errorsSayWhatFailed() {
    let error = BlobError(operation: .makeFolder, path: "group1/M00/AB", errno: ENOSPC)
    #expect("\(error)" == "cannot make folder group1/M00/AB: No space left on device")
    #expect(error.isDiskFull)
    #expect(BlobError(operation: .write, path: "1", errno: EDQUOT).isDiskFull)
    #expect(BlobError(operation: .write, path: "1", errno: EFBIG).isDiskFull)
    #expect(!BlobError(operation: .write, path: "1", errno: EIO).isDiskFull)
  }
}
