import Glibc
import TestSupport

/// wrk at work on a server, on connections that it keeps: lists and blobs in turn, as fast as they are
/// answered, until `finish`.
final class WrkRun {
  struct Report: CustomStringConvertible {
    let requests: Int
    /// wrk's own lines on answers that are no success and on connections that failed.
    let problems: [String]
    let description: String
  }

  private static let connections = 4
  /// It is stopped long before; should nobody do that, it ends by itself.
  private static let secondsMax = 600

  private let folder: TemporaryFolder
  private let process: ChildProcess

  init(_ client: HTTPClient, _ user: PicbedUser, picture url: String) throws {
    folder = try TemporaryFolder()
    let proof = String(decoding: user.proof(["start": 0, "count": 10]).bytes, as: UTF8.self)
    let path = "/group1" + url.split(separator: "/group1")[1]
    let script = """
      local list, blob
      local n = 0
      function init()
        list = wrk.format("POST", "/api/myfiles?cmd=normal", nil, [[\(proof)]])
        blob = wrk.format("GET", "\(path)")
      end
      function request()
        n = n + 1
        return n % 2 == 0 and list or blob
      end
      """
    try writeFile(folder / "load.lua", Array(script.utf8))
    // An answer that takes a second on a busy machine is no failure.
    process = try ChildProcess(
      "wrk",
      [
        "-t1", "-c\(Self.connections)", "-d\(Self.secondsMax)s", "--timeout", "60s", "-s",
        folder / "load.lua", "\(client.tls == nil ? "http" : "https")://\(client.host)",
      ], outputPath: folder / "out", errorPath: folder / "err")
  }

  deinit {
    process.send(SIGKILL)
    _ = process.wait(seconds: 10)
    folder.remove()
  }

  /// Stops wrk (SIGINT), which reports then.
  func finish() throws -> Report {
    process.send(SIGINT)
    guard process.wait(seconds: 60) == .exit(0) else {
      throw PicbedServerError("wrk does not report", log: process.output + process.errors)
    }
    let output = process.output
    let requests = output.firstMatch(of: #/([0-9]+) requests in/#).flatMap { Int($0.1) }
    let problems = output.split(separator: "\n").map(String.init).filter {
      $0.contains("Socket errors") || $0.contains("Non-2xx")
    }
    return Report(
      requests: requests ?? 0, problems: problems, description: output + process.errors)
  }
}
