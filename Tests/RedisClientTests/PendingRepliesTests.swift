import Testing

@testable import RedisClient

struct PendingRepliesTests {
  private func step(_ waiter: PendingReplies.Waiter?) -> HandshakeStep? {
    if case .handshake(let step) = waiter { step } else { nil }
  }

  @Test func answersInTheOrderOfAsking() {
    var pending = PendingReplies(countMax: 10, bytesMax: 100)
    for index in 0..<5 { pending.append(.handshake(.load(index)), commandBytes: 1) }
    let order = (0..<5).map { _ in step(pending.popFirst()) }
    #expect(order == (0..<5).map { .load($0) })
    #expect(pending.isEmpty)
    let none = pending.popFirst()
    #expect(none == nil)
  }

  @Test func boundsTheirNumber() {
    var pending = PendingReplies(countMax: 2, bytesMax: 100)
    pending.append(.handshake(.ping), commandBytes: 1)
    #expect(pending.hasRoom(commandBytes: 1))
    pending.append(.handshake(.ping), commandBytes: 1)
    #expect(!pending.hasRoom(commandBytes: 1))
    _ = pending.popFirst()
    #expect(pending.hasRoom(commandBytes: 1))
  }

  @Test func boundsTheirBytes() {
    var pending = PendingReplies(countMax: 100, bytesMax: 100)
    pending.append(.handshake(.ping), commandBytes: 60)
    #expect(pending.hasRoom(commandBytes: 40))
    #expect(!pending.hasRoom(commandBytes: 41))
    _ = pending.popFirst()
    #expect(pending.hasRoom(commandBytes: 100))
  }

  @Test func isOverdueAfterWholeTicksOnly() {
    var pending = PendingReplies(countMax: 10, bytesMax: 100)
    pending.countTick()
    #expect(!pending.isOverdue(afterTicks: 0))
    pending.append(.handshake(.ping), commandBytes: 1)
    pending.countTick()
    pending.append(.handshake(.select), commandBytes: 1)
    pending.countTick()
    #expect(!pending.isOverdue(afterTicks: 2))
    pending.countTick()
    #expect(pending.isOverdue(afterTicks: 2))
    // The one behind it was sent a tick later.
    _ = pending.popFirst()
    #expect(!pending.isOverdue(afterTicks: 2))
    pending.countTick()
    #expect(pending.isOverdue(afterTicks: 2))
    _ = pending.popFirst()
    #expect(!pending.isOverdue(afterTicks: 2))
  }
}
