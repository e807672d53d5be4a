import ArgumentParser
import Glibc

/// The program: parses the command line, runs the command, and turns errors into one line and an
/// exit code.
@main
struct Picbed: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "picbed",
    abstract: "A self-hosted image and file host.",
    discussion: """
      picbed keeps all bytes in files and all metadata in Redis. Without any option it serves on \
      \(Configuration.Default.listen), keeps its data in \(Configuration.Default.dataFolder) and \
      runs a redis-server of its own.

      An option whose help names an environment variable can also be set by that. \
      The command line wins over the environment; an empty variable counts as not set.

      Sizes are written 4096, 500M, 10MB or 1GiB, times 500ms, 30s, 10m, 2h or 1d.

      Exit codes: 0 after a clean stop, 64 for a wrong option or variable, 1 for any other error, \
      130 when a second signal cut a stop short.
      """,
    version: "picbed 0.1.0",
    subcommands: [
      ServeCommand.self, SnapshotCommand.self, RestoreCommand.self, VerifyCommand.self,
      StatusCommand.self, UserCommand.self, RedisKeeperCommand.self, RedisChildCommand.self,
    ],
    defaultSubcommand: ServeCommand.self)

  /// The entry point. ArgumentParser's own prints an error as several lines; people and scripts get
  /// one here.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      end(error)
    }
  }

  private static func end(_ error: any Error) -> Never {
    if let error = error as? PicbedError { end(error.message, error.exitCode) }
    let code = exitCode(for: error)
    if code == .success {
      // Help and version are answers, not errors.
      StandardStream.output.write(fullMessage(for: error) + "\n")
      Glibc.exit(0)
    }
    end("\(message(for: error)) (picbed --help tells more)", code.rawValue)
  }

  private static func end(_ message: String, _ code: Int32) -> Never {
    var line = Array("picbed: ".utf8)
    LogText.appendEscaped(message, to: &line)
    line.append(UInt8(ascii: "\n"))
    StandardStream.error.write(line)
    Glibc.exit(code)
  }
}
