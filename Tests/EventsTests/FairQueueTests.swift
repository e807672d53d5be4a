import Testing

@testable import Events

struct FairQueueTests {
  private func drain(_ queue: inout FairQueue<String>) -> [String] {
    var elements: [String] = []
    while let element = queue.popFirst() { elements.append(element) }
    return elements
  }

  @Test func oneLaneIsAQueue() {
    var queue = FairQueue<String>()
    for element in ["a", "b", "c"] { queue.append(element, lane: "") }
    #expect(queue.count == 3)
    #expect(drain(&queue) == ["a", "b", "c"])
    #expect(queue.count == 0)
  }

  @Test func lanesTakeTurns() {
    var queue = FairQueue<String>()
    for number in 1...4 { queue.append("flood \(number)", lane: "flood") }
    queue.append("one", lane: "one")
    queue.append("two", lane: "two")
    #expect(drain(&queue) == ["flood 1", "one", "two", "flood 2", "flood 3", "flood 4"])
  }

  @Test func aLaneThatRanEmptyIsForgotten() {
    var queue = FairQueue<String>()
    queue.append("a", lane: "x")
    #expect(!queue.isEmpty(lane: "x") && queue.isEmpty(lane: "y"))
    _ = queue.popFirst()
    #expect(queue.isEmpty(lane: "x"))
    queue.append("b", lane: "x")
    #expect(drain(&queue) == ["b"])
  }
}
