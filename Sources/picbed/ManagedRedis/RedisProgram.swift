import Glibc

/// Finds the redis-server program.
enum RedisProgram {
  private static let name = "redis-server"

  /// The path to run: `wanted` as it stands if it holds a slash, else the first such program in
  /// `searchPath` (the PATH variable).
  static func find(_ wanted: String?, searchPath: String) throws(PicbedError) -> String {
    let name = wanted ?? Self.name
    if name.contains("/") {
      guard isProgram(name) else { throw .start("\(name) is not a program that can be run") }
      return name
    }
    for folder in searchPath.split(separator: ":") {
      let path = "\(folder)/\(name)"
      if isProgram(path) { return path }
    }
    throw .start(
      """
      \(name) is not in PATH: install it (apt-get install redis-server), name it with \
      --redis-server, or use another Redis with --redis URL
      """)
  }

  private static func isProgram(_ path: String) -> Bool {
    access(path, X_OK) == 0 && !File.isFolder(path)
  }
}
