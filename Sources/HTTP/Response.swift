/// An answer, before it is put on the wire by the connection, which adds Date, Content-Length and Connection.
package struct Response: Sendable {
  package var status: Status
  /// Further header fields as they go out, each `Name: value` with CR LF. Values come from this program or were
  /// checked: nothing of a request gets here unescaped.
  package var fields: [UInt8]
  package var body: Body
  /// Close the connection after this answer.
  package var closes = false
  /// The `code` of the API's JSON answer, for the log.
  package var code: Int?

  package enum Body: Sendable {
    case none
    case bytes([UInt8])
    /// A part of bytes that are shared with others (a cached blob): written without a copy.
    case shared([UInt8], Range<Int>)
    /// A part of a file: sent by sendfile(2). The connection keeps `file` until it is sent.
    case file(any FileSource, Range<Int64>)
    /// No body follows, but the Content-Length that a GET would have had (a 304 to a GET sends none).
    case absent(length: Int64)
  }

  package init(_ status: Status, fields: [UInt8] = [], body: Body = .none) {
    self.status = status
    self.fields = fields
    self.body = body
  }

  package init(_ status: Status, contentType: StaticString, bytes: [UInt8]) {
    self.status = status
    var fields: [UInt8] = []
    fields.reserveCapacity(64)
    fields.appendField("Content-Type", contentType)
    self.fields = fields
    body = .bytes(bytes)
  }

  var bodyLength: Int64 {
    switch body {
    case .none: 0
    case .bytes(let bytes): Int64(bytes.count)
    case .shared(_, let range): Int64(range.count)
    case .file(_, let range): Int64(range.count)
    case .absent(let length): length
    }
  }
}

/// An open file that an answer is sent from. The descriptor stays open as long as the object lives.
package protocol FileSource: AnyObject, Sendable {
  var descriptor: CInt { get }
  /// Whether the system has these bytes in memory, so that sending them does not wait for the disk. Must not wait
  /// itself. `now`: monotonic milliseconds. Any thread.
  func isInMemory(_ range: Range<Int64>, now: Int64) -> Bool
  /// Waits until it has them, or cannot get them. Called off the loop.
  func bringIntoMemory(_ range: Range<Int64>)
}

extension [UInt8] {
  package mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { append(contentsOf: $0) }
  }

  /// Appends a header field line. `value` must hold no control character.
  package mutating func appendField(_ name: StaticString, _ value: StaticString) {
    append(name)
    append(": ")
    append(value)
    append("\r\n")
  }

  package mutating func appendField(_ name: StaticString, _ value: String) {
    precondition(
      value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "control byte in a header field")
    append(name)
    append(": ")
    append(contentsOf: value.utf8)
    append("\r\n")
  }

  /// Appends a number in decimal without going through a String.
  package mutating func appendDecimal(_ value: Int64) {
    guard value >= 10 else {
      if value < 0 {
        append(contentsOf: String(value).utf8)
      } else {
        append(0x30 + UInt8(value))
      }
      return
    }
    let start = count
    var rest = value
    while rest > 0 {
      append(0x30 + UInt8(rest % 10))
      rest /= 10
    }
    self[start...].reverse()
  }
}
