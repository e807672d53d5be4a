import ArgumentParser
internal import CLinux
import Glibc

/// `picbed redis-child …`, which picbed runs itself: becomes the managed redis-server, tied to its
/// parent's life.
///
/// The tie has to be made in the child, after the fork and before the exec, where a program with
/// threads may hardly do anything; so picbed starts itself again, and this code runs in a fresh
/// process with one thread.
struct RedisChildCommand: ParsableCommand {
  static let commandName = "redis-child"
  /// Exit codes of this command itself, after sysexits.h; redis-server's own are 0 and 1.
  static let lockedExitCode: Int32 = 75
  static let notStartedExitCode: Int32 = 71

  static let configuration = CommandConfiguration(
    commandName: commandName,
    abstract: "Become the managed redis-server. For picbed's own use.",
    shouldDisplay: false)

  @Argument var parent: Int32
  @Argument var lock: String
  @Argument var program: String
  @Argument var file: String

  func run() throws {
    // SIGTERM makes Redis write out its log of changes and exit. The kernel sends it when the
    // thread that started this process ends, however that comes: SIGKILL included
    // (PR_SET_PDEATHSIG, prctl(2)).
    guard picbed_set_parent_death_signal(SIGTERM) == 0 else { fail("prctl", errno) }
    // The parent may have ended before that took hold.
    guard getppid() == parent else { _exit(Self.notStartedExitCode) }
    holdLock()
    let arguments: [UnsafeMutablePointer<CChar>?] = [strdup(program), strdup(file), nil]
    execv(program, arguments)
    fail("exec \(program)", errno)
  }

  /// Takes the lock that says "a redis-server works in this folder". The descriptor stays open over
  /// the exec, so the lock lives exactly as long as that redis-server and the children that it
  /// forks.
  private func holdLock() {
    let descriptor = open(lock, O_RDWR | O_CREAT, 0o600)
    guard descriptor >= 0 else { fail("open \(lock)", errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      guard errno == EWOULDBLOCK else { fail("flock \(lock)", errno) }
      StandardStream.error.write("picbed: another redis-server still works in this folder\n")
      _exit(Self.lockedExitCode)
    }
  }

  /// Standard error is Redis' log file here.
  private func fail(_ operation: String, _ code: CInt) -> Never {
    StandardStream.error.write("picbed: \(operation): \(String(cString: strerror(code)))\n")
    _exit(Self.notStartedExitCode)
  }
}
