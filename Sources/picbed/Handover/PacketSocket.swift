internal import CLinux
import Glibc

/// One end of a connected pair of unix sockets that carry whole packets, perhaps with open
/// descriptors beside the bytes (SOCK_SEQPACKET and SCM_RIGHTS, unix(7)). It owns its descriptor,
/// which is non-blocking and closes with the last reference. Small and rare packets only.
final class PacketSocket {
  static let packetBytesMax = 64 * 1024
  /// In one packet.
  static let descriptorsMax = picbed_descriptors_max

  struct Packet {
    var bytes: [UInt8]
    /// The receiver's to close.
    var descriptors: [CInt]

    var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  enum Received {
    case packet(Packet)
    /// Nobody holds the other end any more.
    case end
    case nothingYet
  }

  let descriptor: CInt

  init(owning descriptor: CInt) {
    self.descriptor = descriptor
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
  }

  deinit { close(descriptor) }

  /// Two connected ends.
  static func pair() throws(FileError) -> (PacketSocket, PacketSocket) {
    var ends: [CInt] = [-1, -1]
    let type = CInt(SOCK_SEQPACKET.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw FileError("make", "a socket pair") }
    return (PacketSocket(owning: ends[0]), PacketSocket(owning: ends[1]))
  }

  /// False when the packet did not go out: the other end is gone, or far behind with reading.
  @discardableResult
  func send(_ bytes: [UInt8], descriptors: [CInt] = []) -> Bool {
    precondition(bytes.count <= Self.packetBytesMax && descriptors.count <= Self.descriptorsMax)
    while true {
      let count = bytes.withUnsafeBytes {
        picbed_send_packet(descriptor, $0.baseAddress, $0.count, descriptors, descriptors.count)
      }
      if count >= 0 { return true }
      if errno != EINTR { return false }
    }
  }

  @discardableResult
  func send(_ text: String, descriptors: [CInt] = []) -> Bool {
    send(Array(text.utf8), descriptors: descriptors)
  }

  /// The next packet, if it is there.
  func receive() -> Received {
    var descriptors = [CInt](repeating: -1, count: Self.descriptorsMax)
    var descriptorCount = 0
    var failure: CInt = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Self.packetBytesMax) { buffer, filled in
      var count: Int
      repeat {
        count = picbed_receive_packet(
          descriptor, buffer.baseAddress, buffer.count, &descriptors, &descriptorCount)
        failure = count < 0 ? errno : 0
      } while failure == EINTR
      filled = max(0, count)
    }
    switch failure {
    case 0 where !bytes.isEmpty:
      return .packet(Packet(bytes: bytes, descriptors: Array(descriptors[..<descriptorCount])))
    case EAGAIN: return .nothingYet
    // No packet of ours is empty.
    default: return .end
    }
  }

  /// The next packet; waits for it. For start and stop: it blocks.
  func receive(millisecondsMax: Int) -> Received {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while poll(&waiting, 1, CInt(millisecondsMax)) < 0 && errno == EINTR {}
    return receive()
  }
}
