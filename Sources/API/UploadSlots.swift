import Events

/// The uploads under way of each user, in the whole process.
package final class UploadSlots: Sendable {
  /// One upload's place; given back when it is freed.
  final class Slot: Sendable {
    private let slots: UploadSlots
    private let user: String

    fileprivate init(_ slots: UploadSlots, _ user: String) {
      self.slots = slots
      self.user = user
    }

    deinit { slots.leave(user) }
  }

  private let perUserMax: Int?
  private let counts = Lock<[String: Int]>([:])

  /// Nil: as many as come.
  package init(perUserMax: Int?) { self.perUserMax = perUserMax }

  /// Nil when the user has as many as one may have.
  func enter(_ user: String) -> Slot? {
    let isFull = counts.withLock { counts in
      let underWay = counts[user, default: 0]
      if let perUserMax, underWay >= perUserMax { return true }
      counts[user] = underWay + 1
      return false
    }
    return isFull ? nil : Slot(self, user)
  }

  private func leave(_ user: String) {
    counts.withLock { counts in
      let underWay = counts[user, default: 0] - 1
      counts[user] = underWay > 0 ? underWay : nil
    }
  }
}
