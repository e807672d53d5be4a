import HTTP
import JSON

/// Answers of understood calls: status 200 and a JSON object whose `code` says how it went.
enum JSONAnswer {
  private static let fields: [UInt8] = {
    var fields: [UInt8] = []
    fields.appendField("Content-Type", "application/json")
    fields.appendField("Cache-Control", "no-store")
    return fields
  }()

  private static let okBody = Array("{\"code\":0}".utf8)

  static var ok: Response {
    var response = Response(.ok, fields: fields, body: .bytes(okBody))
    response.code = 0
    return response
  }

  static func failure(_ code: Int, _ message: String) -> Response {
    answer(code, capacity: 48 + message.utf8.count) { $0.field("message", message) }
  }

  /// An object that begins with `code`; `members` writes the rest.
  static func answer(
    _ code: Int = 0, capacity: Int = 128, _ members: (inout JSONWriter) -> Void
  ) -> Response {
    answer(code, body: body(code, capacity: capacity, members))
  }

  /// `body` is what `body` made.
  static func answer(_ code: Int = 0, body: [UInt8]) -> Response {
    var response = Response(.ok, fields: fields, body: .bytes(body))
    response.code = code
    return response
  }

  /// The text of an answer.
  static func body(
    _ code: Int = 0, capacity: Int = 128, _ members: (inout JSONWriter) -> Void
  ) -> [UInt8] {
    var json = JSONWriter(capacity: capacity)
    json.openObject()
    json.field("code", code)
    members(&json)
    json.closeObject()
    return json.bytes
  }
}
