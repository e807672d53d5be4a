import Foundation
import TestSupport

/// What a browser or its driver would not do.
struct BrowserError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// The chromedriver process, and the calls of the W3C WebDriver protocol (https://www.w3.org/TR/webdriver2/) to it.
/// It is shared by all browsers of a test run; the run's end ends it.
final class ChromeDriver: Sendable {
  private static let startSecondsMax = 30.0

  private let folder: TemporaryFolder
  private let process: ChildProcess
  private let client: HTTPClient

  init() throws {
    folder = try TemporaryFolder()
    process = try ChildProcess(
      "chromedriver", ["--port=0"], outputPath: folder / "stdout", errorPath: folder / "stderr")
    var port: UInt16?
    let process = process
    _ = eventually(within: Self.startSecondsMax) {
      let line = process.output.firstMatch(of: #/started successfully on port ([0-9]+)/#)
      port = line.flatMap { UInt16($0.1) }
      return port != nil || process.poll() != nil
    }
    guard let port else {
      throw BrowserError("chromedriver did not start: \(process.output)\(process.errors)")
    }
    client = HTTPClient(port: port)
  }

  deinit {
    process.send(SIGTERM)
    if process.wait(seconds: 5) == nil { process.send(SIGKILL) }
    folder.remove()
  }

  /// One command. Answers the reply's `value`, or throws what the driver says.
  @discardableResult
  func call(_ method: String, _ path: String, _ body: JSONValue = [:]) throws -> JSONValue {
    let reply = try client.request(
      method, path, headers: [("Content-Type", "application/json")],
      body: method == "POST" ? body.bytes : [])
    guard reply.response.status == 200, let value = reply.json?["value"] else {
      let message = reply.json?["value"]?["message"]?.string
      throw BrowserError("\(method) \(path) \(body): \(message ?? "\(reply)")")
    }
    return value
  }
}
