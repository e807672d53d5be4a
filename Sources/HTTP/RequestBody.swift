import Events

/// A body that a handler reads while it arrives. Loop-bound: the connection fills it and the handler's task
/// takes from it on the same loop. At most `bufferedBytesMax` (and one read more) wait in it; then the socket is
/// not read until the handler took them.
///
/// `@unchecked Sendable`: only ever touched on its connection's loop; the task that reads it runs there.
package final class RequestBody: @unchecked Sendable {
  /// Why a body ended early.
  package enum Failure: Error, Equatable {
    /// The peer closed, was reset or sent nothing for too long.
    case truncated
    /// The framing broke, or the body is larger than the route takes.
    case refused(ProtocolError)
  }

  /// Two of these and one in the hands of the disk pool are an upload's whole memory.
  static let bufferedBytesMax = 256 * 1024

  private enum State {
    case receiving
    case ended
    case failed(Failure)
  }

  private var buffer: [UInt8] = []
  private var state = State.receiving
  private var wanted = 0
  private var waiter: UnsafeContinuation<Void, Never>?
  /// Tells the connection that the handler wants bytes: send 100 Continue, read on.
  var onDemand: (() -> Void)?

  /// The next bytes: at least `minimum` of them unless the body ends before; nil at its end.
  package func next(minimum: Int = 1) async throws(Failure) -> [UInt8]? {
    wanted = min(minimum, Self.bufferedBytesMax)
    onDemand?()
    if !isSatisfied {
      await withUnsafeContinuation { waiter = $0 }
    }
    if case .failed(let failure) = state { throw failure }
    if buffer.isEmpty { return nil }
    let taken = buffer
    buffer = []
    onDemand?()
    return taken
  }

  var bufferedBytes: Int { buffer.count }

  var isFull: Bool { buffer.count >= Self.bufferedBytesMax }

  var isReceiving: Bool {
    if case .receiving = state { true } else { false }
  }

  func receive(_ bytes: RawSpan, _ range: Range<Int>) {
    if buffer.isEmpty {
      buffer.reserveCapacity(min(Self.bufferedBytesMax, max(range.count, wanted)))
    }
    bytes.withUnsafeBytes { buffer.append(contentsOf: $0[range]) }
    resumeIfSatisfied()
  }

  func end() {
    if isReceiving { state = .ended }
    resumeIfSatisfied()
  }

  func fail(_ failure: Failure) {
    if isReceiving { state = .failed(failure) }
    resumeIfSatisfied()
  }

  private var isSatisfied: Bool { !isReceiving || (!buffer.isEmpty && buffer.count >= wanted) }

  private func resumeIfSatisfied() {
    guard let waiter, isSatisfied else { return }
    self.waiter = nil
    waiter.resume()
  }
}
