import Events
import JSON

/// One line for each request, gathered during a loop's turn and handed on in one piece. Loop-bound, one a loop.
///
/// A line names the path and `cmd` only: queries and bodies may carry tokens. Where nothing answers to a path, or
/// anything, clients may have put them there too (`/share&token=…`): then it is cut at the first sign of a query, and
/// what could be a token is masked.
package final class RequestLog: TurnEndFlushing {
  package enum Format: Sendable { case text, json }

  private let loop: EventLoop
  private let format: Format
  /// One line for every so many requests.
  private let every: Int
  private let write: @Sendable ([UInt8]) -> Void
  private var lines: [UInt8] = []
  private var seen = 0
  private let idPrefix: String

  /// `write` takes finished lines; it must not block.
  package init(
    loop: EventLoop, format: Format, every: Int, write: @escaping @Sendable ([UInt8]) -> Void
  ) {
    precondition(every >= 1)
    self.loop = loop
    self.format = format
    self.every = every
    self.write = write
    idPrefix = String(UInt32.random(in: 0...UInt32.max), radix: 36)
  }

  /// `route` is what answered; nil where nothing did.
  func record(
    head: RequestHead, route: Route?, response: Response, remote: String, microseconds: Int64
  ) {
    seen += 1
    guard seen % every == 0 else { return }
    if lines.isEmpty { loop.flushAtTurnEnd(self) }
    // As the route has it, which is what was asked for, and nothing else that a client may put there.
    let command = route?.command
    let isFound = route?.isOfAnyPath == false && response.status != .notFound
    let path = isFound ? head.pathBytes : Self.withoutSecrets(head.pathBytes)
    switch format {
    case .text: recordText(head, path, command, response, remote, microseconds)
    case .json: recordJSON(head, path, command, response, remote, microseconds)
    }
  }

  /// Tokens and passwords are this many hexadecimal digits.
  private static let secretDigits = 32

  private static func withoutSecrets(_ path: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let shown = path.prefix { $0 != UInt8(ascii: "&") && $0 != UInt8(ascii: "%") }
    var (digits, longest) = (0, 0)
    for byte in shown {
      digits = byte.hexValue == nil ? 0 : digits + 1
      longest = max(longest, digits)
    }
    guard longest < secretDigits else { return Array("/…".utf8)[...] }
    return shown.count < path.count ? shown + Array("…".utf8) : shown
  }

  package func flushTurn() {
    var taken: [UInt8] = []
    swap(&taken, &lines)
    write(taken)
  }

  private func recordText(
    _ head: RequestHead, _ path: ArraySlice<UInt8>, _ command: StaticString?,
    _ response: Response, _ remote: String, _ microseconds: Int64
  ) {
    Timestamp.appendUTC(Clock.wallMilliseconds, to: &lines)
    lines.append(" request ")
    lines.append(head.method.name)
    lines.append(0x20)
    lines.append(contentsOf: path)
    if let command {
      lines.append("?cmd=")
      lines.append(command)
    }
    lines.append(" status=")
    lines.appendDecimal(Int64(response.status.rawValue))
    if let code = response.code {
      lines.append(" code=")
      lines.appendDecimal(Int64(code))
    }
    lines.append(" bytes=")
    lines.appendDecimal(response.bodyLength)
    lines.append(" us=")
    lines.appendDecimal(microseconds)
    lines.append(" remote=")
    lines.append(contentsOf: remote.utf8)
    lines.append(" id=")
    lines.append(contentsOf: idPrefix.utf8)
    lines.append(0x2D)
    lines.appendDecimal(Int64(seen))
    lines.append(0x0A)
  }

  private func recordJSON(
    _ head: RequestHead, _ path: ArraySlice<UInt8>, _ command: StaticString?,
    _ response: Response, _ remote: String, _ microseconds: Int64
  ) {
    var time: [UInt8] = []
    Timestamp.appendUTC(Clock.wallMilliseconds, to: &time)
    var json = JSONWriter(capacity: 256)
    json.openObject()
    json.field("time", String(decoding: time, as: UTF8.self))
    json.field("kind", "request")
    json.field("method", "\(head.method.name)")
    json.field("path", String(decoding: path, as: UTF8.self))
    if let command { json.field("cmd", "\(command)") }
    json.field("status", response.status.rawValue)
    if let code = response.code { json.field("code", code) }
    json.field("bytes", Int(response.bodyLength))
    json.field("us", Int(microseconds))
    json.field("remote", remote)
    json.field("id", "\(idPrefix)-\(seen)")
    json.closeObject()
    lines.append(contentsOf: json.bytes)
    lines.append(0x0A)
  }
}
