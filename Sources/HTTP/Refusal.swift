/// What a connection hears that is closed before it could ask for anything. Sent once and without waiting: who
/// comes in a flood gets no place in a queue.
enum Refusal {
  /// The process has all the connections, or all the descriptors, that it may have.
  case full
  /// The peer's address has all the connections that one address may have.
  case fullForAddress

  func send(to socket: Socket) {
    let bytes = self == .full ? Self.fullBytes : Self.fullForAddressBytes
    _ = socket.write(bytes, from: 0)
    socket.finishSending()
  }

  private static let fullBytes = bytes(
    .serviceUnavailable, "the server has all the connections that it may have; try again")
  private static let fullForAddressBytes = bytes(
    .tooManyRequests, "your address has all the connections that one may have; close some")

  private static func bytes(_ status: Status, _ reason: String) -> [UInt8] {
    let response = Response.failure(status, reason, retryAfterSeconds: 1)
    guard case .bytes(let body) = response.body else { return [] }
    var bytes: [UInt8] = []
    bytes.append(status.line)
    bytes.append(contentsOf: response.fields)
    bytes.appendField("Content-Length", "\(body.count)")
    bytes.append("Connection: close\r\n\r\n")
    return bytes + body
  }
}
