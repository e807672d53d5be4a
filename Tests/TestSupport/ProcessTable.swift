import Foundation

/// What /proc (proc(5)) tells about processes: who listens on a socket, who runs, and
/// what memory one has used.
package enum ProcessTable {
  /// The pid of the process that listens on the unix socket at `path`; nil if nobody does.
  package static func listener(ofUnixSocket path: String) -> pid_t? {
    let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let code = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard code == 0 else { return nil }
    // struct ucred (unix(7)): pid, uid, gid.
    var credentials: (pid_t, uid_t, gid_t) = (0, 0, 0)
    var size = socklen_t(MemoryLayout.size(ofValue: credentials))
    guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 else {
      return nil
    }
    return credentials.0
  }

  /// True while a process of that pid runs; a zombie runs no more.
  package static func isRunning(_ pid: pid_t) -> Bool {
    status(of: pid).map { $0.state != "Z" } ?? false
  }

  /// Who started `pid`, or took it in; nil for one that is gone.
  package static func parent(of pid: pid_t) -> pid_t? { status(of: pid)?.parent }

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
