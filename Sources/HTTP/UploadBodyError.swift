/// Why an upload's body cannot be read. The client wrote the body wrong in every case; nothing of
/// it can be trusted, so what was received of the file is to be thrown away.
package enum UploadBodyError: Error, Equatable, Sendable {
  /// Neither the request's Content-Type nor the body's first line names the delimiter.
  case noBoundary
  /// The body breaks its format; the text says where, as the end of a sentence.
  case malformed(String)
  /// A part's head, or what stands before the first delimiter, exceeds its limit.
  case headTooLarge
  case tooManyParts
  /// A value is longer than `UploadBodyParser.fieldBytesMax`; the field's name.
  case fieldTooLarge(String)
  /// A name or a value is not valid UTF-8.
  case invalidText
  /// A part is sent in a transfer encoding that changes its bytes (base64, quoted-printable).
  case encodedPart
  /// The body ended before its closing delimiter.
  case truncated
  /// The body is whole, but no part of it has a file name.
  case noFile
  /// A second part with a file name: one upload carries one file.
  case secondFile
}

extension UploadBodyError: CustomStringConvertible {
  /// One sentence for the client: what was wrong, and what would be right.
  package var description: String {
    switch self {
    case .noBoundary:
      "The body has no delimiter: name a boundary in Content-Type, or begin it with a line --…."
    case .malformed(let place):
      "The upload's body is malformed: \(place)."
    case .headTooLarge:
      "A part's head is longer than \(UploadBodyParser.partHeadBytesMax) bytes."
    case .tooManyParts:
      "The upload's body has more than \(UploadBodyParser.partsMax) parts."
    case .fieldTooLarge(let name):
      "The field \(name) is over \(UploadBodyParser.fieldBytesMax) bytes; a file needs a filename."
    case .invalidText:
      "A name or a value in the upload's body is not valid UTF-8."
    case .encodedPart:
      "A part has a Content-Transfer-Encoding that changes its bytes: send it as binary."
    case .truncated:
      "The body ends before its closing delimiter."
    case .noFile:
      "The body holds no file: one part must have a filename."
    case .secondFile:
      "The body holds more than one file: send one file a request."
    }
  }
}
