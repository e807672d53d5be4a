import Faults
import Glibc

/// The `PICBED_` variables: read by type, each wrong one noted, so that one line can name them all.
struct Environment {
  /// The largest file that a `…_FILE` variable may name.
  static let secretBytesMax = 64 * 1024

  /// What was wrong so far, a sentence each.
  private(set) var problems: [String] = []
  private let values: [String: String]

  /// `values`: every variable of the process, or what a test says.
  init(_ values: [String: String]) {
    self.values = values.filter { $0.key.hasPrefix(Variable.prefix) }
  }

  /// This process's environment.
  static var process: Environment { Environment(ProcessEnvironment.variables) }

  /// The variables that look like picbed's and are not: a misspelled one must not pass in silence.
  var unknownNames: [String] {
    values.keys.filter { Variable(rawValue: $0) == nil && $0 != FaultPlan.variable }.sorted()
  }

  /// The text of `variable`; nil when it is not set, or empty.
  func text(_ variable: Variable) -> String? {
    guard let text = values[variable.rawValue], !text.isEmpty else { return nil }
    return text
  }

  /// The value of `variable`; nil when it is not set, or wrong, which is then noted.
  mutating func value<Value: SettingValue>(
    _ variable: Variable, as type: Value.Type = Value.self
  ) -> Value? {
    guard let text = text(variable) else { return nil }
    do throws(SettingError) {
      return try Value(parsing: text)
    } catch {
      problems.append("the value '\(text)' is invalid for \(variable.rawValue): \(error)")
      return nil
    }
  }

  /// The text of `variable`, or of the file that `file` names, without the white space at its ends.
  /// Never part of a problem's sentence.
  mutating func secret(_ variable: Variable, file: Variable) -> String? {
    guard let path = text(file) else { return text(variable) }
    guard text(variable) == nil else {
      problems.append("\(variable.rawValue) and \(file.rawValue) are both set: use one of them")
      return nil
    }
    do throws(FileError) {
      let bytes = try File.read(path, bytesMax: Self.secretBytesMax)
      return String(decoding: bytes, as: UTF8.self).trimmed
    } catch {
      problems.append("\(file.rawValue): \(error)")
      return nil
    }
  }
}

extension String {
  /// Without the ASCII white space at both ends.
  fileprivate var trimmed: String {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r\n" }
    var rest = self[...]
    while let first = rest.first, isSpace(first) { rest.removeFirst() }
    while let last = rest.last, isSpace(last) { rest.removeLast() }
    return String(rest)
  }
}
