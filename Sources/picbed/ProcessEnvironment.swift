import Glibc

/// The environment that this process was started with. Read from the kernel: `environ` is a mutable
/// global of C.
enum ProcessEnvironment {
  /// More than Linux lets a program be started with, arguments included (execve(2): 6 MiB).
  private static let bytesMax = 8 << 20

  /// Each `NAME=value`, in order, as bytes: values need not be text.
  static var entries: [[UInt8]] {
    let bytes = (try? File.read("/proc/self/environ", bytesMax: bytesMax)) ?? []
    return bytes.split(separator: 0).map(Array.init)
  }

  /// Name to value. Of a name that is there twice the first counts, as with getenv(3).
  static var variables: [String: String] {
    var variables: [String: String] = [:]
    for entry in entries {
      guard let equals = entry.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let name = String(decoding: entry[..<equals], as: UTF8.self)
      if variables[name] == nil {
        variables[name] = String(decoding: entry[(equals + 1)...], as: UTF8.self)
      }
    }
    return variables
  }
}
