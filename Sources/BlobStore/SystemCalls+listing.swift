import Glibc

extension SystemCalls {
  /// The names in a folder in the order of their bytes, without `.` and `..`. A folder that is gone
  /// meanwhile is empty.
  func list(_ path: String, in root: CInt) throws(BlobError) -> [String] {
    let descriptor: CInt
    do throws(BlobError) {
      descriptor = try open(path, in: root, O_RDONLY | O_DIRECTORY)
    } catch let error where error.errno == ENOENT { return [] }
    // From here on the stream owns the descriptor.
    guard let stream = fdopendir(descriptor) else {
      let code = errno
      close(descriptor)
      throw BlobError(operation: .list, path: path, errno: code)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      // The end and an error both answer nil; only errno tells them apart (readdir(3)).
      errno = 0
      guard let entry = readdir(stream) else { break }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    if errno != 0 { throw BlobError(operation: .list, path: path, errno: errno) }
    return names.sorted()
  }
}
