/// One JSON value (RFC 8259 §3).
package enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  /// A number without fraction and exponent that 64 bits hold.
  case integer(Int64)
  /// Any other number; infinite where a Double does not hold it.
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  /// The value that `bytes` hold, all of them but for white space round it. Any thread.
  package init(parsing bytes: RawSpan) throws(JSONError) {
    var reader = JSONReader(bytes)
    self = try reader.document()
  }
}
