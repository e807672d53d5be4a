import Events
import Glibc

/// The new picbed's side of a hand-over: what it got from the one that serves, and its word when it
/// serves itself. Blocking, for the start; belongs to the main thread.
///
/// The order makes it safe to fail at any point. The old one goes on serving until it hears
/// `serving`, and the new one listens on the very same sockets before it says so: no connection is
/// refused or lost. If either dies, the kernel tells the other by the end of the connection.
final class TakeOver {
  /// The old one answers from its main loop, which has nothing else to do.
  private static let answerMillisecondsMax = 5_000

  let offer: HandoverOffer
  /// The data folder's lock, held. The caller's.
  let lock: CInt
  let keeper: PacketSocket?
  private var listeners: [CInt] = []
  private let socket: PacketSocket

  /// Asks the picbed that serves `folder`; nil when there is none that can be asked.
  static func ask(_ folder: String) throws(PicbedError) -> TakeOver? {
    guard let socket = PacketSocket.connect(HandoverDoor.name, in: folder) else { return nil }
    return try TakeOver(socket)
  }

  private init(_ socket: PacketSocket) throws(PicbedError) {
    self.socket = socket
    socket.send(HandoverOffer.request)
    let first = try Self.receive(socket)
    guard let offer = HandoverOffer(first.text),
      first.descriptors.count == (offer.hasKeeper ? 2 : 1)
    else { throw .start("cannot take over: the picbed that serves has other ways to hand over") }
    self.offer = offer
    lock = first.descriptors[0]
    keeper = offer.hasKeeper ? PacketSocket(owning: first.descriptors[1]) : nil
    while listeners.count < offer.listeners {
      listeners += try Self.receive(socket).descriptors
    }
  }

  /// Two picbeds on one data folder must use one Redis. `redis`: where this one's is; nil for the
  /// managed one, whose place follows from the folder's.
  func checkSameRedis(_ redis: String?) throws(PicbedError) {
    guard offer.hasKeeper == (redis == nil), redis == nil || redis == offer.redis else {
      throw .start(
        """
        cannot take over: the picbed that serves (pid \(offer.pid)) uses another Redis, \
        \(offer.redis)
        """)
    }
  }

  /// The listening sockets that are at `address`. Each is given out once and is the caller's then.
  func takeListeners(at address: SocketAddress) -> [CInt] {
    let matching = listeners.filter { Self.listens($0, at: address) }
    listeners.removeAll { matching.contains($0) }
    return matching
  }

  /// Whether any of them is there.
  func listens(at address: SocketAddress) -> Bool {
    listeners.contains { Self.listens($0, at: address) }
  }

  private static func listens(_ descriptor: CInt, at address: SocketAddress) -> Bool {
    guard let local = Listener.address(of: descriptor) else { return false }
    return local.host == address.host && local.port == address.port
  }

  /// Says that this process serves. When it returns, the old one accepts nothing more, or is gone.
  func finish() {
    socket.send(HandoverOffer.serving)
    _ = socket.receive(millisecondsMax: Self.answerMillisecondsMax)
    for descriptor in listeners { close(descriptor) }
    listeners = []
  }

  private static func receive(_ socket: PacketSocket) throws(PicbedError) -> PacketSocket.Packet {
    guard case .packet(let packet) = socket.receive(millisecondsMax: answerMillisecondsMax) else {
      throw .start("cannot take over: the picbed that serves does not answer")
    }
    guard !packet.text.hasPrefix(HandoverOffer.refusal) else {
      throw .start("cannot take over: \(packet.text.dropFirst(HandoverOffer.refusal.count))")
    }
    return packet
  }
}
