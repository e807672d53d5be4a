import Foundation

/// What /proc (proc(5)) tells about processes: who is whose child, and what memory one has used.
package enum ProcessTable {
  /// Pids of the running children of `parent` whose program has the name `program`. Zombies do not
  /// count.
  package static func children(of parent: pid_t, named program: String) -> [pid_t] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return entries.compactMap { pid_t($0) }.filter { pid in
      guard let process = status(of: pid) else { return false }
      return process.parent == parent && process.name == program && process.state != "Z"
    }
  }

  /// True while a process of that pid runs; a zombie runs no more.
  package static func isRunning(_ pid: pid_t) -> Bool {
    status(of: pid).map { $0.state != "Z" } ?? false
  }

  /// The most memory that `pid` ever had resident (VmHWM), in bytes; 0 for one that is gone.
  package static func peakResidentBytes(of pid: pid_t) -> Int {
    let lines = String(decoding: fileBytes("/proc/\(pid)/status"), as: UTF8.self).split(
      separator: "\n")
    guard let line = lines.first(where: { $0.hasPrefix("VmHWM:") }) else { return 0 }
    return (Int(line.split(whereSeparator: { $0 == " " || $0 == "\t" })[1]) ?? 0) * 1_024
  }

  /// The fields of /proc/PID/stat that are used here. The name stands in brackets and may hold any
  /// character, brackets too, so the fields behind it are counted from the last bracket.
  private static func status(of pid: pid_t) -> (name: String, state: String, parent: pid_t)? {
    let text = String(decoding: fileBytes("/proc/\(pid)/stat"), as: UTF8.self)
    guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")") else {
      return nil
    }
    let rest = text[text.index(after: close)...].split(separator: " ")
    guard rest.count > 1, let parent = pid_t(rest[1]) else { return nil }
    return (String(text[text.index(after: open)..<close]), String(rest[0]), parent)
  }
}
