import Testing

@testable import RedisClient

struct ReplyReaderTests {
  @Test(arguments: [
    ("+OK\r\n", RedisReply.status("OK")),
    (":-12\r\n", .integer(-12)),
    ("$5\r\nhello\r\n", .bytes(Array("hello".utf8))),
    ("$0\r\n\r\n", .bytes([])),
    ("$4\r\na\r\nb\r\n", .bytes(Array("a\r\nb".utf8))),
    ("$-1\r\n", .null),
    ("*-1\r\n", .null),
    ("*0\r\n", .array([])),
    ("*3\r\n:1\r\n$-1\r\n+x\r\n", .array([.integer(1), .null, .status("x")])),
    (
      "*4\r\n*2\r\n:1\r\n*0\r\n$1\r\na\r\n*1\r\n*1\r\n:2\r\n:3\r\n",
      .array([
        .array([.integer(1), .array([])]), .bytes([97]), .array([.array([.integer(2)])]),
        .integer(3),
      ])
    ),
  ])
  func readsAReplyHoweverItIsCut(_ wire: String, _ expected: RedisReply) {
    let whole = ReplyReader(replyBytesMax: 1000)
    whole.feed(wire)
    #expect(whole.next() == .reply(.reply(expected)))
    #expect(whole.next() == .incomplete)

    let cut = ReplyReader(replyBytesMax: 1000)
    for _ in 0..<2 {
      for byte in wire.utf8.dropLast() {
        cut.feed([byte])
        #expect(cut.next() == .incomplete)
      }
      cut.feed([UInt8(ascii: "\n")])
      #expect(cut.next() == .reply(.reply(expected)))
    }
  }

  @Test func readsRepliesInTheirOrder() {
    let reader = ReplyReader(replyBytesMax: 1000)
    reader.feed(":1\r\n-ERR no\r\n*1\r\n:2\r\n-NOSCRIPT x\r\n:3\r\n:4")
    #expect(reader.next() == .reply(.reply(.integer(1))))
    #expect(reader.next() == .reply(.failure(.rejected("ERR no"))))
    #expect(reader.next() == .reply(.reply(.array([.integer(2)]))))
    #expect(reader.next() == .reply(.scriptMissing))
    #expect(reader.next() == .reply(.reply(.integer(3))))
    #expect(reader.next() == .incomplete)
  }

  @Test func failsAReplyThatHoldsAnError() {
    let reader = ReplyReader(replyBytesMax: 1000)
    reader.feed("*3\r\n:1\r\n*2\r\n-ERR first\r\n-ERR second\r\n:2\r\n:9\r\n")
    #expect(reader.next() == .reply(.failure(.rejected("ERR first"))))
    #expect(reader.next() == .reply(.reply(.integer(9))))
  }

  @Test(arguments: ["HTTP/1.1 400 Bad Request\r\n", "$x\r\n", "*-2\r\n", "$-2\r\n", ":1x\r\n"])
  func refusesWhatIsNotTheProtocol(_ wire: String) {
    let reader = ReplyReader(replyBytesMax: 1000)
    reader.feed(wire)
    guard case .malformed = reader.next() else {
      Issue.record("taken: \(wire)")
      return
    }
  }

  @Test(arguments: [
    "$101\r\n\(String(repeating: "x", count: 101))\r\n",
    // Never finished: it must not be gathered for ever.
    "$1000\r\n\(String(repeating: "x", count: 101))",
    "*2\r\n$20\r\nxxxxxxxxxxxxxxxxxxxx\r\n$81\r\n\(String(repeating: "x", count: 81))\r\n",
    "*1000000\r\n", "*2\r\n*1\r\n:1\r\n*100\r\n",
  ])
  func refusesAReplyOverTheLimit(_ wire: String) {
    let reader = ReplyReader(replyBytesMax: 100)
    reader.feed(wire)
    #expect(reader.next() == .malformed("a reply of more than 100 bytes"))
  }

  @Test func countsTheLimitForEachReplyAnew() {
    let reader = ReplyReader(replyBytesMax: 100)
    let string = String(repeating: "x", count: 60)
    for _ in 0..<5 {
      reader.feed("$60\r\n\(string)\r\n")
      #expect(reader.next() == .reply(.reply(.bytes(Array(string.utf8)))))
    }
  }
}

extension ReplyReader {
  fileprivate func feed(_ text: String) { feed(Array(text.utf8)) }

  fileprivate func feed(_ bytes: [UInt8]) { bytes.withUnsafeBytes { feed($0) } }
}
