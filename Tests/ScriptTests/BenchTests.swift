import Foundation
import TestSupport
import Testing

extension ScriptTests {
  /// The bench calls the scripts without picbed, so a script that takes something more breaks it.
  @Suite struct BenchTests {
    private static let hasPython = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")

    @Test(.enabled(if: hasPython))
    func theBenchGivesEveryScriptItsKeysAndArguments() throws {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let run = luaFolder.deletingLastPathComponent().appendingPathComponent("bench/run").path
      let check = try ChildProcess(
        "/usr/bin/python3", ["-B", run, "--check-scripts"],
        outputPath: folder / "out", errorPath: folder / "err")
      #expect(check.wait(seconds: 10) == .exit(0), "\(check.errors)")
    }
  }
}
