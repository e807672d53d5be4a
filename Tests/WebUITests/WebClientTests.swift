import CAssets
import Foundation
import Testing

@testable import WebUI

/// The web client as it is built in: whole, small, and in two languages that say the same.
@Suite struct WebClientTests {
  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sources/WebUI/client")

  private static func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  private static func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test("every file of the folder is in the binary, byte for byte")
  func embedded() throws {
    let assets = (0..<picbed_client_file_count).map { picbed_client_file_at($0)!.pointee }
    #expect(try assets.map { String(cString: $0.name) }.sorted() == Self.names())
    for asset in assets {
      let bytes = Array(UnsafeBufferPointer(start: asset.bytes, count: asset.size))
      let file = Self.folder.appending(path: String(cString: asset.name))
      #expect(try bytes == Array(Data(contentsOf: file)), "\(file.lastPathComponent)")
    }
  }

  @Test("the client stays small")
  func size() {
    #expect(WebClient.bytes <= WebClient.bytesMax)
  }

  @Test("index.html loads every module at once and nothing is inline")
  func index() throws {
    let index = try Self.text("index.html")
    for name in try Self.names() where name.hasSuffix(".js") && name != "md5-worker.js" {
      #expect(index.contains("/assets/@/\(name)\""), "\(name)")
    }
    #expect(!index.contains("<style") && !index.contains("style=\""))
    #expect(try #/<script(?![^>]*\bsrc=)/#.firstMatch(in: index) == nil)
    #expect(try #/\son[a-z]+=/#.firstMatch(in: index) == nil)
  }

  @Test("no module makes markup from text, and none says what CSP forbids")
  func noMarkup() throws {
    for name in try Self.names() where name.hasSuffix(".js") {
      let source = try Self.text(name)
      for word in [
        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function",
      ] {
        #expect(!source.contains(word), "\(name): \(word)")
      }
    }
  }

  @Test("both languages have the same texts, and each text that is used")
  func languages() throws {
    func keys(_ name: String) throws -> Set<String> {
      let source = try Self.text(name)
      let table = source[try #require(source.range(of: "export default {")).upperBound...]
      // Values hold no `word: `, but for the space before it; a key stands first or behind a comma.
      return Set(
        table.matches(of: #/(?:^|[{,])\s*([a-zA-Z]+): ?(?:\n\s*)?['(`]/#.anchorsMatchLineEndings())
          .map { String($0.1) })
    }
    let english = try keys("en.js")
    #expect(try keys("zh.js") == english)
    #expect(english.count > 100)
    for name in try Self.names() where name.hasSuffix(".js") {
      for use in try Self.text(name).matches(of: #/\bt\('([a-zA-Z]+)'/#) {
        #expect(english.contains(String(use.1)), "\(name) uses \(use.1)")
      }
    }
  }
}
