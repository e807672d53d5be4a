import Foundation

@testable import BlobStore

/// A folder of its own for one test, removed with the last reference.
final class ScratchFolder: Sendable {
  let path: String

  init(onDisk: Bool = false) {
    // In memory where the system has such a place: the tests sync thousands of times.
    let isWritable = !onDisk && FileManager.default.isWritableFile(atPath: "/dev/shm")
    let parent = isWritable ? "/dev/shm" : "/var/tmp"
    path = "\(parent)/blobs-\(UUID().uuidString)"
    try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Every file and folder below, with its path relative to this one, in order.
  var entries: [String] {
    FileManager.default.enumerator(atPath: path)!.map { $0 as! String }.sorted()
  }

  /// The temp files of all processes.
  var tempFiles: [String] {
    entries.filter { $0.hasPrefix("tmp/") && $0.split(separator: "/").count > 2 }
  }

  func contents(_ name: String) -> [UInt8]? {
    FileManager.default.contents(atPath: "\(path)/\(name)").map { Array($0) }
  }

  func write(_ text: String, to name: String) {
    let url = URL(fileURLWithPath: "\(path)/\(name)")
    try! FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try! Data(text.utf8).write(to: url)
  }

  func remove(_ name: String) { try! FileManager.default.removeItem(atPath: "\(path)/\(name)") }

  func status(_ name: String) -> stat {
    var status = stat()
    precondition(lstat("\(path)/\(name)", &status) == 0)
    return status
  }
}

extension BlobVolume {
  /// Stores `text` and answers what it is; the temp file is gone then.
  @discardableResult
  func store(_ text: String) throws -> BlobDigest {
    let staged = stage()
    defer { staged.discard() }
    try staged.append(Array(text.utf8))
    let digest = staged.finish()
    try staged.publish()
    return digest
  }
}
