/// Where a server is and how to speak to it. A request through it takes a connection of its own.
package struct HTTPClient: Sendable {
  package var address: String
  package var port: UInt16
  /// The address to call from; nil leaves it to the kernel. Any of 127/8 will do: it gives a test a
  /// remote of its own, where the server counts something per address.
  package var localAddress: String?
  /// The longest wait without progress.
  package var timeoutMilliseconds: Int32
  /// Nil: plain HTTP.
  package var tls: TLSClient?

  /// The longest wait where a test does not say otherwise. Far more than any answer takes: it tells
  /// a server that hangs from a machine that has other things to do for some seconds.
  package static let patienceMilliseconds: Int32 = 60_000

  package init(
    address: String = "127.0.0.1", port: UInt16, localAddress: String? = nil,
    timeoutMilliseconds: Int32 = patienceMilliseconds, tls: TLSClient? = nil
  ) {
    self.address = address
    self.port = port
    self.localAddress = localAddress
    self.timeoutMilliseconds = timeoutMilliseconds
    self.tls = tls
  }

  /// The value of `Host` that requests carry.
  package var host: String { "\(address):\(port)" }

  /// The same server called from `address`.
  package func calling(from address: String) -> HTTPClient {
    var other = self
    other.localAddress = address
    return other
  }

  /// Opens a connection.
  package func connect() throws -> HTTPConnection {
    try HTTPConnection(
      address: address, port: port, localAddress: localAddress,
      timeoutMilliseconds: timeoutMilliseconds, tls: tls)
  }

  /// Sends one request on a connection of its own and reads the answer.
  package func request(
    _ method: String, _ target: String, headers: [(name: String, value: String)] = [],
    body: [UInt8] = [],
    framing: HTTPRequest.Framing = .contentLength
  ) throws -> Exchange {
    try connect().exchange(
      HTTPRequest(
        method, target, headers: headers + [("Connection", "close")], body: body, framing: framing))
  }

  /// `GET target`.
  package func get(
    _ target: String, headers: [(name: String, value: String)] = []
  ) throws -> Exchange {
    try request("GET", target, headers: headers)
  }

  /// A call of the API: `POST target` with `json` as the body.
  package func api(
    _ target: String, _ json: JSONValue, headers: [(name: String, value: String)] = []
  ) throws -> Exchange {
    try request(
      "POST", target, headers: [("Content-Type", "application/json")] + headers, body: json.bytes)
  }
}
