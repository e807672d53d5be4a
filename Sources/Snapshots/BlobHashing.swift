import BlobStore
import Crypto
import Events

/// Reads whole blobs and digests them, no faster than a given rate, so that those who are served from
/// the same disk hardly notice. Bound to its loop, which it blocks for a piece at a time.
package final class BlobHashing {
  private static let pieceBytes = 1 << 20

  private let volume: BlobVolume
  private let loop: EventLoop
  private let bytesPerSecond: Int64
  private let start = Clock.monotonicMilliseconds
  private(set) var bytes: Int64 = 0

  package init(volume: BlobVolume, loop: EventLoop, bytesPerSecond: Int64) {
    self.volume = volume
    self.loop = loop
    self.bytesPerSecond = bytesPerSecond
  }

  /// What the file of this name holds; nil where there is none.
  func digest(of name: BlobName) async throws(SnapshotError) -> BlobDigest? {
    let blob: OpenBlob?
    do throws(BlobError) { blob = try volume.open(name) } catch { throw .refused("\(error)") }
    guard let blob else { return nil }
    return try await digest(of: blob)
  }

  package func digest(of blob: OpenBlob) async throws(SnapshotError) -> BlobDigest {
    let md5 = Digest(.md5)
    let sha256 = Digest(.sha256)
    var offset: Int64 = 0
    do throws(BlobError) {
      while true {
        let piece = try blob.read(from: offset, count: Self.pieceBytes)
        md5.update(piece)
        sha256.update(piece)
        offset += Int64(piece.count)
        bytes += Int64(piece.count)
        await keepPace()
        if piece.count < Self.pieceBytes { break }
      }
    } catch {
      throw .refused("\(error)")
    }
    let digest = sha256.finish()
    return BlobDigest(
      md5: Hex.encode(md5.finish()), sha256: Hex.encode(digest), size: offset,
      name: BlobName(sha256: digest))
  }

  private func keepPace() async {
    let due = start + bytes * 1000 / bytesPerSecond
    let ahead = due - Clock.monotonicMilliseconds
    if ahead > 0 { await loop.sleep(milliseconds: Int(ahead)) }
  }
}
