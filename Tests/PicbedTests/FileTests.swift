import Glibc
import Testing

@testable import picbed

struct FileTests {
  private let folder = TemporaryFolder()
  private var path: String { folder.path + "/file" }

  @Test func readsWhatWasWritten() throws {
    let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
    try File.write(path, bytes)
    #expect(try File.read(path, bytesMax: 200_000) == bytes)
    #expect(try File.readEnd(path, bytesMax: 3) == bytes.suffix(3))
    #expect(try File.readEnd(path, bytesMax: 300_000) == bytes)
    try File.write(path, [1])
    #expect(try File.read(path, bytesMax: 1) == [1])
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
  }

  @Test func aFileThatIsTooLongIsNotCut() throws {
    try File.write(path, [1, 2, 3])
    #expect(throws: FileError("read", path, code: EFBIG)) { try File.read(path, bytesMax: 2) }
  }

  @Test func errorsSayWhatAndWhere() {
    let error = #expect(throws: FileError.self) { try File.read(path, bytesMax: 1) }
    #expect("\(error!)" == "cannot read \(path): No such file or directory")
  }

  @Test func foldersAreMadeOnce() throws {
    try File.makeFolder(path)
    try File.makeFolder(path)
    #expect(File.isFolder(path))
    #expect(throws: FileError.self) { try File.makeFolder(path + "/a/b") }
  }
}
