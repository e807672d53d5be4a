import Foundation

/// An empty folder for one test; gone with its contents when the value is freed.
final class TemporaryFolder {
  let path: String

  init() {
    var template = Array("/tmp/picbed-test-XXXXXX".utf8CString)
    precondition(mkdtemp(&template) != nil, "mkdtemp")
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
