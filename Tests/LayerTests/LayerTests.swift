import Foundation
import Testing

/// The house rules that a compiler does not know: who may import whom, how long files and lines get, what a
/// script's header says.
@Suite struct LayerTests {
  /// Every target with what it may import of ours, from the bottom up. `Package.swift` lists the same, but
  /// SwiftPM lets a target import what its dependencies depend on.
  private static let layers: [(target: String, mayImport: Set<String>)] = [
    ("Events", ["CEvent", "COpenSSL", "CLinux"]),
    ("Faults", []),
    ("Crypto", ["COpenSSL"]),
    ("JSON", []),
    ("HTTP", ["CLinux", "Events", "JSON"]),
    ("RedisClient", ["CHiredis", "CLinux", "Events"]),
    ("BlobStore", ["CLinux", "Events", "Faults", "Crypto"]),
    ("Domain", ["CAssets", "Events", "Faults", "Crypto", "JSON", "RedisClient", "BlobStore"]),
    (
      "Snapshots",
      ["CLinux", "Events", "Faults", "Crypto", "JSON", "RedisClient", "BlobStore", "Domain"]
    ),
    ("WebUI", ["CLinux", "CAssets", "Crypto", "HTTP"]),
    ("API", ["Events", "Crypto", "JSON", "HTTP", "BlobStore", "Domain", "WebUI"]),
    (
      "picbed",
      [
        "CLinux", "Events", "Faults", "JSON", "HTTP", "RedisClient", "BlobStore", "Domain",
        "Snapshots",
        "WebUI", "API",
      ]
    ),
  ]
  /// What comes from outside: Swift's own modules and the package's dependencies.
  private static let libraries: Set<String> = [
    "Glibc", "Synchronization", "DequeModule", "Logging", "ArgumentParser",
  ]

  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func files(below folder: String, _ suffix: String) -> [URL] {
    let walk = FileManager.default.enumerator(
      at: root.appending(path: folder), includingPropertiesForKeys: nil)
    return (walk?.compactMap { $0 as? URL } ?? []).filter { $0.path.hasSuffix(suffix) }
  }

  private static func lines(_ file: URL) throws -> [Substring] {
    try String(contentsOf: file, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
  }

  @Test func targetsImportOnlyWhatLiesBelowThem() throws {
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: Self.root.appending(path: "Sources").path)
    let swiftTargets = Set(folders.filter { !$0.hasPrefix("C") || $0 == "Crypto" })
    #expect(swiftTargets == Set(Self.layers.map(\.target)), "a target without its row here")
    for (target, mayImport) in Self.layers {
      for file in Self.files(below: "Sources/\(target)", ".swift") {
        for line in try Self.lines(file) where line.contains("import ") {
          let words = line.split(separator: " ")
          guard let at = words.firstIndex(of: "import"),
            words[..<at].allSatisfy({ ["internal", "private", "@preconcurrency"].contains($0) })
          else { continue }
          let module = String(words[at + 1])
          #expect(
            mayImport.contains(module) || Self.libraries.contains(module),
            "\(target) imports \(module) in \(file.lastPathComponent)")
        }
      }
    }
  }

  @Test func cModulesStayInsideTheirTargets() throws {
    for file in Self.files(below: "Sources", ".swift") {
      for line in try Self.lines(file) where line.hasPrefix("import C") {
        let module = line.dropFirst("import ".count)
        #expect(
          module == "Crypto" || module == "CAssets",
          "\(file.lastPathComponent): \(module) must be imported internally")
      }
    }
  }

  @Test func filesAndLinesKeepTheirLength() throws {
    for file in Self.files(below: "Sources", ".swift") {
      let lines = try Self.lines(file)
      #expect(lines.count <= 400, "\(file.lastPathComponent) has \(lines.count) lines")
      for (number, line) in lines.enumerated() where line.count > 120 {
        Issue.record("\(file.lastPathComponent):\(number + 1) has \(line.count) characters")
      }
    }
  }

  @Test func keysAreNamedInOnePlace() throws {
    for file in Self.files(below: "Sources/Domain", ".swift")
    where file.lastPathComponent != "Keys.swift" {
      for line in try Self.lines(file) where !line.drop(while: { $0 == " " }).hasPrefix("//") {
        #expect(!line.contains("\"files:{") && !line.contains("\"blob:{"), "\(file): \(line)")
      }
    }
  }

  @Test func everyScriptSaysWhatItTakesAndAnswers() throws {
    let scripts = Self.files(below: "lua", ".lua").filter { !$0.path.contains("/include/") }
    #expect(scripts.count > 20)
    for script in scripts {
      let lines = try Self.lines(script)
      #expect(lines[0].hasPrefix("#!lua"), "\(script.lastPathComponent)")
      for part in ["Keys:", "Args:", "Returns:", "Slot:", "Writes:", "Cost:"] {
        #expect(
          lines.contains { $0.hasPrefix("-- \(part)") || $0.hasPrefix("-- ") && $0.contains(part) },
          "\(script.lastPathComponent) has no \(part)")
      }
    }
  }
}
