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
  private let descriptor: CInt
  private var handler: (any IOHandling)?
  private var readEvent: OpaquePointer?
  private var writeEvent: OpaquePointer?
  package private(set) var isReading = false
  package private(set) var isWriting = false

  package init(loop: EventLoop, descriptor: CInt, handler: any IOHandling) {
    loop.preconditionInLoop()
    self.loop = loop
    self.descriptor = descriptor
    self.handler = handler
  }

  deinit { freeEvents() }

  package func setReading(_ wanted: Bool) {
    guard wanted != isReading, handler != nil else { return }
    isReading = wanted
    guard wanted else {
      event_del(readEvent)
      return
    }
    if readEvent == nil {
      readEvent = event(EV_READ) { _, _, context in IOWatcher.of(context).handler?.readable() }
    }
    event_add(readEvent, nil)
  }

  package func setWriting(_ wanted: Bool) {
    guard wanted != isWriting, handler != nil else { return }
    isWriting = wanted
    guard wanted else {
      event_del(writeEvent)
      return
    }
    if writeEvent == nil {
      writeEvent = event(EV_WRITE) { _, _, context in IOWatcher.of(context).handler?.writable() }
    }
    event_add(writeEvent, nil)
  }

  /// Most connections never wait to write: an event is made when it is first wanted.
  private func event(_ kind: CInt, _ callback: @escaping event_callback_fn) -> OpaquePointer {
    // Unretained: `close` and deinit free the events before this object goes.
    let context = Unmanaged.passUnretained(self).toOpaque()
    guard let event = event_new(loop.base, descriptor, Int16(kind | EV_PERSIST), callback, context)
    else { preconditionFailure("out of memory") }
    return event
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> IOWatcher {
    Unmanaged<IOWatcher>.fromOpaque(context!).takeUnretainedValue()
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
