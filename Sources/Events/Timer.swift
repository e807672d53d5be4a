internal import CEvent
import Glibc

/// A timer or a signal on one loop. It fires on the loop's thread until `cancel` or until it is freed: the
/// owner keeps it. A timer that fires once frees its work after firing.
package final class LoopEvent {
  private var event: OpaquePointer?
  private var work: (() -> Void)?
  private let isRepeating: Bool

  fileprivate init(repeating: Bool, work: @escaping () -> Void) {
    isRepeating = repeating
    self.work = work
  }

  deinit { cancel() }

  package func cancel() {
    if let event { event_free(event) }
    event = nil
    work = nil
  }

  private func fire() {
    let work = self.work
    if !isRepeating { cancel() }
    work?()
  }

  fileprivate func arm(_ loop: EventLoop, _ number: CInt, _ kinds: Int32, _ after: timeval?) {
    let onFire: event_callback_fn = { _, _, context in
      Unmanaged<LoopEvent>.fromOpaque(context!).takeUnretainedValue().fire()
    }
    let context = Unmanaged.passUnretained(self).toOpaque()
    event = event_new(loop.base, number, Int16(kinds), onFire, context)
    if var after { event_add(event, &after) } else { event_add(event, nil) }
  }
}

extension EventLoop {
  /// Calls `work` once, `milliseconds` from now, unless the returned timer is cancelled or freed before.
  package func after(milliseconds: Int, _ work: @escaping () -> Void) -> LoopEvent {
    preconditionInLoop()
    let timer = LoopEvent(repeating: false, work: work)
    timer.arm(self, -1, 0, timeval(milliseconds: milliseconds))
    return timer
  }

  /// Calls `work` every `milliseconds`, first after that time.
  package func every(milliseconds: Int, _ work: @escaping () -> Void) -> LoopEvent {
    preconditionInLoop()
    let timer = LoopEvent(repeating: true, work: work)
    timer.arm(self, -1, EV_PERSIST, timeval(milliseconds: milliseconds))
    return timer
  }

  /// Calls `work` for each delivery of `signal` to the process. Only one loop of a process may watch signals
  /// (libevent's rule, event_base_new(3)).
  package func onSignal(_ signal: CInt, _ work: @escaping () -> Void) -> LoopEvent {
    preconditionInLoop()
    let watch = LoopEvent(repeating: true, work: work)
    watch.arm(self, signal, EV_SIGNAL | EV_PERSIST, nil)
    return watch
  }

  /// Suspends the calling task, which must run on this loop, for `milliseconds`.
  package func sleep(milliseconds: Int) async {
    preconditionInLoop()
    var timer: LoopEvent?
    await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
      timer = after(milliseconds: milliseconds) { continuation.resume() }
    }
    withExtendedLifetime(timer) {}
  }
}

extension timeval {
  fileprivate init(milliseconds: Int) {
    self.init(tv_sec: milliseconds / 1000, tv_usec: (milliseconds % 1000) * 1000)
  }
}
