import JSON

extension Response {
  /// An answer for what never became a call: `{"code":1,"message":"…"}` with the given status. `reason` is one
  /// sentence that says what was wrong and, where it helps, what would be right.
  package static func failure(
    _ status: Status, _ reason: String, retryAfterSeconds: Int? = nil
  ) -> Response {
    var json = JSONWriter(capacity: 64 + reason.utf8.count)
    json.openObject()
    json.field("code", 1)
    json.field("message", reason)
    json.closeObject()
    var response = Response(status, contentType: "application/json", bytes: json.bytes)
    response.code = 1
    response.fields.appendField("Cache-Control", "no-store")
    if let retryAfterSeconds {
      response.fields.appendField("Retry-After", "\(retryAfterSeconds)")
    }
    return response
  }
}
