import Glibc

/// What can go wrong between the test's client and the server, with what had arrived until then.
package enum HTTPClientError: Error, CustomStringConvertible {
  case system(SystemError, during: String)
  case timedOut(waitingFor: String, received: String)
  case closed(waitingFor: String, received: String)
  case malformed(String)

  package var description: String {
    switch self {
    case .system(let error, let during): "\(during): \(error)"
    case .timedOut(let what, let received): "no \(what) in time; so far: \(received)"
    case .closed(let what, let received):
      "the server closed instead of sending \(what); so far: \(received)"
    case .malformed(let what): "malformed answer: \(what)"
    }
  }
}

/// One TCP connection to the server, for requests in sequence, pipelined ones, and raw bytes.
/// Blocks, but never longer than its timeout without progress. Belongs to the thread that made it;
/// closed by `deinit`.
package final class HTTPConnection {
  static let headBytesMax = 65_536
  private static let readBytesMax = 262_144
  /// How long a server that has answered may leave a body unread before the client stops sending
  /// it.
  private static let unreadMillisecondsMax: Int32 = 2_000

  private let descriptor: CInt
  private let host: String
  private let timeoutMilliseconds: Int32
  /// Nil: plain. Else everything that is sent and received goes through it.
  private var tls: TLSPeer?
  /// What arrived and was not yet taken: everything from `taken` on.
  private var received: [UInt8] = []
  private var taken = 0
  private var isReset = false
  private var isPastHandshake = false
  private var isAtEnd = false

  /// Connects to `address`:`port` from `localAddress` (any 127/8 address is a remote of its own to
  /// the server).
  package init(
    address: String, port: UInt16, localAddress: String? = nil,
    timeoutMilliseconds: Int32 = HTTPClient.patienceMilliseconds, tls: TLSClient? = nil
  ) throws {
    host = "\(address):\(port)"
    self.timeoutMilliseconds = timeoutMilliseconds
    descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else {
      throw HTTPClientError.system(.init("socket", errno), during: "connecting")
    }
    do {
      var one: CInt = 1
      // Each send is a segment of its own: tests that split requests count on it.
      setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &one, 4)
      if let localAddress { try Self.call(descriptor, "bind", localAddress, 0, bind) }
      try Self.call(descriptor, "connect", address, port, connect)
    } catch {
      _ = Glibc.close(descriptor)
      throw error
    }
    if let tls { try shakeHands(try TLSPeer(tls)) }
  }

  deinit { _ = Glibc.close(descriptor) }

  /// Sends `request` and reads its answer.
  package func exchange(_ request: HTTPRequest) throws -> Exchange {
    try send(request.headBytes(host: host))
    try send(request.bodyBytes)
    return Exchange(request, try readResponse(to: request.method))
  }

  /// Sends raw bytes. Returns early, without an error, when the server has reset the connection or
  /// has stopped reading after an answer: what it said is then there to be read.
  package func send(_ bytes: [UInt8]) throws {
    try sendPlain(try tls?.encrypt(bytes) ?? bytes)
  }

  /// Sends bytes as they are, past TLS.
  package func sendPlain(_ bytes: [UInt8]) throws {
    var offset = 0
    while offset < bytes.count, !isReset {
      let answered = hasFinalAnswer
      let wanted = Int16(isAtEnd ? POLLOUT : POLLOUT | POLLIN)
      let ready = try wait(
        for: wanted, milliseconds: answered ? Self.unreadMillisecondsMax : timeoutMilliseconds)
      if ready & Int16(POLLIN) != 0 { try receive() }
      if ready & Int16(POLLOUT | POLLERR | POLLHUP) != 0 {
        let flags = CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)
        let sent = bytes.withUnsafeBytes { all in
          Glibc.send(descriptor, all.baseAddress! + offset, all.count - offset, flags)
        }
        if sent > 0 {
          offset += sent
        } else if errno == EPIPE || errno == ECONNRESET {
          isReset = true
        }
      }
      if ready == 0 {
        if answered { return }
        throw HTTPClientError.timedOut(waitingFor: "room to send", received: unreadExcerpt)
      }
    }
  }

  /// Sends `bytes` in pieces of `pieceBytes`, with a pause between them that lets the server read
  /// each alone.
  package func send(_ bytes: [UInt8], inPiecesOf pieceBytes: Int, pauseMicroseconds: UInt32 = 300)
    throws
  {
    for start in stride(from: 0, to: bytes.count, by: pieceBytes) {
      if start > 0 { usleep(pauseMicroseconds) }
      try send(Array(bytes[start..<min(start + pieceBytes, bytes.count)]))
    }
  }

  /// Half-closes: the server sees the end of what is sent, and can still answer.
  package func finishSending() {
    if let tls { try? sendPlain(tls.closeNotify()) }
    shutdown(descriptor, CInt(SHUT_WR))
  }

  /// Half-closes as somebody else on the line would: without TLS's word for it.
  package func cutOff() { shutdown(descriptor, CInt(SHUT_WR)) }

  /// What TLS came to; the defaults without it.
  package var handshake: TLSHandshakeResult {
    guard let tls else { return TLSHandshakeResult() }
    return TLSHandshakeResult(
      version: tls.version, suite: tls.suite, chosenProtocol: tls.chosenProtocol,
      serial: tls.serial, wasResumed: tls.wasResumed)
  }

  /// True when the server has said that it sends nothing more (close_notify), and not just gone.
  package var sawCloseNotify: Bool { tls?.sawCloseNotify == true }

  /// Closes at once with a reset (SO_LINGER 0), as a client does that crashed.
  package func abort() {
    var now = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    // The number stays ours until deinit: connecting it to nowhere sends the reset and keeps it.
    var nowhere = sockaddr()
    nowhere.sa_family = sa_family_t(AF_UNSPEC)
    connect(descriptor, &nowhere, socklen_t(MemoryLayout<sockaddr>.size))
    isReset = true
  }

  /// Reads one final answer and the interim ones before it. `method` is the request's: HEAD has no
  /// body.
  package func readResponse(to method: String) throws -> HTTPResponse {
    var interim: [Int] = []
    while true {
      var response = try HTTPResponse(head: try readHead())
      if (100..<200).contains(response.status) {
        interim.append(response.status)
        continue
      }
      response.interim = interim
      response.body = try readBody(of: response, to: method)
      return response
    }
  }

  /// Reads interim answers until one final or interim head is there, and returns its status without
  /// its body.
  package func readStatus() throws -> Int { try HTTPResponse(head: try readHead()).status }

  /// Reads until the server closes, and returns all that came. An error if it does not close in
  /// time.
  package func readToEnd() throws -> [UInt8] {
    while !isAtEnd { try fill("the end of the connection") }
    return take(received.count - taken)
  }

  /// True if the server closes within `milliseconds` and sends nothing more.
  package func isClosed(withinMilliseconds milliseconds: Int32) throws -> Bool {
    let deadline = Deadline(secondsFromNow: Double(milliseconds) / 1_000)
    // What TLS says for itself comes before the end and is none of the answer's bytes.
    while !isAtEnd, taken == received.count,
      try wait(for: Int16(POLLIN), milliseconds: deadline.remainingMilliseconds) != 0
    {
      try receive()
    }
    return isAtEnd && taken == received.count
  }

  /// True if a byte comes within `milliseconds`.
  package func hasBytes(withinMilliseconds milliseconds: Int32) throws -> Bool {
    let deadline = Deadline(secondsFromNow: Double(milliseconds) / 1_000)
    while taken == received.count, !isAtEnd,
      try wait(for: Int16(POLLIN), milliseconds: deadline.remainingMilliseconds) != 0
    {
      try receive()
    }
    return taken < received.count
  }
}

