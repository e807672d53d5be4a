/// What a part's Content-Disposition says of it (RFC 7578 §4.2). Names and values are as the client
/// meant them, unescaped, but not checked: a file name may be a path, or empty.
package struct DispositionParameters: Sendable, Equatable {
  package struct Parameter: Sendable, Equatable {
    /// In lower case.
    package let name: String
    package let value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The most parameters beside `name` and the file name.
  package static let othersMax = 16

  /// The form field that the part belongs to.
  package private(set) var name: String?
  /// Set for a file. From `filename*` where that is given, else from `filename`.
  package private(set) var filename: String?
  /// Every other parameter, in their order; no two of one name.
  package private(set) var others: [Parameter] = []

  /// Reads a field value such as `form-data; name="file"; filename="a.png"`. Parameters may be
  /// parted by `;` or by blanks; their names may be in any letter case.
  ///
  /// Three ways to write a file name that the bare quoted string cannot hold are in use, and all
  /// are read:
  /// - Browsers, and curl since 7.81, write `"`, CR and LF as `%22`, `%0D` and `%0A`, and nothing
  ///   else so (WHATWG HTML, "multipart/form-data encoding algorithm"). These three are resolved in
  ///   a quoted `name` and `filename`. A file that is really called `100%22.png` cannot be told
  ///   from `100".png`.
  /// - Older curl, and RFC 9110: backslash escapes; see `ParameterReader`.
  /// - `filename*=UTF-8''…` (RFC 8187), which wins over `filename` (RFC 6266 §4.3).
  ///
  /// Throws `malformed`, and `invalidText` for a value that is not UTF-8. A parameter given twice
  /// is malformed: whichever were taken, someone else would have taken the other.
  package init(_ value: ArraySlice<UInt8>) throws(UploadBodyError) {
    var reader = ParameterReader(value)
    guard reader.token() != nil else {
      throw .malformed("Content-Disposition has no type, such as form-data")
    }
    var plainName: String?
    var extendedName: String?
    while let parameter = try reader.next() {
      switch parameter.name {
      case "name":
        try Self.set(&name, to: try Self.browserText(parameter), parameter.name)
      case "filename":
        try Self.set(&plainName, to: try Self.browserText(parameter), parameter.name)
      case "filename*":
        try Self.set(&extendedName, to: try Self.extendedText(parameter.value), parameter.name)
      case let name where name.hasPrefix("filename*"):
        // RFC 2231 would cut a name into filename*0, filename*1 …; RFC 8187 §3 did away with it.
        throw .malformed("a file name cut into pieces is not supported")
      default:
        guard !others.contains(where: { $0.name == parameter.name }) else {
          throw .malformed("the parameter \(parameter.name) is given twice")
        }
        guard others.count < Self.othersMax else {
          throw .malformed("Content-Disposition has more than \(Self.othersMax) parameters")
        }
        others.append(Parameter(name: parameter.name, value: try Self.text(parameter.value)))
      }
    }
    filename = extendedName ?? plainName
  }

  private static let malformedExtension = "filename* is not of the form UTF-8''percent-encoded"

  private static func set(
    _ slot: inout String?, to value: String, _ name: String
  ) throws(UploadBodyError) {
    guard slot == nil else { throw .malformed("the parameter \(name) is given twice") }
    slot = value
  }

  private static func text(_ bytes: [UInt8]) throws(UploadBodyError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .invalidText }
    return text
  }

  private static func browserText(
    _ parameter: ParameterReader.Parameter
  ) throws(UploadBodyError) -> String {
    guard parameter.wasQuoted, parameter.value.contains(UInt8(ascii: "%")) else {
      return try text(parameter.value)
    }
    var bytes: [UInt8] = []
    var rest = parameter.value[...]
    while let byte = rest.popFirst() {
      let escape = byte == UInt8(ascii: "%") ? rest.prefix(2).map(\.asciiLowercased) : []
      switch escape {
      case Array("22".utf8): bytes.append(UInt8(ascii: "\""))
      case Array("0d".utf8): bytes.append(UInt8(ascii: "\r"))
      case Array("0a".utf8): bytes.append(UInt8(ascii: "\n"))
      default:
        bytes.append(byte)
        continue
      }
      rest = rest.dropFirst(2)
    }
    return try text(bytes)
  }

  /// `UTF-8'language'percent-encoded` (RFC 8187 §3.2.1); the language is of no use here. UTF-8 is
  /// the one charset that a recipient must know, and no sender today writes another.
  private static func extendedText(_ value: [UInt8]) throws(UploadBodyError) -> String {
    let pieces = value.split(
      separator: UInt8(ascii: "'"), maxSplits: 2, omittingEmptySubsequences: false)
    guard pieces.count == 3, pieces[0].map(\.asciiLowercased) == Array("utf-8".utf8) else {
      throw .malformed(malformedExtension)
    }
    guard let name = PercentEncoding.decode(pieces[2]) else { throw .malformed(malformedExtension) }
    return try text(name)
  }
}
