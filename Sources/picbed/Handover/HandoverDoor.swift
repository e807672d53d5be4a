import Events
import Glibc
import Logging

/// Where a serving picbed can be asked to hand over: the socket `handover.sock` in the data folder,
/// open to this user alone. One asker at a time; one that goes away before it serves changes
/// nothing.
///
/// Belongs to the main loop.
final class HandoverDoor: IOHandling {
  static let name = "handover.sock"

  /// What is handed over. Descriptors stay open here too.
  struct Belongings {
    var offer: HandoverOffer
    /// The lock's, and the line's to the keeper of Redis if there is one.
    var descriptors: [CInt]
    var listeners: [CInt]
  }

  private let folder: String
  private let loop: EventLoop
  private let logger: Logger
  private let belongings: () -> Belongings
  private let onHandedOver: () -> Void
  private let listening: PacketSocket
  private var watcher: IOWatcher?
  private var asker: Asker?

  /// Opens the door; nil, after a warning, when that fails: then nobody can take over, and all else
  /// works. `onHandedOver` is called once, when the other one serves.
  init?(
    folder: String, loop: EventLoop, logger: Logger, belongings: @escaping () -> Belongings,
    onHandedOver: @escaping () -> Void
  ) {
    guard let listening = PacketSocket.listen(Self.name, in: folder) else {
      let error = FileError("listen on", "\(folder)/\(Self.name)")
      logger.warning("no other picbed can take over from this one: \(error)")
      return nil
    }
    self.folder = folder
    self.loop = loop
    self.logger = logger
    self.belongings = belongings
    self.onHandedOver = onHandedOver
    self.listening = listening
    watcher = IOWatcher(loop: loop, descriptor: listening.descriptor, handler: self)
    watcher?.setReading(true)
  }

  /// Nobody can take over any more.
  func close() {
    guard watcher != nil else { return }
    shut()
    unlink("\(folder)/\(Self.name)")
  }

  func readable() {
    while watcher != nil, let socket = listening.accept() {
      guard asker == nil else {
        socket.send(HandoverOffer.refusal + "another picbed is taking over")
        continue
      }
      asker = Asker(socket, loop) { [unowned self] packet in heard(packet) }
    }
  }

  func writable() {}

  private func shut() {
    watcher?.close()
    watcher = nil
    asker?.close()
    asker = nil
  }

  /// `text`: nil when the asker has gone.
  private func heard(_ text: String?) {
    switch text {
    case HandoverOffer.request: offer()
    case HandoverOffer.serving:
      asker?.socket.send(HandoverOffer.draining)
      // The name in the folder belongs to the other one now.
      shut()
      onHandedOver()
    case nil:
      logger.warning("the picbed that was to take over has gone; this one serves on")
      fallthrough
    default:
      asker?.close()
      asker = nil
    }
  }

  private func offer() {
    guard let socket = asker?.socket else { return }
    let belongings = belongings()
    logger.notice(
      "another picbed is about to take over",
      metadata: ["listeners": "\(belongings.listeners.count)"])
    socket.send(belongings.offer.text, descriptors: belongings.descriptors)
    var rest = belongings.listeners[...]
    while !rest.isEmpty {
      let part = rest.prefix(PacketSocket.descriptorsMax)
      socket.send("listeners", descriptors: Array(part))
      rest = rest.dropFirst(part.count)
    }
  }
}

/// The connection of one that asks.
private final class Asker: IOHandling {
  let socket: PacketSocket
  private var onPacket: ((String?) -> Void)?
  private var watcher: IOWatcher?

  /// `onPacket` gets each packet's text, and nil at the end.
  init(_ socket: PacketSocket, _ loop: EventLoop, _ onPacket: @escaping (String?) -> Void) {
    self.socket = socket
    self.onPacket = onPacket
    watcher = IOWatcher(loop: loop, descriptor: socket.descriptor, handler: self)
    watcher?.setReading(true)
  }

  func close() {
    onPacket = nil
    watcher?.close()
    watcher = nil
  }

  func readable() {
    while let onPacket {
      switch socket.receive() {
      case .nothingYet: return
      case .packet(let packet): onPacket(packet.text)
      case .end: onPacket(nil)
      }
    }
  }

  func writable() {}
}
