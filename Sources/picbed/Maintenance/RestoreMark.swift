import Glibc

/// `DATA/restoring`: there while a restore fills the store, and after one that was cut off, so that
/// nobody takes half a store for a whole one. It is on disk before anything is changed.
struct RestoreMark {
  private let path: String

  init(in dataFolder: String) { path = dataFolder + "/restoring" }

  /// Throws when a restore was not finished.
  func check() throws(PicbedError) {
    guard access(path, F_OK) == 0 else { return }
    throw .start(
      """
      a restore was cut off and the store is not whole: run picbed restore again, with --force \
      (the file \(path) says so)
      """)
  }

  func set(_ snapshot: String) throws(PicbedError) {
    do throws(FileError) { try File.writeSynced(path, Array((snapshot + "\n").utf8)) } catch {
      throw .start("\(error)")
    }
  }

  /// A mark that comes back after a power cut does no harm: the restore can be run again.
  func clear() {
    unlink(path)
    try? File.syncFolder(of: path)
  }
}
