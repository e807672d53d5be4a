internal import CLinux
import Glibc

/// The serving loops, each on a thread of its own. Made by the main thread, which also joins them.
package final class EventLoopGroup {
  package let loops: [EventLoop]
  private var threads: [pthread_t] = []

  /// Makes `count` loops; no thread runs yet. Their names are `name` and a number.
  package init(count: Int, name: String = "loop") throws(EventError) {
    precondition(count >= 1)
    var made: [EventLoop] = []
    for number in 0..<count { made.append(try EventLoop(name: "\(name)-\(number)")) }
    loops = made
  }

  /// Starts a thread for each loop.
  package func start() throws(EventError) {
    for loop in loops {
      threads.append(try Threads.start(name: loop.name) { loop.run() })
    }
  }

  /// Stops every loop after its current turn and waits for the threads.
  package func stopAndJoin() {
    for loop in loops { loop.stop() }
    for thread in threads { pthread_join(thread, nil) }
    threads = []
  }
}

/// POSIX threads with a Swift body. All signals are blocked in them: the main loop takes them.
enum Threads {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  static func start(
    name: String, _ run: @escaping @Sendable () -> Void
  ) throws(EventError) -> pthread_t {
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var thread = pthread_t()
    // Balanced by takeRetainedValue in the thread, or below when it did not start.
    let body = Unmanaged.passRetained(
      Body {
        picbed_set_thread_name(name)
        run()
      })
    let code = pthread_create(
      &thread, nil,
      { context in
        Unmanaged<Body>.fromOpaque(context!).takeRetainedValue().run()
        return nil
      }, body.toOpaque())
    guard code == 0 else {
      body.release()
      throw EventError("pthread_create", code: code)
    }
    return thread
  }
}
