import Synchronization

@testable import BlobStore

/// Decides which system calls fail, and remembers which were made.
final class FaultPlan: Sendable {
  private struct State {
    var calls: [BlobError.Operation] = []
    var isArmed = true
    var decide: @Sendable (_ operation: BlobError.Operation, _ number: Int) -> CInt?
  }

  private let state: Mutex<State>

  /// `decide` gets each call and its number from 0, and answers the errno to fail with or nil.
  init(_ decide: @escaping @Sendable (BlobError.Operation, Int) -> CInt? = { _, _ in nil }) {
    state = Mutex(State(decide: decide))
  }

  /// Calls made since this plan began or `reset` was called, failed ones included.
  var calls: [BlobError.Operation] { state.withLock { $0.calls } }

  func reset() { state.withLock { $0.calls = [] } }

  func disarm() { state.withLock { $0.isArmed = false } }

  var systemCalls: SystemCalls {
    SystemCalls { operation in
      self.state.withLock { state in
        guard state.isArmed else { return nil }
        state.calls.append(operation)
        return state.decide(operation, state.calls.count - 1)
      }
    }
  }
}
