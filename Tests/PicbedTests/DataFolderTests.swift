import Glibc
import Testing

@testable import picbed

struct DataFolderTests {
  private let folder = TemporaryFolder()

  @Test func isMadeAndItsOwnersAlone() throws {
    let data = try DataFolder(folder.path + "/data", command: "picbed serve")
    #expect(data.path == folder.path + "/data")
    var status = stat()
    #expect(stat(data.path, &status) == 0 && status.st_mode & 0o777 == 0o700)
    #expect(stat(data.path + "/picbed.lock", &status) == 0 && status.st_mode & 0o777 == 0o600)
  }

  @Test func thePathIsAbsoluteAndWithoutLinks() throws {
    mkdir(folder.path + "/real", 0o700)
    symlink("real", folder.path + "/link")
    let data = try DataFolder(folder.path + "/./link", command: "picbed serve")
    #expect(data.path == folder.path + "/real")
  }

  @Test func theLockSaysWhoHoldsIt() throws {
    let data = try DataFolder(folder.path, command: "picbed serve")
    let text = String(
      decoding: try File.read(data.path + "/picbed.lock", bytesMax: 4096), as: UTF8.self)
    let note = try #require(LockNote(text))
    #expect(note.pid == getpid())
    #expect(note.command == "picbed serve")
    #expect(
      throws: PicbedError.start(
        """
        the data folder \(folder.path) is in use by picbed (pid \(getpid()), \
        since \(note.startTime))
        """
      )
    ) { try DataFolder(folder.path, command: "picbed serve") }
  }

  @Test func theLockGoesWithItsHolder() throws {
    var first: DataFolder? = try DataFolder(folder.path, command: "a long command that is replaced")
    #expect(first != nil)
    first = nil
    var second: DataFolder?
    #expect(
      eventually {
        second = try? DataFolder(folder.path, command: "b")
        return second != nil
      })
    let text = String(
      decoding: try File.read(folder.path + "/picbed.lock", bytesMax: 4096), as: UTF8.self)
    #expect(text.hasSuffix("Z b\n"))
  }

  @Test func aLockWithoutANoteIsStillALock() throws {
    let path = folder.path + "/picbed.lock"
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_EX) == 0)
    #expect(throws: PicbedError.start("the data folder \(folder.path) is in use by another picbed"))
    {
      try DataFolder(folder.path, command: "picbed serve")
    }
  }

  @Test func aFolderOnAnotherHostIsNamed() throws {
    let path = folder.path + "/picbed.lock"
    try File.write(path, Array("12 elsewhere 2026-11-23T21:40:01.123Z picbed serve\n".utf8))
    let descriptor = open(path, O_RDWR | O_CLOEXEC)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_EX) == 0)
    #expect(
      throws: PicbedError.start(
        """
        the data folder \(folder.path) is in use by picbed (pid 12 on elsewhere, since \
        2026-11-23T21:40:01.123Z)
        """)
    ) { try DataFolder(folder.path, command: "picbed serve") }
  }

  @Test func whatCannotBeUsedIsSaid() throws {
    try File.write(folder.path + "/file", [])
    #expect(
      throws: PicbedError.start(
        """
        the data folder cannot be used: cannot make the folder \(folder.path)/file: \
        Not a directory
        """
      )
    ) { try DataFolder(folder.path + "/file", command: "") }
    #expect(
      throws: PicbedError.start(
        """
        the data folder cannot be used: cannot make the folder \(folder.path)/a/b: \
        No such file or directory
        """
      )
    ) { try DataFolder(folder.path + "/a/b", command: "") }
    // A folder where the lock file should be: not even root can open it for writing.
    mkdir(folder.path + "/picbed.lock", 0o700)
    #expect(
      throws: PicbedError.start(
        "the data folder cannot be used: cannot write \(folder.path)/picbed.lock: Is a directory")
    ) { try DataFolder(folder.path, command: "") }
  }
}
