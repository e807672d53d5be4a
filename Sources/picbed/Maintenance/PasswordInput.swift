import Domain
import Glibc

/// A password for an account: from the file that `PICBED_PASSWORD_FILE` names, else asked for at the terminal,
/// else the first line of standard input. Never from the command line, which others can see.
enum PasswordInput {
  private static let bytesMax = 1024

  static func read(_ environment: Environment = .process) throws -> HexDigits32 {
    let password = try text(environment)
    guard !password.isEmpty else { throw PicbedError.usage("the password is empty") }
    return try UserAdministration.digest(ofPassword: password)
  }

  private static func text(_ environment: Environment) throws(PicbedError) -> String {
    if let path = environment.text(.passwordFile) {
      do throws(FileError) {
        return firstLine(try File.read(path, bytesMax: bytesMax))
      } catch {
        throw .usage("\(Variable.passwordFile.rawValue): \(error)")
      }
    }
    guard isatty(STDIN_FILENO) == 1 else { return firstLine(readInput()) }
    let first = ask("Password: ")
    guard first == ask("Once more: ") else { throw .usage("the two passwords differ") }
    return first
  }

  private static func ask(_ prompt: String) -> String {
    StandardStream.error.write(prompt)
    var before = termios()
    tcgetattr(STDIN_FILENO, &before)
    var silent = before
    silent.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
    defer {
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
      StandardStream.error.write("\n")
    }
    return firstLine(readInput())
  }

  /// Up to a line's end.
  private static func readInput() -> [UInt8] {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while bytes.count < bytesMax, Glibc.read(STDIN_FILENO, &byte, 1) == 1, byte != 0x0A {
      bytes.append(byte)
    }
    return bytes
  }

  private static func firstLine(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
  }
}
