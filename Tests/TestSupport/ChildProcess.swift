import Foundation
import Synchronization

/// A program that a test started, with its output in files. One that is still there when the test
/// run ends is killed then. May be used from any thread.
package final class ChildProcess: Sendable {
  /// How a process ended.
  package enum Ending: Sendable, Equatable {
    case exit(CInt)
    case signal(CInt)
  }

  /// More than a test run has open; what is not open is passed over.
  private static let descriptorsMax: CInt = 1024

  package let pid: pid_t
  package let outputPath: String
  package let errorPath: String
  private let ending: Mutex<Ending?> = Mutex(nil)

  /// Starts `executable`. Standard input is /dev/null; output and errors go to files, which are
  /// emptied first. The environment is this process's own without `PICBED_…`, then `environment` on
  /// top. Signals have their defaults: a test's thread may block some of them, and a mask is
  /// inherited. No other descriptor is: a child would keep it open beyond its end, and wrk counts a connection that
  /// fails for each that is numbered higher than it reckons with.
  package init(
    _ executable: String, _ arguments: [String], environment: [String: String] = [:],
    outputPath: String, errorPath: String
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let writing = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, outputPath, writing, 0o644)
    posix_spawn_file_actions_addopen(&actions, 2, errorPath, writing, 0o644)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    let argv = ([executable] + arguments).map { strdup($0) } + [nil]
    let envp = Self.inherited(adding: environment).map { strdup("\($0)=\($1)") } + [nil]
    defer { for string in argv + envp { free(string) } }
    for descriptor in 3..<Self.descriptorsMax { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    var child: pid_t = 0
    let failure = posix_spawnp(&child, executable, &actions, &attributes, argv, envp)
    guard failure == 0 else { throw SystemError("posix_spawn \(executable)", failure) }
    pid = child
    self.outputPath = outputPath
    self.errorPath = errorPath
    Leftovers.add(child)
  }

  /// Sends `signal`, unless the process has already been reaped.
  package func send(_ signal: CInt) {
    ending.withLock { if $0 == nil { _ = Glibc.kill(pid, signal) } }
  }

  /// How it ended, nil while it runs.
  package func poll() -> Ending? {
    ending.withLock { known in
      if known == nil {
        var status: CInt = 0
        if waitpid(pid, &status, WNOHANG) == pid {
          let signal = status & 0x7f
          known = signal == 0 ? .exit((status >> 8) & 0xff) : .signal(signal)
          Leftovers.remove(pid)
        }
      }
      return known
    }
  }

  /// Waits for the end, at most `seconds`; nil if it still runs then.
  package func wait(seconds: Double) -> Ending? {
    _ = eventually(within: seconds, everyMilliseconds: 5) { poll() != nil }
    return poll()
  }

  /// What it has written to standard output so far.
  package var output: String { String(decoding: fileBytes(outputPath), as: UTF8.self) }

  /// What it has written to standard error so far.
  package var errors: String { String(decoding: fileBytes(errorPath), as: UTF8.self) }

  private static func inherited(adding extra: [String: String]) -> [String: String] {
    ProcessInfo.processInfo.environment
      .filter { !$0.key.hasPrefix("PICBED_") }
      .merging(extra) { _, new in new }
  }
}

/// The children that still run: an ended test run leaves no server behind.
private enum Leftovers {
  private static let running: Mutex<Set<pid_t>> = Mutex([])
  private static let sweepsAtExit: Void = {
    atexit { Leftovers.killAll() }
  }()

  static func add(_ pid: pid_t) {
    _ = sweepsAtExit
    running.withLock { _ = $0.insert(pid) }
  }

  static func remove(_ pid: pid_t) { running.withLock { _ = $0.remove(pid) } }

  private static func killAll() {
    running.withLock { for pid in $0 { _ = Glibc.kill(pid, SIGKILL) } }
  }
}
