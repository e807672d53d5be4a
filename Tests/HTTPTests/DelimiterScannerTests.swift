import Testing

@testable import HTTP

@Suite struct DelimiterScannerTests {
  private struct Found: Equatable {
    var contents: [UInt8] = []
    var ending: DelimiterScanner.Ending?
    var rest: [UInt8] = []
  }

  /// The definition of what the scanner looks for, by plain search in the whole input.
  private func expected(_ input: [UInt8], delimiter: [UInt8], _ lineEnd: LineEnd) -> Found {
    let end = Array((lineEnd == .crlf ? "\r\n" : "\n").utf8)
    let text = end + input
    let pattern = end + delimiter
    let endings: [(String, DelimiterScanner.Ending)] = [
      ("--", .closing), ("\r\n", .line), ("\n", .line), (" ", .padding), ("\t", .padding),
    ]
    for start in text.indices where text[start...].starts(with: pattern) {
      let behind = text[(start + pattern.count)...]
      for (tail, ending) in endings where behind.starts(with: tail.utf8) {
        return Found(
          contents: Array(
            text[min(end.count, start)..<start].dropFirst(start < end.count ? start : 0)),
          ending: ending, rest: Array(behind.dropFirst(tail.utf8.count)))
      }
    }
    return Found()
  }

  private func scan(
    _ input: [UInt8], delimiter: [UInt8], _ lineEnd: LineEnd, piece: Int
  ) -> (found: Found, mostHeld: Int) {
    var scanner = DelimiterScanner(delimiter: delimiter)
    scanner.begin(lineEnd)
    var found = Found()
    var mostHeld = 0
    var at = 0
    while at < input.count {
      var rest = input[at..<min(at + piece, input.count)]
      at = rest.endIndex
      let findings = scanner.scan(&rest)
      found.contents += findings.released
      found.contents += findings.contents
      if let ending = findings.ending {
        found.ending = ending
        found.rest = Array(rest) + input[at...]
        return (found, mostHeld)
      }
      #expect(rest.isEmpty)
      mostHeld = max(mostHeld, at - found.contents.count)
    }
    return (found, mostHeld)
  }

  @Test func agreesWithAPlainSearchWhereverTheInputIsCut() {
    var random = SplitMix(seed: 4)
    let letters = Array("\r\n--Xa \t".utf8)
    let delimiters = ["--X", "--X-X", "---", "--aXa"].map { Array($0.utf8) }
    var endings = 0
    for round in 0..<20_000 {
      let delimiter = delimiters[round % delimiters.count]
      let lineEnd = round % 8 < 4 ? LineEnd.crlf : .lf
      var input: [UInt8] = []
      for _ in 0..<random.next() % 24 {
        switch random.next() % 6 {
        case 0: input += Array((lineEnd == .crlf ? "\r\n" : "\n").utf8) + delimiter
        case 1: input += delimiter
        default: input.append(letters[Int(random.next() % UInt64(letters.count))])
        }
      }
      let expected = expected(input, delimiter: delimiter, lineEnd)
      let (found, mostHeld) = scan(
        input, delimiter: delimiter, lineEnd, piece: 1 + Int(random.next() % 6))
      if expected.ending == nil {
        // Nothing found: all but what may still become a delimiter has come out.
        guard found.ending == nil, input.starts(with: found.contents) else {
          Issue.record("\(input): \(found)")
          return
        }
      } else if found != expected {
        Issue.record("\(input), \(delimiter), \(lineEnd): \(found), not \(expected)")
        return
      }
      endings += expected.ending == nil ? 0 : 1
      guard mostHeld <= delimiter.count + 4 else {
        Issue.record("\(mostHeld) bytes held back of \(input)")
        return
      }
    }
    // The input is made so that both happen often.
    #expect((2000...18_000).contains(endings))
  }

  @Test func nothingIsHeldBackOfBytesThatCannotBeginADelimiter() {
    var scanner = DelimiterScanner(delimiter: Array("--b".utf8))
    scanner.begin(.crlf)
    var input = Array("abc\r\n--a\rx".utf8)[...]
    let findings = scanner.scan(&input)
    #expect(Array(findings.contents) == Array("abc\r\n--a\rx".utf8))
    #expect(findings.released.isEmpty)
    #expect(input.isEmpty)
    #expect(!scanner.endsInDelimiter)
  }

  @Test(arguments: [
    ("x\r\n--b", true), ("x\r\n--b\r", true), ("--b", true), ("x\r\n--b-", false),
    ("x\r\n--", false),
    ("x--b", false), ("", false), ("x\n--b", false),
  ])
  func tellsWhetherTheInputEndsInADelimiter(input: String, expected: Bool) {
    var scanner = DelimiterScanner(delimiter: Array("--b".utf8))
    scanner.begin(.crlf)
    for byte in input.utf8 {
      var piece: ArraySlice<UInt8> = [byte]
      #expect(scanner.scan(&piece).ending == nil)
    }
    #expect(scanner.endsInDelimiter == expected)
  }
}
