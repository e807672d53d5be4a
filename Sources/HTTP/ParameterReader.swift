/// Reads `name=value` pairs that are parted by `;`, spaces or tabs, in any mixture: the parameters
/// of Content-Type and of Content-Disposition, as the standards write them and as clients do by
/// hand. A value in quotes may hold anything but its end.
struct ParameterReader {
  struct Parameter: Equatable {
    /// In lower case.
    var name: String
    var value: [UInt8]
    var wasQuoted: Bool
  }

  private let bytes: ArraySlice<UInt8>
  private var at: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    at = bytes.startIndex
  }

  /// Takes the token that stands here (a type such as `form-data`), in lower case; nil where there
  /// is none.
  mutating func token(allowingSlash: Bool = false) -> String? {
    let start = at
    while at < bytes.endIndex,
      bytes[at].isTokenByte || (allowingSlash && bytes[at] == UInt8(ascii: "/"))
    { at += 1 }
    guard start < at else { return nil }
    return String(decoding: bytes[start..<at].lazy.map(\.asciiLowercased), as: UTF8.self)
  }

  /// The next parameter, nil at the end. A word without `=` is an error: it is often the rest of a
  /// value that needed quotes, and to pass over it would store a file under a cut-off name.
  mutating func next() throws(UploadBodyError) -> Parameter? {
    while at < bytes.endIndex, isSeparator(bytes[at]) { at += 1 }
    guard at < bytes.endIndex else { return nil }
    guard let name = token() else { throw .malformed("a parameter has no name") }
    skipBlanks()
    guard at < bytes.endIndex, bytes[at] == UInt8(ascii: "=") else {
      throw .malformed("the parameter \(name) has no value")
    }
    at += 1
    skipBlanks()
    if at < bytes.endIndex, bytes[at] == UInt8(ascii: "\"") {
      return Parameter(name: name, value: try quoted(name), wasQuoted: true)
    }
    return Parameter(name: name, value: try unquoted(name), wasQuoted: false)
  }

  /// A quoted string. `\"` and `\\` are escapes, as curl and RFC 9110 §5.6.4 write them; a
  /// backslash before any other byte is itself, for browsers do not escape it (`C:\x.png` comes as
  /// it is). What stays ambiguous is a browser's name with `\\` in it or `\` at its end; no file
  /// may have such a name anyway.
  private mutating func quoted(_ name: String) throws(UploadBodyError) -> [UInt8] {
    let quote = UInt8(ascii: "\"")
    let backslash = UInt8(ascii: "\\")
    var value: [UInt8] = []
    at += 1
    while at < bytes.endIndex {
      let byte = bytes[at]
      at += 1
      if byte == quote {
        guard at == bytes.endIndex || isSeparator(bytes[at]) else {
          throw .malformed("text follows the quoted value of \(name)")
        }
        return value
      }
      if byte == backslash, at < bytes.endIndex, bytes[at] == quote || bytes[at] == backslash {
        value.append(bytes[at])
        at += 1
      } else {
        value.append(byte)
      }
    }
    throw .malformed("the quotes round the value of \(name) do not end")
  }

  private mutating func unquoted(_ name: String) throws(UploadBodyError) -> [UInt8] {
    let start = at
    while at < bytes.endIndex, !isSeparator(bytes[at]) { at += 1 }
    guard !bytes[start..<at].contains(UInt8(ascii: "\"")) else {
      throw .malformed("a quote stands inside the value of \(name)")
    }
    return Array(bytes[start..<at])
  }

  private mutating func skipBlanks() {
    while at < bytes.endIndex, bytes[at].isBlank { at += 1 }
  }

  private func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ";") || byte.isBlank
  }
}
