import Glibc

/// How the lines of a part's head end, and so the line end that belongs to the delimiter behind the
/// part.
enum LineEnd: Sendable {
  case crlf, lf
}

/// Finds the end of a part: the line end and the delimiter line that follow its contents, cut at
/// any point over any number of inputs. Contents come out as slices of the input; only bytes that
/// may still turn out to be the delimiter are held back, never more than the delimiter's length and
/// four.
///
/// A line that begins with the delimiter but goes on with other text belongs to the contents, so a
/// delimiter that begins another word is safe to meet.
///
/// It is one comparison that never steps back, so its cost grows with the input alone, whatever the
/// input is: the line end's first byte occurs nowhere else in what is searched for, so where a
/// comparison fails, the next can only begin at the very byte that failed.
struct DelimiterScanner: Sendable {
  /// What stands behind the delimiter.
  enum Ending: Equatable, Sendable {
    /// A line end: another part follows.
    case line
    /// White space, which a sender may put before the line end (RFC 2046 §5.1.1).
    case padding
    /// `--`: this was the last part.
    case closing
  }

  struct Findings {
    /// Contents that were held back from earlier inputs; they come before `contents`.
    var released: ArraySlice<UInt8> = []
    var contents: ArraySlice<UInt8> = []
    /// Set when the part is over. The input then begins with what follows.
    var ending: Ending?
  }

  private enum Verdict {
    case undecided, mismatch
    case ending(Ending)
  }

  private static let carriageReturn = UInt8(ascii: "\r")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let dash = UInt8(ascii: "-")

  /// CR LF and the delimiter.
  private let pattern: [UInt8]
  /// Where the comparison begins in `pattern`: 0, or 1 for a part whose lines end with a bare LF.
  private var first = 0
  /// The next byte of `pattern` to compare; `first` while there is no candidate.
  private var position = 0
  /// Where the bytes begin that have been held back, and would be contents after all.
  private var heldFrom = 0
  /// The first of two bytes behind the delimiter: `-`, CR, or 0 while there is none.
  private var tail: UInt8 = 0

  /// `delimiter` is the line that parts the body, its leading `--` included. It must not contain CR
  /// or LF.
  init(delimiter: [UInt8]) {
    precondition(!delimiter.contains(Self.carriageReturn) && !delimiter.contains(Self.lineFeed))
    pattern = [Self.carriageReturn, Self.lineFeed] + delimiter
  }

  /// Begins a part at the start of a line: a delimiter may follow at once, for the line end before
  /// it is the one that the caller has already read.
  mutating func begin(_ lineEnd: LineEnd) {
    first = lineEnd == .crlf ? 0 : 1
    position = 2
    heldFrom = 2
    tail = 0
  }

  /// Takes from the front of `input` up to and including the end of the part, or everything.
  mutating func scan(_ input: inout ArraySlice<UInt8>) -> Findings {
    var findings = Findings()
    let start = input.startIndex
    let taken = input.withUnsafeBufferPointer { bytes -> Int in
      var at = 0
      if position > first {
        resume(bytes, &at, &findings)
        if findings.ending != nil || at == bytes.count { return at }
      }
      let contentsStart = at
      let contentsEnd = search(bytes, &at, &findings)
      findings.contents = input[start + contentsStart..<start + contentsEnd]
      return at
    }
    input = input[(start + taken)...]
    return findings
  }

  /// Whether what is held back, were it the body's end, is a delimiter line without its `--` or
  /// line end.
  var endsInDelimiter: Bool { position == pattern.count && tail != Self.dash }

  /// Goes on with the candidate that earlier inputs left.
  private mutating func resume(
    _ bytes: UnsafeBufferPointer<UInt8>, _ at: inout Int, _ findings: inout Findings
  ) {
    while at < bytes.count {
      switch step(bytes[at]) {
      case .undecided: at += 1
      case .ending(let ending):
        at += 1
        findings.ending = ending
        return
      case .mismatch:
        findings.released = pattern[heldFrom..<position]
        if tail != 0 { findings.released.append(tail) }
        position = first
        return
      }
    }
  }

  /// Looks for the next delimiter from `at` on; returns where the contents before it end. A
  /// candidate that the input cuts off is left to `resume`.
  private mutating func search(
    _ bytes: UnsafeBufferPointer<UInt8>, _ at: inout Int, _ findings: inout Findings
  ) -> Int {
    heldFrom = first
    while let candidate = Self.firstIndex(of: pattern[first], in: bytes, from: at) {
      position = first + 1
      tail = 0
      at = candidate + 1
      var isCandidate = true
      while isCandidate {
        guard at < bytes.count else { return candidate }
        switch step(bytes[at]) {
        case .undecided: at += 1
        case .mismatch: isCandidate = false
        case .ending(let ending):
          at += 1
          findings.ending = ending
          return candidate
        }
      }
    }
    position = first
    at = bytes.count
    return bytes.count
  }

  private mutating func step(_ byte: UInt8) -> Verdict {
    if position < pattern.count {
      guard pattern[position] == byte else { return .mismatch }
      position += 1
      return .undecided
    }
    switch (tail, byte) {
    case (0, Self.lineFeed), (Self.carriageReturn, Self.lineFeed): return .ending(.line)
    case (0, Self.carriageReturn), (0, Self.dash):
      tail = byte
      return .undecided
    case (0, _) where byte.isBlank: return .ending(.padding)
    case (Self.dash, Self.dash): return .ending(.closing)
    default: return .mismatch
    }
  }

  private static func firstIndex(
    of byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> Int? {
    guard start < bytes.count else { return nil }
    // A run of the byte itself would cost one call for each.
    if bytes[start] == byte { return start }
    guard let base = bytes.baseAddress,
      let hit = memchr(base + start, CInt(byte), bytes.count - start)
    else { return nil }
    return UnsafeRawPointer(base).distance(to: UnsafeRawPointer(hit))
  }
}