extension HTTPConnection {
  private func readHead() throws -> [UInt8] {
    var scanned = taken
    while true {
      while scanned + 4 <= received.count {
        if received[scanned] == 0x0d, received[scanned + 1] == 0x0a, received[scanned + 2] == 0x0d,
          received[scanned + 3] == 0x0a
        {
          return take(scanned + 4 - taken)
        }
        scanned += 1
      }
      guard received.count - taken <= Self.headBytesMax else {
        throw HTTPClientError.malformed("a head of more than \(Self.headBytesMax) bytes")
      }
      try fill("an answer's head")
    }
  }

  /// RFC 9112 §6.3, the client's side, without the leniency.
  private func readBody(of response: HTTPResponse, to method: String) throws -> [UInt8] {
    if method == "HEAD" || response.status == 204 || response.status == 304 { return [] }
    let lengths = response.all("Content-Length")
    if let coding = response["Transfer-Encoding"] {
      guard coding.lowercased() == "chunked", lengths.isEmpty else {
        throw HTTPClientError.malformed("framing of \(response)")
      }
      return try readChunks()
    }
    guard let length = lengths.first else { return try readToEnd() }
    guard lengths.count == 1, length.allSatisfy({ $0.isASCII && $0.isNumber }),
      let bytes = Int(length)
    else {
      throw HTTPClientError.malformed("Content-Length: \(lengths)")
    }
    while received.count - taken < bytes { try fill("\(bytes) bytes of body") }
    return take(bytes)
  }

