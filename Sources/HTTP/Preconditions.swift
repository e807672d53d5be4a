import Glibc

/// The conditions that a GET or HEAD states about the representation it would get (RFC 9110 §13),
/// weighed against the validators of the one there is. Feed each conditional field of the request
/// with `apply`, in any order and however often it occurs, then read `outcome` and `allowsRange`.
/// Pure; one owner.
package struct Preconditions: Sendable {
  package enum Field: Sendable {
    case ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince, ifRange
  }

  package enum Outcome: Sendable, Equatable {
    /// Answer as if there were no condition.
    case proceed
    /// Answer 304.
    case notModified
    /// Answer 412.
    case failed
  }

  /// Quotes included: `"abc"`, or `W/"abc"` for a weak one.
  private let entityTag: [UInt8]
  /// Last-Modified, seconds since the epoch.
  private let modifiedSeconds: Int64
  private let nowSeconds: Int64

  /// Whether a listed tag matched; nil where the field is absent.
  private var ifMatch: Bool?
  private var ifNoneMatch: Bool?
  private var ifModifiedSince = DateField.absent
  private var ifUnmodifiedSince = DateField.absent
  private var ifRange: Bool?

  /// The validators as the answer would send them: `entityTag` with its quotes, the time in seconds
  /// since the epoch. `nowSeconds` only serves to read obsolete dates (see `HTTPDate.parse`).
  package init(entityTag: [UInt8], modifiedSeconds: Int64, nowSeconds: Int64) {
    self.entityTag = entityTag
    self.modifiedSeconds = modifiedSeconds
    self.nowSeconds = nowSeconds
  }

  /// Takes in one field line. Several lines of If-Match or If-None-Match are one list (§5.3); a
  /// repeated date is invalid, and so ignored (§13.1.3, §13.1.4); a repeated If-Range never
  /// matches.
  package mutating func apply(_ field: Field, _ value: RawSpan) {
    switch field {
    case .ifMatch: ifMatch = (ifMatch ?? false) || lists(value, weakly: false)
    case .ifNoneMatch: ifNoneMatch = (ifNoneMatch ?? false) || lists(value, weakly: true)
    case .ifModifiedSince: read(value, into: &ifModifiedSince)
    case .ifUnmodifiedSince: read(value, into: &ifUnmodifiedSince)
    case .ifRange: ifRange = ifRange == nil && isRangeValidator(value)
    }
  }

  /// What the conditions come to, in the order of §13.2.2: a tag outranks the date of the same
  /// sense.
  package var outcome: Outcome {
    if let ifMatch {
      if !ifMatch { return .failed }
    } else if case .valid(let seconds) = ifUnmodifiedSince, modifiedSeconds > seconds {
      return .failed
    }
    if let ifNoneMatch { return ifNoneMatch ? .notModified : .proceed }
    if case .valid(let seconds) = ifModifiedSince, modifiedSeconds <= seconds {
      return .notModified
    }
    return .proceed
  }

  /// Whether a `Range` field is to be honoured: there is no If-Range, or it names this very
  /// representation (§13.1.5). Otherwise the answer is whole.
  package var allowsRange: Bool { ifRange ?? true }

  private enum DateField {
    case absent, invalid
    case valid(Int64)
  }

  private func read(_ value: RawSpan, into field: inout DateField) {
    guard case .absent = field, let seconds = HTTPDate.parse(value, nowSeconds: nowSeconds) else {
      field = .invalid
      return
    }
    field = .valid(seconds)
  }

  /// A strong tag that is equal byte for byte, or exactly the date of Last-Modified. A weak tag
  /// never matches: two parts of files that are only alike must not be put together.
  private func isRangeValidator(_ value: RawSpan) -> Bool {
    let whole = 0..<value.byteCount
    if let tag = Self.tag(in: value, at: 0) {
      return tag == whole && matches(value, tag, weakly: false)
    }
    return HTTPDate.parse(value, nowSeconds: nowSeconds) == modifiedSeconds
  }

  /// Whether `value` is `*` (there is a representation, so it holds), or a list that has our tag.
  /// What is no tag ends the list: nothing behind it can be told apart with safety.
  private func lists(_ value: RawSpan, weakly: Bool) -> Bool {
    if value.byteCount == 1, value[byte: 0] == UInt8(ascii: "*") { return true }
    var at = 0
    while true {
      while at < value.byteCount, value[byte: at].isBlank || value[byte: at] == UInt8(ascii: ",") {
        at += 1
      }
      guard let tag = Self.tag(in: value, at: at) else { return false }
      if matches(value, tag, weakly: weakly) { return true }
      at = tag.upperBound
      while at < value.byteCount, value[byte: at].isBlank { at += 1 }
      guard at < value.byteCount, value[byte: at] == UInt8(ascii: ",") else { return false }
    }
  }

  /// The entity tag that begins at `at`: `"…"` or `W/"…"` (§8.8.3). A comma may stand inside.
  private static func tag(in value: RawSpan, at start: Int) -> Range<Int>? {
    var at = start
    if isWeak(value, at: start) { at += 2 }
    guard at < value.byteCount, value[byte: at] == UInt8(ascii: "\"") else { return nil }
    at += 1
    while at < value.byteCount {
      if value[byte: at] == UInt8(ascii: "\"") { return start..<at + 1 }
      // etagc: no space, no control character.
      guard value[byte: at] > 0x20, value[byte: at] != 0x7f else { return nil }
      at += 1
    }
    return nil
  }

  /// The comparison of §8.8.3.2: weakly, the marks do not count; strongly, both must be strong.
  private func matches(_ value: RawSpan, _ tag: Range<Int>, weakly: Bool) -> Bool {
    let theirsIsWeak = Self.isWeak(value, at: tag.lowerBound)
    let oursIsWeak = Self.isWeak(entityTag.span.bytes, at: 0)
    if !weakly, theirsIsWeak || oursIsWeak { return false }
    let theirs = tag.lowerBound + (theirsIsWeak ? 2 : 0)..<tag.upperBound
    let ours = (oursIsWeak ? 2 : 0)..<entityTag.count
    guard theirs.count == ours.count else { return false }
    return value.withUnsafeBytes { value in
      entityTag.withUnsafeBytes { entityTag in
        memcmp(
          UnsafeRawBufferPointer(rebasing: value[theirs]).baseAddress!,
          UnsafeRawBufferPointer(rebasing: entityTag[ours]).baseAddress!, ours.count) == 0
      }
    }
  }

  private static func isWeak(_ value: RawSpan, at start: Int) -> Bool {
    start + 1 < value.byteCount && value[byte: start] == UInt8(ascii: "W")
      && value[byte: start + 1] == UInt8(ascii: "/")
  }
}
