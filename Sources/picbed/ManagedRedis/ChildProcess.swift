import Glibc

/// A child of this process, and how it ends.
struct ChildProcess: Equatable {
  let pid: pid_t

  /// How a child ended (wait(2)).
  enum End: Equatable, CustomStringConvertible {
    case exited(Int32)
    case killed(signal: Int32)
    /// Somebody else has taken its status.
    case unknown

    init(waitStatus status: Int32) {
      // WIFEXITED and its like are macros, which Swift does not see.
      self = status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: status & 0x7F)
    }

    var description: String {
      switch self {
      case .exited(let code): "ended with exit code \(code)"
      case .killed(let signal):
        "was ended by signal \(signal) (\(String(cString: strsignal(signal))))"
      case .unknown: "ended"
      }
    }
  }

  /// Starts `program`, with standard input from nowhere and both outputs appended to `log`, in a
  /// process group of its own: a terminal's Ctrl-C is for the parent, which ends its child when it
  /// is done with it.
  ///
  /// `descriptor` is open in the child too, under its own number there.
  ///
  /// Call it on the main thread: a death signal that the child asks for comes when the thread that
  /// started it ends.
  static func start(
    _ program: String, _ arguments: [String], environment: [[UInt8]], log: String,
    passing descriptor: (ours: CInt, theirs: CInt)? = nil
  ) throws(FileError) -> ChildProcess {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The child starts with no signal blocked or ignored, whatever its parent does with them.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(
      &actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)

    if let descriptor {
      posix_spawn_file_actions_adddup2(&actions, descriptor.ours, descriptor.theirs)
    }

    var words = ([program] + arguments).map { strdup($0) } + [nil]
    var entries = environment.map { entry in
      (entry + [0]).withUnsafeBytes { strdup($0.bindMemory(to: CChar.self).baseAddress!) }
    }
    entries.append(nil)
    defer { for pointer in words + entries { free(pointer) } }
    var pid = pid_t()
    let code = posix_spawn(&pid, program, &actions, &attributes, &words, &entries)
    guard code == 0 else { throw FileError("start", program, code: code) }
    return ChildProcess(pid: pid)
  }

  /// How the child ended; nil while it lives. Says so once: the kernel forgets the child then.
  func takeEnd() -> End? {
    var status: Int32 = 0
    var answer = waitpid(pid, &status, WNOHANG)
    while answer < 0, errno == EINTR { answer = waitpid(pid, &status, WNOHANG) }
    if answer == 0 { return nil }
    return answer == pid ? End(waitStatus: status) : .unknown
  }

  /// Waits for the end of a child that is about to end.
  func waitForEnd() {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
  }

  func send(_ signal: CInt) { kill(pid, signal) }
}
