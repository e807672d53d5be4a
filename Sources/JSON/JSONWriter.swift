/// Appends JSON text (RFC 8259) to a byte array: no tree, no intermediate strings. Not shared
/// between threads.
///
/// Commas place themselves: before a member or a value one is written if the text so far ends in a
/// value, which its last byte tells (a quote, a bracket that closes, a digit, the end of `true`,
/// `false` or `null`). After `{`, `[`, `:`, a line feed or nothing there is none. So a writer may
/// start in the middle of ready-made text:
///
///     var json = JSONWriter(capacity: 128)
///     json.raw("{\"code\":0,\"files\":[")
///     for file in files { json.openObject(); json.field("pv", file.pv); json.closeObject() }
///     json.raw("]}")
package struct JSONWriter: Sendable {
  /// What has been written so far.
  package var bytes: [UInt8]

  /// Room for `capacity` bytes; more is made as needed.
  package init(capacity: Int = 256) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  /// Text that is JSON already, as it stands; places no comma.
  package mutating func raw(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  /// Bytes that are JSON already, as they stand; places no comma.
  package mutating func raw(_ json: [UInt8]) { bytes.append(contentsOf: json) }

  /// Borrowed bytes that are JSON already, as they stand; places no comma.
  package mutating func raw(_ json: RawSpan) {
    json.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  package mutating func openObject() { open(UInt8(ascii: "{")) }
  package mutating func closeObject() { bytes.append(UInt8(ascii: "}")) }
  package mutating func openArray() { open(UInt8(ascii: "[")) }
  package mutating func closeArray() { bytes.append(UInt8(ascii: "]")) }

  /// The value `text`, escaped. See `JSONWriter+string.swift`.
  package mutating func string(_ text: String) {
    separate()
    appendQuoted(text)
  }

  package mutating func integer(_ number: Int) { integer(Int64(number)) }

  package mutating func integer(_ number: Int64) {
    separate()
    appendDecimal(number)
  }

  package mutating func bool(_ value: Bool) {
    separate()
    raw(value ? "true" : "false")
  }

  package mutating func null() {
    separate()
    raw("null")
  }

  /// A member's name and colon; a value, an array or an object has to follow. `name` is written as
  /// it stands: it is the program's own and needs no escape.
  package mutating func name(_ name: StaticString) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    raw(name)
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  /// A member: its name as `name(_:)` writes it, then the value.
  package mutating func field(_ name: StaticString, _ value: String) {
    self.name(name)
    appendQuoted(value)
  }

  package mutating func field(_ name: StaticString, _ value: Int64) {
    self.name(name)
    appendDecimal(value)
  }

  package mutating func field(_ name: StaticString, _ value: Int) { field(name, Int64(value)) }

  package mutating func field(_ name: StaticString, _ value: Bool) {
    self.name(name)
    raw(value ? "true" : "false")
  }

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
  }

  /// A comma, if a value stands last.
  @inline(__always)
  private mutating func separate() {
    guard let last = bytes.last else { return }
    switch last {
    case UInt8(ascii: "\""), UInt8(ascii: "}"), UInt8(ascii: "]"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "e"), UInt8(ascii: "l"):
      bytes.append(UInt8(ascii: ","))
    default: break
    }
  }

  private mutating func appendDecimal(_ number: Int64) {
    // 19 digits and a sign.
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var start = digits.count
    var rest = number.magnitude
    repeat {
      start -= 1
      digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    if number < 0 {
      start -= 1
      digits[start] = UInt8(ascii: "-")
    }
    for index in start..<digits.count { bytes.append(digits[index]) }
  }
}
