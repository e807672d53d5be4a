/// The line in a data folder's lock file that says who holds it: `4711 myhost
/// 2026-11-23T21:40:01.123Z picbed serve`. For people and for the message of a second picbed; the
/// lock itself is the kernel's.
struct LockNote: Equatable {
  var pid: Int32
  var host: String
  /// RFC 3339.
  var startTime: String
  var command: String

  var text: String { "\(pid) \(host) \(startTime) \(command)\n" }

  init(pid: Int32, host: String, startTime: String, command: String) {
    self.pid = pid
    self.host = host
    self.startTime = startTime
    self.command = command
  }

  /// Nil for a line that is not whole: its writer may be at it.
  init?(_ text: String) {
    guard text.hasSuffix("\n") else { return nil }
    let parts = text.dropLast().split(separator: " ", maxSplits: 3)
    guard parts.count == 4, let pid = Int32(parts[0]) else { return nil }
    self.init(
      pid: pid, host: String(parts[1]), startTime: String(parts[2]), command: String(parts[3]))
  }
}