  private func readChunks() throws -> [UInt8] {
    var body: [UInt8] = []
    while true {
      let line = String(decoding: try readLine(), as: UTF8.self)
      guard let size = Int(line.prefix { $0 != ";" }, radix: 16), size >= 0 else {
        throw HTTPClientError.malformed("chunk size: \(line)")
      }
      while received.count - taken < size { try fill("a chunk of \(size) bytes") }
      body += take(size)
      if size == 0 {
        while try !readLine().isEmpty {}
        return body
      }
      guard try readLine().isEmpty else { throw HTTPClientError.malformed("no CRLF after a chunk") }
    }
  }

  private func readLine() throws -> [UInt8] {
    var scanned = taken
    while true {
      while scanned + 2 <= received.count {
        if received[scanned] == 0x0d, received[scanned + 1] == 0x0a {
          return Array(take(scanned + 2 - taken).dropLast(2))
        }
        scanned += 1
      }
      try fill("a line")
    }
  }

  private func take(_ count: Int) -> [UInt8] {
    let bytes = Array(received[taken..<taken + count])
    taken += count
    if taken == received.count {
      received.removeAll(keepingCapacity: received.count < Self.readBytesMax)
      taken = 0
    }
    return bytes
  }

  private func fill(_ waitingFor: String) throws {
    if isAtEnd { throw HTTPClientError.closed(waitingFor: waitingFor, received: unreadExcerpt) }
    guard try wait(for: Int16(POLLIN), milliseconds: timeoutMilliseconds) != 0 else {
      throw HTTPClientError.timedOut(waitingFor: waitingFor, received: unreadExcerpt)
    }
    try receive()
  }

  private func receive() throws {
    var failure: CInt = 0
    let chunk = [UInt8](unsafeUninitializedCapacity: Self.readBytesMax) { buffer, filled in
      let count = recv(descriptor, buffer.baseAddress, buffer.count, CInt(MSG_DONTWAIT))
      failure = count < 0 ? errno : 0
      filled = max(0, count)
    }
    // A reset ends the stream like an end does; what the test misses then shows what had come.
    if chunk.isEmpty {
      if failure != EAGAIN { isAtEnd = true }
    } else if let tls {
      tls.receive(chunk)
      if isPastHandshake { received += try tls.decrypt() }
    } else {
      received += chunk
    }
  }

  private func shakeHands(_ tls: TLSPeer) throws {
    self.tls = tls
    while true {
      let isDone = try tls.handshake()
      try sendPlain(tls.takeOutgoing())
      if isDone { break }
      guard !isAtEnd else {
        throw HTTPClientError.closed(waitingFor: "the TLS handshake", received: "nothing")
      }
      guard try wait(for: Int16(POLLIN), milliseconds: timeoutMilliseconds) != 0 else {
        throw HTTPClientError.timedOut(waitingFor: "the TLS handshake", received: "nothing")
      }
      try receive()
    }
    isPastHandshake = true
    received += try tls.decrypt()
  }

  private func wait(for events: Int16, milliseconds: Int32) throws -> Int16 {
    var entry = pollfd(fd: descriptor, events: events, revents: 0)
    let deadline = Deadline(secondsFromNow: Double(milliseconds) / 1_000)
    while true {
      let count = poll(&entry, 1, deadline.remainingMilliseconds)
      if count >= 0 { return entry.revents }
      guard errno == EINTR else {
        throw HTTPClientError.system(.init("poll", errno), during: "waiting")
      }
    }
  }

  /// True if what lies unread begins with the status line of a final answer.
  private var hasFinalAnswer: Bool {
    received.count - taken > 9 && received[taken + 9] != UInt8(ascii: "1")
  }

  private var unreadExcerpt: String {
    let unread = Array(received[taken...])
    return unread.isEmpty ? "nothing" : excerpt(unread)
  }

  private static func call(
    _ descriptor: CInt, _ name: String, _ address: String, _ port: UInt16,
    _ function: (CInt, UnsafePointer<sockaddr>?, socklen_t) -> CInt
  ) throws {
    var endpoint = sockaddr_in()
    endpoint.sin_family = sa_family_t(AF_INET)
    endpoint.sin_port = port.bigEndian
    endpoint.sin_addr.s_addr = inet_addr(address)
    let result = withUnsafePointer(to: &endpoint) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else {
      let error = SystemError(name, errno)
      throw HTTPClientError.system(error, during: "connecting to \(address):\(port)")
    }
  }
}

/// What a TLS handshake came to.
package struct TLSHandshakeResult: Sendable {
  package var version = ""
  package var suite = ""
  package var chosenProtocol = ""
  /// The serial number of the server's certificate.
  package var serial = 0
  package var wasResumed = false
}
