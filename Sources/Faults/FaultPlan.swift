import Glibc
import Synchronization

/// What is to go wrong, as `PICBED_FAULTS` says it: `point=action[@times]`, parted by commas.
///
///     upload.published=kill          SIGKILL when it is reached first
///     disk.sync=ENOSPC@3-9           from the third time to the ninth (`@3`: that once, `@3-`: ever after)
///     delete.begun=200ms@1-          a wait each time
///
/// Any thread: each rule counts by an atomic.
package struct FaultPlan: Sendable {
  package static let variable = "PICBED_FAULTS"

  package enum Action: Sendable, Equatable {
    case kill
    case fail(errno: Int32)
    case wait(milliseconds: UInt32)
  }

  private static let errors: [Substring: Int32] = [
    "EIO": EIO, "ENOSPC": ENOSPC, "EDQUOT": EDQUOT, "EROFS": EROFS, "EMFILE": EMFILE,
  ]

  private final class Rule: Sendable {
    let point: FaultPoint
    let action: Action
    let times: ClosedRange<Int>
    private let count = Atomic<Int>(0)

    init(_ point: FaultPoint, _ action: Action, _ times: ClosedRange<Int>) {
      self.point = point
      self.action = action
      self.times = times
    }

    /// Counts once more; whether it is this one's turn.
    func isDue() -> Bool { times.contains(count.add(1, ordering: .relaxed).newValue) }
  }

  private let rules: [Rule]

  /// This process's plan; nil when nothing is to go wrong. A plan that cannot be read ends the
  /// process: a test that believes in a fault must not pass without it.
  static var ofProcess: FaultPlan? {
    guard let text = getenv(variable).map({ String(cString: $0) }), !text.isEmpty else {
      return nil
    }
    guard let plan = FaultPlan(text) else { fatalError("\(variable) cannot be read: \(text)") }
    return plan
  }

  /// Nil for what is no plan.
  package init?(_ text: String) {
    var rules: [Rule] = []
    for part in text.split(separator: ",") {
      let sides = part.split(separator: "=", maxSplits: 1)
      guard sides.count == 2, let point = FaultPoint(rawValue: String(sides[0])) else { return nil }
      let words = sides[1].split(separator: "@", maxSplits: 1)
      guard let action = Self.action(words[0]),
        let times = words.count == 1 ? 1...1 : Self.times(words[1])
      else { return nil }
      rules.append(Rule(point, action, times))
    }
    self.rules = rules
  }

  /// The point was reached: does what is due; answers the errno of a failure.
  func reach(_ point: FaultPoint) -> Int32? {
    for rule in rules where rule.point == point && rule.isDue() {
      switch rule.action {
      case .kill:
        kill(getpid(), SIGKILL)
        // It takes effect on the way back from the call, at the latest here.
        while true { pause() }
      case .fail(let errno): return errno
      case .wait(let milliseconds): usleep(milliseconds * 1_000)
      }
    }
    return nil
  }

  /// For tests: what would be done each time, from the first on.
  package func actions(at point: FaultPoint, times: Int) -> [Action?] {
    (0..<times).map { _ in
      rules.first { $0.point == point && $0.isDue() }?.action
    }
  }

  private static func action(_ text: Substring) -> Action? {
    if text == "kill" { return .kill }
    if let errno = errors[text] { return .fail(errno: errno) }
    guard text.hasSuffix("ms"), let milliseconds = UInt32(text.dropLast(2)) else { return nil }
    return .wait(milliseconds: milliseconds)
  }

  private static func times(_ text: Substring) -> ClosedRange<Int>? {
    let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = Int(ends[0]), first >= 1 else { return nil }
    if ends.count == 1 { return first...first }
    if ends[1].isEmpty { return first...Int.max }
    guard let last = Int(ends[1]), last >= first else { return nil }
    return first...last
  }
}
