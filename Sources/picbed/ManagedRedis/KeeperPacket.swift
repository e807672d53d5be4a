/// What the keeper of the managed redis-server and the picbeds that use it say to each other, a
/// packet each, on the line between them. The line's end says the rest: the keeper ends its Redis
/// when the last picbed is gone, and a picbed starts a new keeper when the old one is.
enum KeeperPacket: Equatable {
  /// Keeper: finished lines for the log.
  case log([UInt8])
  /// Keeper: the first redis-server accepts connections.
  case ready
  /// Keeper: why it could not be started. The line's end follows.
  case failed(String)
  /// Picbed: end redis-server now. The line's end is the answer.
  case stop

  // Control characters of ASCII, which no line of a log begins with: ACK, NAK, EOT.
  private static let readyByte: UInt8 = 0x06
  private static let failedByte: UInt8 = 0x15
  private static let stopByte: UInt8 = 0x04

  var bytes: [UInt8] {
    switch self {
    case .log(let lines): lines
    case .ready: [Self.readyByte]
    case .failed(let reason): [Self.failedByte] + reason.utf8
    case .stop: [Self.stopByte]
    }
  }

  init(_ bytes: [UInt8]) {
    switch bytes.first {
    case Self.readyByte: self = .ready
    case Self.failedByte: self = .failed(String(decoding: bytes.dropFirst(), as: UTF8.self))
    case Self.stopByte: self = .stop
    default: self = .log(bytes)
    }
  }
}
