import Domain
import Foundation
import Testing

/// The folder lua/ of this checkout.
let luaFolder = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  .appendingPathComponent("lua")

/// The first line and the comment at the head of a script.
struct ScriptHeader {
  static let labels = ["Keys", "Args", "Returns", "Slot", "Writes", "Again", "Cost"]

  let lines: [String]
  let flags: [String]
  /// What stands above the first label.
  let purpose: String
  /// What each label says, in the order of the file. Lines are joined by line feeds.
  let sections: [(label: String, text: String)]
  /// The lines below the header.
  let code: [String]

  init(_ script: ScriptName) throws {
    let url = luaFolder.appendingPathComponent("\(script.rawValue).lua")
    try self.init(text: String(contentsOf: url, encoding: .utf8))
  }

  init(text: String) throws {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let first = try #require(lines.first)
    try #require(first.hasPrefix("#!lua"))
    flags = first.dropFirst("#!lua".count).split(separator: " ").flatMap { part in
      part.dropFirst("flags=".count).split(separator: ",").map(String.init)
    }
    let comment = lines.dropFirst().prefix { $0.hasPrefix("--") && !$0.hasPrefix("-- include") }
    code = Array(lines.dropFirst(1 + comment.count))

    var purpose = ""
    var sections: [(label: String, text: String)] = []
    for line in comment {
      let text = line.dropFirst(2).trimmingCharacters(in: .whitespaces)
      if let label = Self.labels.first(where: { line.hasPrefix("-- \($0):") }) {
        let value = text.dropFirst(label.count + 1).trimmingCharacters(in: .whitespaces)
        sections.append((label, value))
      } else if sections.isEmpty {
        purpose += text.isEmpty ? "" : text + " "
      } else {
        sections[sections.count - 1].text += "\n" + text
      }
    }
    self.purpose = purpose.trimmingCharacters(in: .whitespaces)
    self.sections = sections
  }

  subscript(_ label: String) -> String { sections.first { $0.label == label }?.text ?? "" }

  var writes: Bool { self["Writes"] == "yes" }

  /// KEYS[1], KEYS[2] …, as documented.
  var keys: [String] { entries(of: "Keys", "KEYS[") }

  /// ARGV[1], ARGV[2] …, as documented.
  var arguments: [String] { entries(of: "Args", "ARGV[") }

  private func entries(of label: String, _ prefix: String) -> [String] {
    self[label].split(separator: "\n").filter { $0.hasPrefix(prefix) }
      .map { String($0.prefix { $0 != " " }) }
  }
}
