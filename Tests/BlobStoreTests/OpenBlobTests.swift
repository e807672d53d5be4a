import Foundation
import Testing

@testable import BlobStore

@Suite struct OpenBlobTests {
  private let folder = ScratchFolder()

  @Test func knowsItsFile() throws {
    let volume = try BlobVolume(root: folder.path)
    let digest = try volume.store("%PDF-1.7 and so on")
    let blob = try #require(try volume.open(digest.name))
    #expect(blob.size == 18)
    #expect(abs(blob.modified - Int64(time(nil))) < 60)
    #expect(blob.mediaType.contentType == "application/pdf")
    #expect(fcntl(blob.descriptor, F_GETFD) & FD_CLOEXEC != 0)
    #expect(try blob.readAll() == Array("%PDF-1.7 and so on".utf8))
    // Reading moves nothing.
    #expect(lseek(blob.descriptor, 0, SEEK_CUR) == 0)
  }

  @Test func noticesItsRemoval() throws {
    let volume = try BlobVolume(root: folder.path)
    let digest = try volume.store("hello")
    let blob = try #require(try volume.open(digest.name))
    #expect(!blob.isUnlinked)
    #expect(try volume.remove(digest.name))
    #expect(blob.isUnlinked)
    // Who has it open reads on.
    #expect(try blob.readAll() == Array("hello".utf8))
  }

  @Test func aFileThatBecameShorterIsAnError() throws {
    let volume = try BlobVolume(root: folder.path)
    let digest = try volume.store("hello")
    let blob = try #require(try volume.open(digest.name))
    #expect(truncate("\(folder.path)/\(digest.name.path)", 2) == 0)
    #expect(throws: BlobError(operation: .read, path: digest.name.path, errno: EIO)) {
      try blob.readAll()
    }
  }

  @Test func loadBringsBytesIntoMemory() throws {
    let folder = ScratchFolder(onDisk: true)
    let volume = try BlobVolume(root: folder.path)
    let digest = try volume.store(String(repeating: "0123456789abcdef", count: 1 << 17))
    let blob = try #require(try volume.open(digest.name))
    let map = try #require(
      mmap(nil, Int(blob.size), PROT_READ, MAP_SHARED, blob.descriptor, 0))
    defer { munmap(map, Int(blob.size)) }
    posix_fadvise(blob.descriptor, 0, 0, POSIX_FADV_DONTNEED)
    #expect(blob.isInMemory(0..<0, now: 0))
    try blob.load(0..<1 << 20)
    #expect(blob.isInMemory(0..<1 << 20, now: 0))
    var pages = [UInt8](repeating: 0, count: 256)
    #expect(mincore(map, 1 << 20, &pages) == 0)
    #expect(pages.allSatisfy { $0 & 1 == 1 })
  }

  @Test func closesItsFile() throws {
    let volume = try BlobVolume(root: folder.path)
    let digest = try volume.store("hello")
    func openFiles() -> Int {
      try! FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        .filter {
          (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)"))?
            .hasSuffix(digest.name.text) ?? false
        }.count
    }
    var blob = try volume.open(digest.name)
    #expect(blob != nil && openFiles() == 1)
    blob = nil
    #expect(openFiles() == 0)
    // Also where opening fails half way.
    for operation in [BlobError.Operation.examine, .read] {
      let file = try SystemCalls().open(digest.name.path, in: volume.descriptor, O_RDONLY)
      let plan = FaultPlan { call, _ in call == operation ? EIO : nil }
      #expect(throws: BlobError.self) {
        try OpenBlob(owning: file, path: "x", calls: plan.systemCalls)
      }
      #expect(openFiles() == 0)
    }
  }
}
