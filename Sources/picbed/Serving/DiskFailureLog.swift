import BlobStore
import Events
import Logging

/// Logs the failures of a loop's file work, once in a while: a full disk fails every upload.
enum DiskFailureLog {
  private static let quietMilliseconds: Int64 = 10_000

  static func writer(_ loop: EventLoop, _ logger: Logger) -> (BlobError) -> Void {
    var quietUntil: Int64 = 0
    return { error in
      guard loop.now >= quietUntil else { return }
      quietUntil = loop.now + quietMilliseconds
      let consequence =
        error.isDiskFull
        ? "the disk is full: uploads get 507 until there is room, all else goes on"
        : "file work failed: its request gets 503, all else goes on"
      logger.error("\(consequence)", metadata: ["reason": "\(error)"])
    }
  }
}
