internal import CLinux
import Glibc

/// Packet sockets with a name in a folder. The kernel takes 107 bytes of path (unix(7)), so the
/// folder is opened and named by its descriptor: it may lie as deep as it likes.
extension PacketSocket {
  private static let backlog: CInt = 8

  /// Connects to the socket `name` in `folder`; nil when nobody listens there.
  static func connect(_ name: String, in folder: String) -> PacketSocket? {
    withAddress(name, in: folder) { descriptor, address, length in
      Glibc.connect(descriptor, address, length)
    }
  }

  /// Listens as `name` in `folder`, in place of whatever has that name; nil, with errno, when that
  /// fails. Only this user can connect: the umask is 077.
  static func listen(_ name: String, in folder: String) -> PacketSocket? {
    unlink("\(folder)/\(name)")
    let listening = withAddress(name, in: folder) { descriptor, address, length in
      bind(descriptor, address, length)
    }
    guard let listening, Glibc.listen(listening.descriptor, backlog) == 0 else { return nil }
    return listening
  }

  /// The next connection to a listening socket, if there is one.
  func accept() -> PacketSocket? {
    let taken = accept4(descriptor, nil, nil, CInt(SOCK_CLOEXEC.rawValue))
    return taken < 0 ? nil : PacketSocket(owning: taken)
  }

  private static func withAddress(
    _ name: String, in folder: String,
    _ body: (CInt, UnsafePointer<sockaddr>, socklen_t) -> CInt
  ) -> PacketSocket? {
    let opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { return nil }
    defer { close(opened) }
    let type = CInt(SOCK_SEQPACKET.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_UNIX, type, 0)
    guard descriptor >= 0 else { return nil }
    let made = PacketSocket(owning: descriptor)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = "/proc/self/fd/\(opened)/\(name)"
    precondition(path.utf8.count < MemoryLayout.size(ofValue: address.sun_path))
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let code = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    return code == 0 ? made : nil
  }
}
