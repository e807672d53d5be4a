import Foundation

/// The program under test.
package enum PicbedBinary {
  /// The path of the binary: `PICBED_BINARY` if that is set, else the newer of
  /// .build/release/picbed and .build/debug/picbed in the first folder above this file that has
  /// one. The newer, because an old release build beside a fresh debug build would have the tests
  /// judge yesterday's code.
  package static func path() throws -> String {
    if let named = ProcessInfo.processInfo.environment["PICBED_BINARY"] {
      guard access(named, X_OK) == 0 else { throw SystemError("PICBED_BINARY=\(named)", errno) }
      return named
    }
    var folder = URL(fileURLWithPath: #filePath)
    while folder.path != "/" {
      folder.deleteLastPathComponent()
      let built = ["release", "debug"].map { folder.path + "/.build/\($0)/picbed" }
        .filter { access($0, X_OK) == 0 }
      if let newest = built.max(by: { builtAt($0) < builtAt($1) }) { return newest }
    }
    throw PicbedServerError(
      "no picbed binary: build one (swift build) or name one by PICBED_BINARY", log: "")
  }

  /// Runs `picbed` with `arguments` to its end; kills it after `seconds` and reports that as an
  /// error. What it wrote is in the result's files, which are in `folder`.
  package static func run(
    _ arguments: [String], environment: [String: String] = [:], in folder: TemporaryFolder,
    seconds: Double = 120
  ) throws -> FinishedRun {
    let name = "run-\(UUID().uuidString.prefix(8))"
    let process = try ChildProcess(
      try path(), arguments, environment: environment,
      outputPath: folder / "\(name).out", errorPath: folder / "\(name).err")
    let ending = process.wait(seconds: seconds)
    if ending == nil {
      process.send(SIGKILL)
      _ = process.wait(seconds: 5)
    }
    return FinishedRun(
      arguments: arguments, ending: ending, output: process.output, errors: process.errors)
  }

  private static func builtAt(_ path: String) -> Date {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return attributes?[.modificationDate] as? Date ?? .distantPast
  }
}

/// A run of `picbed` that is over: how it ended and all that it wrote.
package struct FinishedRun: Sendable, CustomStringConvertible {
  package let arguments: [String]
  /// nil if it did not end by itself in time.
  package let ending: ChildProcess.Ending?
  package let output: String
  package let errors: String

  /// The lines of standard error that are not blank.
  package var errorLines: [String] {
    errors.split(separator: "\n").map(String.init).filter { !$0.allSatisfy(\.isWhitespace) }
  }

  package var description: String {
    let ended = ending.map { "\($0)" } ?? "did not end in time"
    return
      "\n  picbed \(arguments.joined(separator: " "))\n  \(ended)"
      + "\n  stdout: \(output)\n  stderr: \(errors)\n"
  }
}
