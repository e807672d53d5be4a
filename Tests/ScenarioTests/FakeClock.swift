import Foundation
import TestSupport

/// A wall clock for a picbed, which a test sets while it serves (libfaketime). Other clocks stay as they
/// are, Redis' too: its allocator and the library do not go together.
///
/// The library looks for a semaphore that the program `faketime` makes, and would otherwise change the
/// environment before Swift has found its arguments beside it. So that program stays meanwhile.
final class FakeClock {
  private static let library: String? = ["x86_64", "aarch64"].lazy.map { machine -> String in
    "/usr/lib/\(machine)-linux-gnu/faketime/libfaketimeMT.so.1"
  }.first { access($0, R_OK) == 0 }

  /// Whether Debian's package faketime is there.
  static var isPossible: Bool { library != nil }

  /// For the picbed.
  let environment: [String: String]
  /// For its option --redis-server.
  let redisServer: String
  private let file: String
  private let holder: ChildProcess

  init(in folder: TemporaryFolder) throws {
    file = folder / "clock"
    redisServer = folder / "redis-server"
    try writeFile(
      redisServer, Array("#!/bin/sh\nunset LD_PRELOAD\nexec redis-server \"$@\"\n".utf8))
    chmod(redisServer, 0o755)
    try writeFile(file, Array("+0\n".utf8))
    let holder = try ChildProcess(
      "faketime",
      ["-m", "-f", "+0", "sh", "-c", "echo $$ $FAKETIME_SHARED .; exec sleep 300"],
      outputPath: folder / "holder.out", errorPath: folder / "holder.err")
    self.holder = holder
    guard eventually(within: 20, { holder.output.hasSuffix(".\n") }) else {
      throw PicbedServerError("faketime does not start", log: holder.errors)
    }
    let shared = holder.output.split(separator: " ").dropFirst().prefix(2).joined(separator: " ")
    environment = [
      "LD_PRELOAD": Self.library ?? "", "FAKETIME_SHARED": shared,
      "FAKETIME_TIMESTAMP_FILE": file, "FAKETIME_NO_CACHE": "1",
      "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1",
    ]
  }

  /// What `faketime` started ends, and then it too.
  deinit {
    if let pid = holder.output.split(separator: " ").first.flatMap({ pid_t($0) }) {
      kill(pid, SIGTERM)
    }
    _ = holder.wait(seconds: 10)
  }

  /// Sets it to so many seconds ahead of the real one, or behind it. A reader finds the old text or the
  /// new one.
  func set(ahead seconds: Int) throws {
    try writeFile(file + ".new", Array("\(seconds < 0 ? "" : "+")\(seconds)\n".utf8))
    guard rename(file + ".new", file) == 0 else { throw SystemError("rename", errno) }
  }
}
