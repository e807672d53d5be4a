import Synchronization

/// How many loops something holds for. Any thread.
final class LoopCount: Sendable {
  private let count: Atomic<Int>

  init(_ count: Int) { self.count = Atomic(count) }

  var isZero: Bool { count.load(ordering: .relaxed) == 0 }

  @discardableResult
  func add(_ change: Int) -> Int {
    count.wrappingAdd(change, ordering: .acquiringAndReleasing).newValue
  }
}
