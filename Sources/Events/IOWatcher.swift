internal import CEvent
import Glibc

/// Who is told that a descriptor became readable or writable. Called on the loop's thread.
package protocol IOHandling: AnyObject {
  func readable()
  func writable()
}

/// The read and write interest of one descriptor on one loop (level-triggered). It does not own the
/// descriptor. It holds its handler until `close`, which must come before the descriptor is closed.
package final class IOWatcher {
  private let loop: EventLoop
  private var handler: (any IOHandling)?
  private var readEvent: OpaquePointer?
  private var writeEvent: OpaquePointer?
  package private(set) var isReading = false
  package private(set) var isWriting = false

  package init(loop: EventLoop, descriptor: CInt, handler: any IOHandling) {
    loop.preconditionInLoop()
    self.loop = loop
    self.handler = handler
    // Unretained: `close` and deinit free the events before this object goes.
    let context = Unmanaged.passUnretained(self).toOpaque()
    let onRead: event_callback_fn = { _, _, context in
      Unmanaged<IOWatcher>.fromOpaque(context!).takeUnretainedValue().handler?.readable()
    }
    let onWrite: event_callback_fn = { _, _, context in
      Unmanaged<IOWatcher>.fromOpaque(context!).takeUnretainedValue().handler?.writable()
    }
    readEvent = event_new(loop.base, descriptor, Int16(EV_READ | EV_PERSIST), onRead, context)
    writeEvent = event_new(loop.base, descriptor, Int16(EV_WRITE | EV_PERSIST), onWrite, context)
  }

  deinit { freeEvents() }

  package func setReading(_ wanted: Bool) {
    guard wanted != isReading, let readEvent else { return }
    isReading = wanted
    if wanted { event_add(readEvent, nil) } else { event_del(readEvent) }
  }

  package func setWriting(_ wanted: Bool) {
    guard wanted != isWriting, let writeEvent else { return }
    isWriting = wanted
    if wanted { event_add(writeEvent, nil) } else { event_del(writeEvent) }
  }

  /// Stops watching for good and lets go of the handler.
  package func close() {
    freeEvents()
    handler = nil
  }

  private func freeEvents() {
    if let readEvent { event_free(readEvent) }
    if let writeEvent { event_free(writeEvent) }
    (readEvent, writeEvent, isReading, isWriting) = (nil, nil, false, false)
  }
}
