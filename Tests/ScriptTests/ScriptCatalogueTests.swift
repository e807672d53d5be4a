import CAssets
import Domain
import Foundation
import Testing

/// The scripts in the binary. No Redis here.
@Suite struct ScriptCatalogueTests {
  private func files(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".lua") }.map { String($0.dropLast(".lua".count)) }
  }

  private func embedded() -> [String: [UInt8]] {
    var assets: [String: [UInt8]] = [:]
    for index in 0..<picbed_script_count {
      let asset = picbed_script_at(index)!.pointee
      assets[String(cString: asset.name)] = Array(
        UnsafeBufferPointer(start: asset.bytes, count: asset.size))
    }
    return assets
  }

  @Test func theTableIsTheFolder() throws {
    let includes = try files(in: luaFolder.appendingPathComponent("include"))
    let names = try files(in: luaFolder) + includes.map { "include/" + $0 }
    let assets = embedded()
    #expect(assets.keys.sorted() == names.sorted())
    #expect(assets.count == picbed_script_count, "each once")
    for name in names {
      let file = try Data(contentsOf: luaFolder.appendingPathComponent(name + ".lua"))
      #expect(assets[name] == [UInt8](file), "\(name)")
    }
  }

  @Test func everyScriptHasAName() throws {
    #expect(try files(in: luaFolder).sorted() == ScriptName.allCases.map(\.rawValue).sorted())
  }

  @Test func theIndexIsThePlaceInTheCatalogue() throws {
    let scripts = try ScriptCatalogue.load()
    #expect(scripts.map(\.name) == ScriptName.allCases)
    for name in ScriptName.allCases { #expect(scripts[name.index].name == name) }
  }

  @Test func loadedScriptsHaveTheirIncludesInThem() throws {
    for script in try ScriptCatalogue.load() {
      let text = String(decoding: script.source, as: UTF8.self)
      #expect(text.hasPrefix("#!lua"))
      #expect(!text.contains("-- include "))
      #expect(text.contains("session_expiry(") == text.contains("local function session_expiry("))
      #expect(text.contains("page_of(") == text.contains("local function page_of("))
    }
  }

  @Test func aLineIsReplacedByThePart() throws {
    let parts = ["session": "check()\n", "bare": "bare()"]
    let text = "#!lua\n-- include session\n-- include bare\nwork() -- include session\n"
    let expanded = try ScriptCatalogue.expand(text) { parts[$0] }
    #expect(expanded == "#!lua\ncheck()\nbare()\nwork() -- include session\n")
    #expect(try ScriptCatalogue.expand("-- include bare") { parts[$0] } == "bare()")
    #expect(try ScriptCatalogue.expand("") { parts[$0] } == "")
  }

  @Test func aMissingPartIsNamed() {
    #expect(throws: ScriptCatalogueError(reason: "lua/include/page.lua is not in this binary")) {
      try ScriptCatalogue.expand("-- include page\n") { _ in nil }
    }
  }
}
