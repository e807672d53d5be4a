import Foundation
import TestSupport
import Testing

/// What the real `picbed verify` says of a store behind a fault.
enum FaultVerify {
  /// What an operation that was cut off may leave: nobody misses anything, or one half of a pair is yet
  /// to follow the other.
  private static let leftOvers = [
    "a delete was cut off", "a share's file is gone", "the share flag is not what",
    "a picture link's file is gone", "a picture link is not in its owner's list",
    "a list of picture links names one", "a blob is held by no row",
    "a blob that nobody holds is not noted", "a file that no blob knows",
  ]

  static func run(_ server: PicbedServer) throws -> FinishedRun {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    return try PicbedBinary.run(
      ["verify", "--data", server.dataPath, "--unknown-after", "0s"], in: folder, seconds: 120)
  }

  /// Of a picbed that has died: nothing is damaged, and what is found is garbage that goes by itself.
  /// Returns what was found.
  @discardableResult
  static func expectOnlyGarbage(
    _ server: PicbedServer, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> [String] {
    // The dead one's Redis ends by itself, a little later.
    let isGone = eventually(within: 60) { server.redisPid == nil }
    #expect(isGone, "redis-server outlived picbed", sourceLocation: sourceLocation)
    let run = try run(server)
    #expect(
      run.ending == .exit(0) || run.ending == .exit(3), "\(what): \(run)",
      sourceLocation: sourceLocation)
    let found = run.output.split(separator: "\n").filter { $0.hasPrefix("found: ") }
      .map { String($0.dropFirst(7)) }
    for line in found {
      #expect(
        leftOvers.contains { line.hasPrefix($0) }, "\(what): \(line)",
        sourceLocation: sourceLocation)
    }
    return found
  }

  /// Of a picbed that serves: whatever was left half done is mended without anyone's help.
  static func expectMended(
    _ server: PicbedServer, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var last: FinishedRun?
    let isMended = try eventually(within: 90, everyMilliseconds: 500) {
      last = try run(server)
      return last?.ending == .exit(0)
    }
    #expect(
      isMended, "\(last.map { "\($0)" } ?? "")\n\(server.log.suffix(2000))",
      sourceLocation: sourceLocation)
  }
}
