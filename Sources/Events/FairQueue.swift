import DequeModule

/// A queue whose elements come in lanes, which take turns: who brings a thousand waits behind their own, and who
/// brings one is next. Within a lane, first in is first out. Pure.
struct FairQueue<Element> {
  private var lanes: [String: Deque<Element>] = [:]
  /// The lanes that hold something, the next one first.
  private var turns = Deque<String>()
  private(set) var count = 0

  mutating func append(_ element: Element, lane: String) {
    if lanes[lane] == nil { turns.append(lane) }
    lanes[lane, default: []].append(element)
    count += 1
  }

  func isEmpty(lane: String) -> Bool { lanes[lane] == nil }

  mutating func popFirst() -> Element? {
    guard let lane = turns.popFirst(), let element = lanes[lane]?.popFirst() else { return nil }
    if lanes[lane]?.isEmpty == true { lanes[lane] = nil } else { turns.append(lane) }
    count -= 1
    return element
  }
}
