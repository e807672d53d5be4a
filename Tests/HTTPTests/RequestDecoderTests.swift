import Testing

@testable import HTTP

/// Whole messages, cut at every point: what comes out must not depend on how the network cut them.
@Suite struct RequestDecoderTests {
  /// What a decoder makes of `pieces`: "H" for each head, its body, "E" for its end.
  private func decode(_ pieces: [[UInt8]]) throws(ProtocolError) -> String {
    var decoder = RequestDecoder(limits: HTTPLimits())
    var pending: [UInt8] = []
    var text = ""
    for piece in pieces {
      pending += piece
      var offset = 0
      reading: while true {
        switch try decoder.next(pending.span.bytes, at: &offset) {
        case .needMore: break reading
        case .head: text += "H"
        case .body(let range): text += String(decoding: pending[range], as: UTF8.self)
        case .end: text += "E"
        }
        if offset == pending.count, decoder.isBetweenRequests { break reading }
      }
      pending.removeFirst(offset)
    }
    return text
  }

  private func expectAtEverySplit(_ message: String, _ wanted: String) throws {
    let bytes = Array(message.utf8)
    for split in 0...bytes.count {
      #expect(try decode([Array(bytes[..<split]), Array(bytes[split...])]) == wanted, "\(split)")
    }
    #expect(try decode(bytes.map { [$0] }) == wanted, "byte by byte")
  }

  @Test func fixedLengthAndPipelined() throws {
    try expectAtEverySplit(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "HhelloEHE")
  }

  @Test func chunkedWithExtensionsAndTrailers() throws {
    try expectAtEverySplit(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
        + "5;name=\"v\"\r\nhello\r\n006 \t;x\r\n world\r\n0\r\nHost: evil\r\nContent-Length: 99\r\n\r\n"
        + "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "Hhello worldEHE")
  }

  @Test(arguments: [
    "5\nhello\r\n", "5\r\nhelloX", "5\r\nhello\rX", "g\r\n", "\r\n", ";x\r\n", "-1\r\n", "0x5\r\n",
    "5 5\r\nhello\r\n", "5 \r\nhello\r\n", "5\t;x\n", "5;x\rhello", "5\rhello\r\n",
    "5\r\nhello\n", "0\n\n", "0\r\nT: a\u{0}\r\n\r\n", "5;\"a\u{7F}\"\r\n", "+5\r\nhello\r\n",
    "5_0\r\n", "\u{FF11}\r\n", "1000000000000000\r\n", "5;a\u{1}\r\n", "0\r\nTrailer\n\r\n",
    "0\r\n\rX",
    "0\r\nT : a\r\n\r\n", "0\r\nT: a\r\n b\r\n\r\n", "0\r\nT\r\n\r\n", "0\r\n: a\r\n\r\n",
  ])
  func refusesMalformedChunks(_ body: String) {
    let message = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body
    #expect(throws: ProtocolError.self) { try decode([Array(message.utf8)]) }
  }

  @Test func chunkLinesAndTrailersAreBounded() {
    let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    let line = head + "1;" + String(repeating: "x", count: 300)
    #expect(throws: ProtocolError.self) { try decode([Array(line.utf8)]) }
    let trailer = head + "0\r\n" + String(repeating: "T: x\r\n", count: 1000)
    #expect(throws: ProtocolError.self) { try decode([Array(trailer.utf8)]) }
  }
}
