import Glibc
import Testing

@testable import picbed

struct ChildProcessTests {
  private let folder = TemporaryFolder()
  private var log: String { folder.path + "/log" }

  private func shell(_ script: String) throws -> ChildProcess {
    try ChildProcess.start(
      "/bin/sh", ["-c", script], environment: [Array("GREETING=hello".utf8)], log: log)
  }

  private func end(of child: ChildProcess) -> ChildProcess.End {
    for _ in 0..<5000 {
      if let end = child.takeEnd() { return end }
      usleep(1000)
    }
    child.send(SIGKILL)
    return .unknown
  }

  private func logText() throws -> String {
    String(decoding: try File.read(log, bytesMax: 4096), as: UTF8.self)
  }

  @Test func exitCodeOutputAndEnvironment() throws {
    let child = try shell("echo $GREETING; echo error >&2; cat; exit 7")
    #expect(end(of: child) == .exited(7))
    #expect(try logText() == "hello\nerror\n")
    // The status is given out once.
    #expect(child.takeEnd() == .unknown)
  }

  @Test func outputIsAppended() throws {
    #expect(end(of: try shell("echo one")) == .exited(0))
    #expect(end(of: try shell("echo two")) == .exited(0))
    #expect(try logText() == "one\ntwo\n")
  }

  @Test func endBySignal() throws {
    let child = try shell("exec sleep 60")
    #expect(child.takeEnd() == nil)
    child.send(SIGKILL)
    #expect(end(of: child) == .killed(signal: SIGKILL))
  }

  @Test func aProcessGroupOfItsOwn() throws {
    let child = try shell("exec sleep 60")
    #expect(getpgid(child.pid) == child.pid)
    child.send(SIGKILL)
    _ = end(of: child)
  }

  /// What the parent ignores, a child would inherit over exec and never end by.
  @Test func signalsAreAsInANewShell() throws {
    signal(SIGPIPE, SIG_IGN)
    let child = try shell("grep -E 'SigBlk|SigIgn' /proc/self/status")
    #expect(end(of: child) == .exited(0))
    let lines = try logText().split(separator: "\n")
    #expect(lines.count == 2)
    for line in lines {
      let mask = UInt64(line.suffix(16), radix: 16)
      // 32 and 33 are the C library's own, which it leaves ignored.
      #expect(mask.map { $0 & 0x7FFF_FFFF } == 0, "\(line)")
    }
  }

  @Test func aProgramThatIsNotThere() {
    #expect(throws: FileError("start", "/nowhere", code: ENOENT)) {
      try ChildProcess.start("/nowhere", [], environment: [], log: log)
    }
  }

  @Test(arguments: [
    (0, ChildProcess.End.exited(0), "ended with exit code 0"),
    (0x100, .exited(1), "ended with exit code 1"),
    (0xFF00, .exited(255), "ended with exit code 255"),
    (9, .killed(signal: 9), "was ended by signal 9 (Killed)"),
    (0x8B, .killed(signal: 11), "was ended by signal 11 (Segmentation fault)"),
  ])
  func waitStatus(_ status: Int32, _ end: ChildProcess.End, _ description: String) {
    #expect(ChildProcess.End(waitStatus: status) == end)
    #expect("\(end)" == description)
  }
}
