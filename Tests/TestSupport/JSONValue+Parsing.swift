/// Why a text is no JSON: what was expected, and the byte where it was not found.
package struct JSONParseError: Error, CustomStringConvertible {
  package let expected: String
  package let offset: Int
  package var description: String { "no JSON: \(expected) expected at byte \(offset)" }
}

extension JSONValue {
  /// Reads `bytes` as exactly one JSON value (RFC 8259). Stricter than the grammar in one point: an
  /// object that names a member twice is refused, for no server should send one.
  package init(parsing bytes: [UInt8]) throws {
    var reader = JSONReader(bytes: bytes)
    self = try reader.value(depth: 0)
    reader.skipSpace()
    guard reader.atEnd else { throw reader.failure("the end") }
  }
}

/// A recursive-descent reader over the bytes of one text.
private struct JSONReader {
  static let depthMax = 64

  let bytes: [UInt8]
  var offset = 0

  var atEnd: Bool { offset == bytes.count }
  func failure(_ expected: String) -> JSONParseError {
    JSONParseError(expected: expected, offset: offset)
  }
  private var next: UInt8? { atEnd ? nil : bytes[offset] }

  mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 {
      offset += 1
    }
  }

  mutating func value(depth: Int) throws -> JSONValue {
    guard depth < Self.depthMax else { throw failure("less nesting") }
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  private mutating func word(_ text: String, _ value: JSONValue) throws -> JSONValue {
    guard bytes[offset...].starts(with: text.utf8) else { throw failure(text) }
    offset += text.utf8.count
    return value
  }

  private mutating func object(depth: Int) throws -> JSONValue {
    var members: [String: JSONValue] = [:]
    offset += 1
    skipSpace()
    if accept("}") { return .object(members) }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw failure("a member's name") }
      let name = try string()
      skipSpace()
      guard accept(":") else { throw failure("a colon") }
      guard members.updateValue(try value(depth: depth + 1), forKey: name) == nil else {
        throw failure("a member other than a second \"\(name)\"")
      }
      skipSpace()
    } while accept(",")
    guard accept("}") else { throw failure("a closing brace") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws -> JSONValue {
    var elements: [JSONValue] = []
    offset += 1
    skipSpace()
    if accept("]") { return .array(elements) }
    repeat {
      elements.append(try value(depth: depth + 1))
      skipSpace()
    } while accept(",")
    guard accept("]") else { throw failure("a closing bracket") }
    return .array(elements)
  }

  private mutating func string() throws -> String {
    var text: [UInt8] = []
    offset += 1
    while let byte = next {
      offset += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let valid = String(validating: text, as: UTF8.self) else { throw failure("UTF-8") }
        return valid
      case UInt8(ascii: "\\"): text += try escape()
      case 0..<0x20: throw failure("an escape for a control character")
      default: text.append(byte)
      }
    }
    throw failure("a closing quote")
  }

  private mutating func escape() throws -> [UInt8] {
    guard let byte = next else { throw failure("an escape") }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0c]
    case UInt8(ascii: "n"): return [0x0a]
    case UInt8(ascii: "r"): return [0x0d]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"): return Array(String(Character(try unicodeEscape())).utf8)
    default: throw failure("a known escape")
    }
  }

  private mutating func unicodeEscape() throws -> Unicode.Scalar {
    let first = try fourHexDigits()
    guard (0xD800..<0xDC00).contains(first) else {
      guard let scalar = Unicode.Scalar(first) else { throw failure("a high surrogate first") }
      return scalar
    }
    guard accept("\\"), accept("u") else { throw failure("a low surrogate") }
    let second = try fourHexDigits()
    guard (0xDC00..<0xE000).contains(second) else { throw failure("a low surrogate") }
    return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))!
  }

  private mutating func fourHexDigits() throws -> UInt32 {
    guard offset + 4 <= bytes.count else { throw failure("four hex digits") }
    let digits = String(decoding: bytes[offset..<offset + 4], as: UTF8.self)
    guard digits.allSatisfy(\.isHexDigit), let value = UInt32(digits, radix: 16) else {
      throw failure("four hex digits")
    }
    offset += 4
    return value
  }

  private mutating func number() throws -> JSONValue {
    let start = offset
    _ = accept("-")
    let leadingZero = next == UInt8(ascii: "0")
    let digits = try digits("a value")
    guard digits == 1 || !leadingZero else { throw failure("a number without leading zeros") }
    if accept(".") { _ = try self.digits("a decimal") }
    if accept("e") || accept("E") {
      if !accept("+") { _ = accept("-") }
      _ = try self.digits("an exponent")
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if let integer = Int(text) { return .integer(integer) }
    return .decimal(Double(text)!)
  }

  /// Passes over one digit or more, and says how many.
  private mutating func digits(_ what: String) throws -> Int {
    let start = offset
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
    if offset == start { throw failure(what) }
    return offset - start
  }
}
