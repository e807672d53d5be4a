import Glibc

/// How staged bytes get their name. The order is what makes an acknowledged upload survive a power
/// cut: the bytes are synced before the name is given, and the name's folder is synced before the
/// caller is told.
extension BlobVolume {
  /// Between two looks at a name a sweep or another upload may change what it stands for. Each
  /// change sends us round again; that many in a row are no coincidence.
  private static let attemptsMax = 16

  /// What a name stands for, seen from one who has the bytes.
  private enum Presence {
    case absent, whole
    /// Another length, or no file at all.
    case damaged
  }

  /// Whether a file of that name and length is there for good. Then nothing is left to do for its
  /// upload.
  func holds(_ name: BlobName, size: Int64) throws(BlobError) -> Bool {
    guard try presence(of: name, size: size) == .whole else { return false }
    // Who published it may not have come so far yet.
    try makeFolder(of: name)
    try calls.syncFolder(name.folderPath, in: descriptor)
    return true
  }

  /// Gives the synced file `file` of the temp folder its name. A whole file of that name stays; a
  /// damaged one is replaced in one step, so that no reader ever meets half of one.
  func publish(_ file: String, as name: BlobName, size: Int64) throws(BlobError) {
    for _ in 0..<Self.attemptsMax {
      try makeFolder(of: name)
      do throws(BlobError) {
        try calls.link(file, in: temp.descriptor, to: name.path, in: descriptor)
        return try calls.syncFolder(name.folderPath, in: descriptor)
      } catch {
        switch error.errno {
        case EEXIST:
          if try holds(name, size: size) { return }
          if try presence(of: name, size: size) == .damaged { return try replace(file, name) }
        case EPERM, EMLINK, EOPNOTSUPP, ENOSYS:
          // A file system without second names (FAT, some network ones).
          if try holds(name, size: size) { return }
          return try replace(file, name)
        case ENOENT where try calls.examine(file, in: temp.descriptor) != nil:
          // Someone removed the folder behind our back.
          folders.forgetParent(of: name.folderNumber)
        default: throw error
        }
      }
    }
    throw BlobError(operation: .link, path: name.path, errno: EBUSY)
  }

  /// Renames a second file with the same bytes to the name: the first one stays, should the name
  /// have to be given again.
  private func replace(_ file: String, _ name: BlobName) throws(BlobError) {
    let second = temp.newName()
    do throws(BlobError) {
      do throws(BlobError) {
        try calls.link(file, in: temp.descriptor, to: second, in: temp.descriptor)
      } catch {
        try copy(file, to: second)
      }
      try calls.rename(second, in: temp.descriptor, to: name.path, in: descriptor)
    } catch {
      _ = try? calls.remove(second, in: temp.descriptor)
      throw error
    }
    try calls.syncFolder(name.folderPath, in: descriptor)
  }

  private func copy(_ file: String, to second: String) throws(BlobError) {
    let source = try calls.open(file, in: temp.descriptor, O_RDONLY)
    defer { calls.close(source) }
    let copy = try calls.open(
      second, in: temp.descriptor, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
    defer { calls.close(copy) }
    let pieceBytes = 1 << 18
    var offset: Int64 = 0
    while true {
      let piece = try calls.read(source, file, from: offset, count: pieceBytes)
      try calls.write(piece[...], to: copy, second)
      offset += Int64(piece.count)
      if piece.count < pieceBytes { break }
    }
    try calls.sync(copy, second)
  }

  private func presence(of name: BlobName, size: Int64) throws(BlobError) -> Presence {
    guard let status = try calls.examine(name.path, in: descriptor) else { return .absent }
    return status.isFile && Int64(status.st_size) == size ? .whole : .damaged
  }

  /// Makes the name's two folders as needed, and sees that they are there for good.
  private func makeFolder(of name: BlobName) throws(BlobError) {
    let folder = name.folderNumber
    guard !folders.contains(folder) else { return }
    let parentIsKnown = folders.containsParent(of: folder)
    try calls.makeFolder(name.parentPath, in: descriptor)
    try calls.makeFolder(name.folderPath, in: descriptor)
    try calls.syncFolder(name.parentPath, in: descriptor)
    if !parentIsKnown { try calls.syncFolder(BlobName.folder, in: descriptor) }
    folders.insert(folder)
  }
}
