import Foundation

@testable import JSON
@testable import RedisClient

/// What is taken for JSON is JSON for somebody else too, and its strings come back as they were written.
func fuzzJSON(_ bytes: [UInt8]) {
  guard let value = try? JSON.JSONValue(parsing: bytes.span.bytes) else { return }
  guard
    (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
  else { fatalError("Foundation takes this for no JSON") }
  checkStrings(value)
}

private func checkStrings(_ value: JSON.JSONValue) {
  switch value {
  case .null, .bool, .integer, .number: break
  case .string(let text):
    var writer = JSONWriter()
    writer.string(text)
    guard case .string(text)? = try? JSON.JSONValue(parsing: writer.bytes.span.bytes) else {
      fatalError("written as \(String(decoding: writer.bytes, as: UTF8.self))")
    }
  case .array(let values): for value in values { checkStrings(value) }
  case .object(let object):
    for name in object.names {
      guard let member = object[named: name] else { fatalError("\(name) is lost") }
      checkStrings(member)
    }
  }
}

/// Replies cut anywhere are the same replies.
func fuzzRedis(_ bytes: [UInt8]) {
  guard let (whole, pieces) = cut(bytes) else { return }
  let (one, other) = (replies([whole]), replies(pieces))
  guard one == other else { fatalError("whole: \(one) in pieces: \(other)") }
}

private func replies(_ pieces: [[UInt8]]) -> [String] {
  let reader = ReplyReader(replyBytesMax: 4096)
  var replies: [String] = []
  for piece in pieces {
    piece.withUnsafeBytes { reader.feed($0) }
    reading: while true {
      switch reader.next() {
      case .reply(let reply): replies.append("\(reply)")
      case .incomplete: break reading
      // Where hiredis gives up on a reply that is too long depends on what had come by then.
      case .malformed: return replies
      }
    }
  }
  return replies
}
