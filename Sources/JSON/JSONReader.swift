/// Reads one JSON document (RFC 8259) from borrowed bytes, strictly: UTF-8 only and no byte order
/// mark (§8.1), no lone surrogates (§8.2), nothing behind the value but white space, and the bounds
/// of `JSONLimits`.
///
/// The grammar alone stands here; strings and numbers have files of their own. One pass, no table
/// and no token list: a request's body is a flat object of a few short members.
struct JSONReader: ~Escapable {
  let bytes: RawSpan
  /// The next byte to read.
  var offset = 0
  private var depth = 0
  private var values = 0

  @_lifetime(copy bytes)
  init(_ bytes: RawSpan) { self.bytes = bytes }

  /// The document's value.
  @_lifetime(self: copy self)
  mutating func document() throws(JSONError) -> JSONValue {
    // §8.1: a reader may ignore a byte order mark. Refused, since what wrote it may not have
    // written UTF-8.
    if byte(0) == 0xEF { throw malformed("a document starts with a value, not a byte order mark") }
    let value = try value()
    if skipWhiteSpace(), offset < bytes.byteCount {
      throw malformed("nothing may follow the value")
    }
    return value
  }

  /// Any value, with the white space before it.
  @_lifetime(self: copy self)
  private mutating func value() throws(JSONError) -> JSONValue {
    values += 1
    if values > JSONLimits.valuesMax { throw overLimit("too many values") }
    skipWhiteSpace()
    switch byte(offset) {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case UInt8(ascii: "{"): return .object(try object())
    case UInt8(ascii: "["): return .array(try array())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    default:
      throw malformed(atEnd ? "the document ends where a value should be" : "no value starts so")
    }
  }

  /// `{ "name": value, … }` (§4).
  @_lifetime(self: copy self)
  private mutating func object() throws(JSONError) -> JSONObject {
    try enter()
    var members = JSONObject.Builder()
    if skip(UInt8(ascii: "}")) { return leave(members.finish()) }
    repeat {
      if members.taken == JSONLimits.membersMax {
        throw overLimit("an object has too many members")
      }
      skipWhiteSpace()
      guard byte(offset) == UInt8(ascii: "\"") else {
        throw malformed("a member's name was expected")
      }
      let name = try quoted()
      guard skip(UInt8(ascii: ":")) else { throw malformed("a colon must follow a name") }
      if name.hasEscapes {
        members.append(try unescaped(name), try value())
      } else {
        try validate(name)
        members.append(bytes.extracting(name.range), try value())
      }
    } while skip(UInt8(ascii: ","))
    guard skip(UInt8(ascii: "}")) else { throw malformed("a comma or } was expected") }
    return leave(members.finish())
  }

  /// `[ value, … ]` (§5).
  @_lifetime(self: copy self)
  private mutating func array() throws(JSONError) -> [JSONValue] {
    try enter()
    var elements: [JSONValue] = []
    if skip(UInt8(ascii: "]")) { return leave(elements) }
    repeat { elements.append(try value()) } while skip(UInt8(ascii: ","))
    guard skip(UInt8(ascii: "]")) else { throw malformed("a comma or ] was expected") }
    return leave(elements)
  }

  /// Past the opening bracket, one level down.
  @_lifetime(self: copy self)
  private mutating func enter() throws(JSONError) {
    depth += 1
    if depth > JSONLimits.depthMax { throw overLimit("arrays and objects are nested too deep") }
    offset += 1
  }

  @_lifetime(self: copy self)
  private mutating func leave<Value>(_ value: Value) -> Value {
    depth -= 1
    return value
  }

  @_lifetime(self: copy self)
  private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(JSONError)
    -> JSONValue
  {
    for index in 0..<text.utf8CodeUnitCount {
      guard byte(offset + index) == text.utf8Start[index] else {
        throw malformed("true, false or null was expected")
      }
    }
    offset += text.utf8CodeUnitCount
    return value
  }
}

extension JSONReader {
  /// The byte at `index`, or 0 behind the end. 0 is no part of any JSON text (outside of strings it
  /// has no meaning, inside it must be escaped, §7), so one comparison serves for both.
  @inline(__always)
  func byte(_ index: Int) -> UInt8 {
    index < bytes.byteCount ? bytes.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self) : 0
  }

  var atEnd: Bool { offset >= bytes.byteCount }

  /// Past white space (§2); always true.
  @inline(__always) @discardableResult
  @_lifetime(self: copy self)
  mutating func skipWhiteSpace() -> Bool {
    while true {
      switch byte(offset) {
      case 0x20, 0x09, 0x0A, 0x0D: offset += 1
      default: return true
      }
    }
  }

  /// Past white space and `mark`; false, and only the white space skipped, where another byte
  /// comes.
  @inline(__always)
  @_lifetime(self: copy self)
  mutating func skip(_ mark: UInt8) -> Bool {
    skipWhiteSpace()
    guard byte(offset) == mark else { return false }
    offset += 1
    return true
  }

  func malformed(_ reason: String) -> JSONError { .malformed(offset: offset, reason: reason) }

  func overLimit(_ reason: String) -> JSONError { .overLimit(offset: offset, reason: reason) }
}
