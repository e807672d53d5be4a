import Glibc
import Testing

@testable import picbed

/// The hidden command of the real program, with harmless programs in the place of redis-server.
struct RedisChildCommandTests {
  private let folder = TemporaryFolder()
  private var lock: String { folder.path + "/redis.lock" }
  private var log: String { folder.path + "/log" }

  /// The picbed that was built beside these tests.
  private static var picbed: String {
    get throws {
      let runner = try File.absolutePath("/proc/self/exe")
      return String(runner.prefix(through: runner.lastIndex(of: "/")!)) + "picbed"
    }
  }

  private func start(parent: pid_t = getpid(), _ program: String, _ file: String) throws
    -> ChildProcess
  {
    try ChildProcess.start(
      try Self.picbed, [RedisChildCommand.commandName, "\(parent)", lock, program, file],
      environment: ProcessEnvironment.entries, log: log)
  }

  private func end(of child: ChildProcess) -> ChildProcess.End? {
    for _ in 0..<5000 {
      if let end = child.takeEnd() { return end }
      usleep(1000)
    }
    child.send(SIGKILL)
    return nil
  }

  private var isLocked: Bool {
    let descriptor = open(lock, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) != 0
  }

  @Test func becomesTheProgramWithItsFile() throws {
    let file = folder.path + "/redis.conf"
    try File.write(file, Array("port 0\n".utf8))
    let child = try start("/bin/cat", file)
    #expect(end(of: child) == .exited(0))
    #expect(String(decoding: try File.read(log, bytesMax: 4096), as: UTF8.self) == "port 0\n")
  }

  @Test func holdsTheLockAsLongAsTheProgramLives() throws {
    let child = try start("/bin/sleep", "60")
    #expect(eventually { isLocked })
    let second = try start("/bin/sleep", "60")
    #expect(end(of: second) == .exited(RedisChildCommand.lockedExitCode))
    child.send(SIGTERM)
    #expect(end(of: child) == .killed(signal: SIGTERM))
    #expect(eventually { !isLocked })
  }

  /// The kernel's signal comes when the thread that started the child ends, so the end of a process
  /// need not be played: a thread that ends is enough.
  @Test func diesWithTheThreadThatStartedIt() throws {
    final class Started: @unchecked Sendable {
      // Written by one thread, read after it was joined.
      var child: ChildProcess?
    }
    let started = Started()
    let isRunning = ThreadRun {
      started.child = try? start("/bin/sleep", "60")
      return eventually { isLocked }
    }.join()
    #expect(isRunning)
    #expect(end(of: try #require(started.child)) == .killed(signal: SIGTERM))
  }

  @Test func doesNotOutliveAParentThatIsGoneAlready() throws {
    let child = try start(parent: 1, "/bin/sleep", "60")
    #expect(end(of: child) == .exited(RedisChildCommand.notStartedExitCode))
  }

  @Test func saysWhyAProgramDoesNotStart() throws {
    let child = try start("/nowhere", "x")
    #expect(end(of: child) == .exited(RedisChildCommand.notStartedExitCode))
    #expect(
      String(decoding: try File.read(log, bytesMax: 4096), as: UTF8.self)
        == "picbed: exec /nowhere: No such file or directory\n")
  }
}

/// A thread that runs a closure to its end.
private struct ThreadRun {
  private final class Body {
    let run: () -> Bool
    var result = false
    init(_ run: @escaping () -> Bool) { self.run = run }
  }

  private let body: Body
  private var thread = pthread_t()

  init(_ run: @escaping () -> Bool) {
    body = Body(run)
    // Unretained: `join` keeps the body until the thread has ended.
    let context = Unmanaged.passUnretained(body).toOpaque()
    let code = pthread_create(
      &thread, nil,
      { context in
        let body = Unmanaged<Body>.fromOpaque(context!).takeUnretainedValue()
        body.result = body.run()
        return nil
      }, context)
    precondition(code == 0, "pthread_create")
  }

  func join() -> Bool {
    pthread_join(thread, nil)
    return body.result
  }
}
