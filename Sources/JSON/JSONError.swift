/// Why bytes were refused as JSON, and where. The reason is fixed text: it never repeats input,
/// which may hold a password or a token, so it is safe to log and to answer.
package enum JSONError: Error, Equatable {
  /// Not JSON as RFC 8259 defines it. `offset` is the byte at which the reader gave up, from 0.
  case malformed(offset: Int, reason: String)
  /// JSON, but larger or deeper than `JSONLimits` allows.
  case overLimit(offset: Int, reason: String)

  /// The byte at which the reader gave up, from 0.
  package var offset: Int {
    switch self {
    case .malformed(let offset, _), .overLimit(let offset, _): offset
    }
  }

  /// What was wrong there, as the end of a sentence.
  package var reason: String {
    switch self {
    case .malformed(_, let reason), .overLimit(_, let reason): reason
    }
  }
}

extension JSONError: CustomStringConvertible {
  /// One sentence for a log line or an answer's `message`.
  package var description: String { "invalid JSON at byte \(offset): \(reason)" }
}

/// How much a document may hold. They bound the memory and the time that one document costs,
/// whatever its bytes are; RFC 8259 §9 leaves such limits to the reader.
package enum JSONLimits {
  /// Arrays and objects inside one another.
  package static let depthMax = 32
  /// Members of one object, repeated names included.
  package static let membersMax = 1024
  /// Values of a whole document. One takes up to 40 bytes of memory and as little as two bytes of
  /// input.
  package static let valuesMax = 65_536
}
