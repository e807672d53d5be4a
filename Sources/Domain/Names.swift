/// A value from outside that is not what its field may hold. `reason` is a sentence for the answer's message.
package struct InvalidValue: Error, Equatable, Sendable {
  package let reason: String

  package init(reason: String) { self.reason = reason }
}

/// Rules that several kinds of names share: a length in Unicode characters (scalars, as every client can count
/// them) and no control characters.
enum NameRule {
  static func check(
    _ text: String, field: StaticString, characters: ClosedRange<Int>
  ) throws(InvalidValue) {
    // Nearly all names are plain ASCII, where bytes are characters.
    if let count = plainCount(text), characters.contains(count) { return }
    let count = text.unicodeScalars.count
    guard characters.contains(count) else {
      throw InvalidValue(
        reason: characters.lowerBound == 0
          ? "\(field) must be at most \(characters.upperBound) characters long"
          : "\(field) must be \(characters.lowerBound) to \(characters.upperBound) characters long")
    }
    // Cc, and the line separators that many consumers treat like it.
    let hasControl = text.unicodeScalars.contains { scalar in
      scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}"
    }
    if hasControl { throw InvalidValue(reason: "\(field) must not hold control characters") }
  }

  /// The length of a text of printable ASCII; nil for any other.
  private static func plainCount(_ text: String) -> Int? {
    let bytes = text.utf8Span.span
    for index in bytes.indices where bytes[index] &- 0x20 >= 0x5F { return nil }
    return bytes.count
  }
}

/// The name that an account is known by, 1–32 characters. Without braces, which would change the hash tag of
/// the user's keys.
package struct UserName: Hashable, Sendable, CustomStringConvertible {
  package let text: String

  package init(_ text: String, field: StaticString = "user") throws(InvalidValue) {
    try NameRule.check(text, field: field, characters: 1...32)
    let bytes = text.utf8Span.span
    for index in bytes.indices where bytes[index] == 0x7B || bytes[index] == 0x7D {
      throw InvalidValue(reason: "\(field) must not hold { or }")
    }
    self.text = text
  }

  package var description: String { text }
}

/// A file's name as its owner gave it, 1–128 characters, without a path.
package struct FileName: Hashable, Sendable {
  package let text: String

  package init(_ text: String) throws(InvalidValue) {
    try NameRule.check(text, field: "filename", characters: 1...128)
    let bytes = text.utf8Span.span
    for index in bytes.indices where bytes[index] == 0x2F || bytes[index] == 0x5C {
      throw InvalidValue(reason: "filename must not hold / or \\")
    }
    self.text = text
  }

  /// The text after the last dot, case kept; `null` where there is none.
  package var type: String {
    guard let dot = text.utf8.lastIndex(of: 0x2E) else { return "null" }
    let type = text[text.index(after: dot)...]
    return type.isEmpty ? "null" : String(type)
  }
}

/// 32 hexadecimal digits, stored in lower case.
package struct HexDigits32: Hashable, Sendable {
  package let text: String

  package init(_ text: String, field: StaticString) throws(InvalidValue) {
    let bytes = text.utf8Span.span
    var digits: UInt8 = 0
    var capitals: UInt8 = 0
    if bytes.count == 32 {
      for index in 0..<32 {
        digits &+= Self.isHex(bytes[index]) ? 1 : 0
        capitals &+= bytes[index] &- 0x41 < 6 ? 1 : 0
      }
    }
    guard digits == 32 else {
      throw InvalidValue(reason: "\(field) must be 32 hexadecimal digits")
    }
    // Most clients send lower case already: then nothing is copied.
    self.text = capitals > 0 ? text.lowercased() : text
  }

  private static func isHex(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6
  }
}

/// A file of a user: the MD5 of its bytes and its name. Its text is the key of the file in every index.
package struct FileID: Hashable, Sendable {
  package let md5: HexDigits32
  package let name: FileName

  package init(md5: HexDigits32, name: FileName) {
    self.md5 = md5
    self.name = name
  }

  /// Parses what `text` gave.
  package init?(stored text: String) {
    let parts = text.utf8
    guard parts.count > 33, parts[parts.index(parts.startIndex, offsetBy: 32)] == 0x3A else {
      return nil
    }
    let split = parts.index(parts.startIndex, offsetBy: 32)
    do {
      md5 = try HexDigits32(String(text[..<split]), field: "md5")
      name = try FileName(String(text[parts.index(after: split)...]))
    } catch {
      return nil
    }
  }

  package var text: String { "\(md5.text):\(name.text)" }
}

/// An e-mail address as HTML's `input type=email` takes it (HTML Living Standard, "valid e-mail address").
package struct EmailAddress: Hashable, Sendable {
  package let text: String

  package init(_ text: String) throws(InvalidValue) {
    guard text.utf8.count <= 254, Self.isValid(Array(text.utf8)) else {
      throw InvalidValue(reason: "email must be an address like name@example.com")
    }
    self.text = text
  }

  private static func isValid(_ bytes: [UInt8]) -> Bool {
    guard let at = bytes.firstIndex(of: 0x40), at > 0, at + 1 < bytes.count else { return false }
    guard bytes[..<at].allSatisfy(isLocalByte) else { return false }
    return bytes[(at + 1)...].split(separator: 0x2E, omittingEmptySubsequences: false)
      .allSatisfy(isLabel)
  }

  private static func isLocalByte(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || ".!#$%&'*+/=?^_`{|}~-".utf8.contains(byte)
  }

  private static func isLabel(_ label: ArraySlice<UInt8>) -> Bool {
    guard let first = label.first, let last = label.last, label.count <= 63 else { return false }
    return isAlphanumeric(first) && isAlphanumeric(last)
      && label.allSatisfy { isAlphanumeric($0) || $0 == 0x2D }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26
  }
}

/// Which part of a list is asked for, and in which direction.
package struct PageRequest: Equatable, Sendable {
  /// A longer page is cut to this.
  package static let entriesMax: Int64 = 1000

  package let start: Int64
  package let count: Int64
  package let isDescending: Bool

  package init(start: Int64, count: Int64, isDescending: Bool) throws(InvalidValue) {
    guard start >= 0 else { throw InvalidValue(reason: "start must be 0 or more") }
    guard count >= 1 else { throw InvalidValue(reason: "count must be 1 or more") }
    // Far beyond any list; keeps start + count within Redis's integers.
    self.start = min(start, 1 << 52)
    self.count = min(count, Self.entriesMax)
    self.isDescending = isDescending
  }
}
