/// The head of one part of an upload's body, read once it is whole.
struct PartHead: Equatable {
  let disposition: DispositionParameters
  /// The part's own Content-Type, as it stands; nil where there is none, or it is not UTF-8.
  let contentType: String?

  /// Reads the lines of a head, without the empty line that ends it. Lines end with CRLF or LF.
  ///
  /// A line that begins with a blank goes on with the one before it. So does a line behind
  /// Content-Disposition that begins like a parameter, `md5="…"`, and not like a field, `Name:`:
  /// clients that build the head by hand break that line there, without a blank to show it.
  init(parsing head: ArraySlice<UInt8>) throws(UploadBodyError) {
    var disposition: DispositionParameters?
    var contentType: String?
    for line in try Self.unfolded(head) {
      let (name, value) = try Self.field(line)
      switch name {
      case Self.dispositionName:
        guard disposition == nil else { throw .malformed("a part has two Content-Dispositions") }
        disposition = try DispositionParameters(value)
      case "content-type":
        contentType = contentType ?? String(validating: value, as: UTF8.self)
      case "content-transfer-encoding":
        // Deprecated by RFC 7578 §4.7; the three that mean "as it is" do no harm.
        guard ["binary", "8bit", "7bit"].contains(Self.lowered(value)) else { throw .encodedPart }
      default: break
      }
    }
    guard let disposition else { throw .malformed("a part has no Content-Disposition") }
    self.disposition = disposition
    self.contentType = contentType
  }

  private static let dispositionName = "content-disposition"

  private static func unfolded(
    _ head: ArraySlice<UInt8>
  ) throws(UploadBodyError) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    for var line in head.split(separator: UInt8(ascii: "\n")) {
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      guard !line.contains(where: \.isControl) else {
        throw .malformed("a part's head holds a control character")
      }
      let isContinuation =
        line.first.map(\.isBlank) ?? false
        || (startsWithParameter(line) && lines.last.map(isDisposition) ?? false)
      if isContinuation {
        guard !lines.isEmpty else { throw .malformed("a part's head begins with a blank") }
        lines[lines.count - 1] += [UInt8(ascii: " ")] + line
      } else {
        lines.append(line)
      }
    }
    return lines
  }

  private static func startsWithParameter(_ line: ArraySlice<UInt8>) -> Bool {
    let rest = line.drop(while: \.isTokenByte)
    return rest.startIndex > line.startIndex
      && rest.drop(while: \.isBlank).first == UInt8(ascii: "=")
  }

  private static func isDisposition(_ line: ArraySlice<UInt8>) -> Bool {
    lowered(line.prefix(while: \.isTokenByte)) == dispositionName
  }

  /// A line's name in lower case, and its value without the blanks round it.
  private static func field(
    _ line: ArraySlice<UInt8>
  ) throws(UploadBodyError) -> (name: String, value: ArraySlice<UInt8>) {
    let name = line.prefix(while: \.isTokenByte)
    let rest = line[name.endIndex...]
    guard !name.isEmpty, rest.first == UInt8(ascii: ":") else {
      throw .malformed("a line of a part's head is no \"Name: value\"")
    }
    var value = rest.dropFirst().drop(while: \.isBlank)
    while value.last?.isBlank == true { value.removeLast() }
    return (lowered(name), value)
  }

  private static func lowered(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.map(\.asciiLowercased), as: UTF8.self)
  }
}

extension UInt8 {
  /// A control character; tab is white space here.
  var isControl: Bool { self == 0x7f || (self < 0x20 && self != UInt8(ascii: "\t")) }
}
