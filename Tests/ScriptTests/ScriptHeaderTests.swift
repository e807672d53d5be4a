import Domain
import Testing

/// The rules for the text of a script. No Redis here.
@Suite struct ScriptHeaderTests {
  @Test(arguments: ScriptName.allCases)
  func everyLabelIsThereInOrder(_ script: ScriptName) throws {
    let header = try ScriptHeader(script)
    #expect(header.purpose.hasSuffix("."), "a sentence")
    let wanted = ScriptHeader.labels.filter { $0 != "Again" || header.writes }
    #expect(header.sections.map(\.label) == wanted)
    for section in header.sections { #expect(!section.text.isEmpty, "\(section.label)") }
    #expect(["yes", "no"].contains(header["Writes"]))
    #expect(header["Slot"].hasPrefix("{"))
    #expect(header["Cost"].hasPrefix("O("))
  }

  @Test(arguments: ScriptName.allCases)
  func readersAndOnlyTheyHaveTheFlag(_ script: ScriptName) throws {
    let header = try ScriptHeader(script)
    #expect(header.writes != header.flags.contains("no-writes"))
    #expect(Set(header.flags).isSubset(of: ["no-writes", "allow-oom"]))
  }

  @Test(arguments: ScriptName.allCases)
  func namesComeFirstInTheCode(_ script: ScriptName) throws {
    let header = try ScriptHeader(script)
    let code = header.code.drop { $0.hasPrefix("-- include ") }
    let naming = code.prefix { !$0.isEmpty }
    for line in naming { #expect(line.hasPrefix("local "), "\(line)") }
    for place in header.keys + header.arguments {
      #expect(naming.filter { $0.contains(place) }.count == 1, "\(place)")
    }
    let work = code.drop { !$0.isEmpty }.joined(separator: "\n")
    #expect(!work.contains("KEYS[") && !work.contains("ARGV["))
  }

  @Test(arguments: ScriptName.allCases)
  func nothingInItDependsOnWhenItRuns(_ script: ScriptName) throws {
    let code = try ScriptHeader(script).code.joined(separator: "\n")
    for word in ["'TIME'", "math.random", "SCAN", "'KEYS'", "while ", "repeat"] {
      #expect(!code.contains(word), "\(word)")
    }
  }

  @Test(arguments: ScriptName.allCases)
  func readersDecodeNoJSON(_ script: ScriptName) throws {
    let header = try ScriptHeader(script)
    #expect(header.writes || !header.code.joined().contains("cjson"))
  }

  @Test(arguments: ScriptName.allCases)
  func linesAreShort(_ script: ScriptName) throws {
    for line in try ScriptHeader(script).lines { #expect(line.count <= 100, "\(line)") }
  }
}
