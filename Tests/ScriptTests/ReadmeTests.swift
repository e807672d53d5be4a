import Domain
import Foundation
import TestSupport
import Testing

/// What lua/README.md says.
struct Readme {
  let text: String
  /// The text of each fenced block of shell commands.
  let commands: [String]

  init() throws {
    text = try String(contentsOf: luaFolder.appendingPathComponent("README.md"), encoding: .utf8)
    commands = text.components(separatedBy: "```sh\n").dropFirst().compactMap { part in
      part.components(separatedBy: "```").first
    }
  }

  /// The first cells of the table of keys.
  var keys: Set<String> {
    Set(
      text.split(separator: "\n").filter { $0.hasPrefix("| `") }.compactMap { row in
        row.split(separator: "`").dropFirst().first.map(String.init)
      })
  }
}

extension ScriptTests {
  @Suite struct ReadmeTests {
    /// A command that finds nothing in a filled store proves nothing: each must print something.
    @Test func everyCommandOfTheCheatSheetWorks() throws {
      let commands = try Readme().commands
      let function = try #require(commands.first)
      try #require(commands.count > 10)

      let store = try ScriptStore(.plain)
      try store.fill()
      try store.run(.loginFailed, [Keys.throttle(user: "alice")], "900")
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      for command in commands.dropFirst() {
        let shell = try ChildProcess(
          "/bin/sh", ["-c", function + command],
          environment: ["REDIS_SOCKET": try ServerKind.plain.server().socketPath],
          outputPath: folder / "out", errorPath: folder / "err")
        #expect(shell.wait(seconds: 10) == .exit(0), "\(command)")
        #expect(shell.errors == "", "\(command)")
        #expect(!shell.output.isEmpty, "\(command)")
        for sign in ["ERR", "WRONGTYPE", "nan", "Could not connect"] {
          #expect(!shell.output.contains(sign), "\(command): \(shell.output)")
        }
      }
    }

    @Test func theTableNamesEveryKeyThatScriptsWrite() throws {
      let documented = try Readme().keys
      let store = try ScriptStore(.plain)
      try store.fill()
      for key in try store.keys() {
        let general =
          key.hasPrefix("blob:")
          ? key.replacing(#/\{.*\}/#, with: "{md5}")
          : key.hasPrefix("picture:")
            ? "picture:{urlmd5}" : key.hasPrefix("invite:") ? "invite:{sha256}" : key
        #expect(documented.contains(general), "\(key)")
      }
      #expect(documented.contains(Keys.throttle(user: "alice")))
      #expect(documented.contains(Keys.throttle(address: "192.0.2.7")))
    }

    @Test(arguments: ScriptName.allCases)
    func everyScriptIsListed(_ script: ScriptName) throws {
      let list = try #require(try Readme().text.components(separatedBy: "## The scripts").last)
      #expect(list.contains(" \(script.rawValue)"))
    }
  }
}
