import Testing

@testable import RedisClient

struct CommandBufferTests {
  @Test func writesWordsAsBulkStrings() {
    var buffer = CommandBuffer()
    buffer.begin(words: 4)
    buffer.word("SET")
    buffer.word(.string("schlüssel"))
    buffer.word(.bytes([0, 13, 10, 255]))
    buffer.word("")
    #expect(
      buffer.takeAll()
        == Array("*4\r\n$3\r\nSET\r\n$10\r\nschlüssel\r\n$4\r\n".utf8) + [0, 13, 10, 255]
        + Array("\r\n$0\r\n\r\n".utf8))
  }

  @Test(arguments: [
    (0, "$1\r\n0\r\n"), (9, "$1\r\n9\r\n"), (10, "$2\r\n10\r\n"), (-1, "$2\r\n-1\r\n"),
    (1_000_000, "$7\r\n1000000\r\n"),
    (Int64.max, "$19\r\n9223372036854775807\r\n"), (Int64.min, "$20\r\n-9223372036854775808\r\n"),
  ])
  func writesIntegersInDecimal(_ value: Int64, _ wire: String) {
    var buffer = CommandBuffer()
    buffer.word(.integer(value))
    #expect(buffer.takeAll() == Array(wire.utf8))
  }

  @Test func writesLengthsOfSeveralDigits() {
    var buffer = CommandBuffer()
    buffer.begin(words: 120)
    let long = String(repeating: "x", count: 1234)
    buffer.word(long)
    #expect(buffer.takeAll() == Array("*120\r\n$1234\r\n\(long)\r\n".utf8))
  }

  @Test func keepsWhatWasNotSent() {
    var buffer = CommandBuffer()
    buffer.encoded(Array("abcdef".utf8))
    buffer.consume { bytes in
      #expect(bytes.count == 6)
      return 4
    }
    #expect(buffer.unsentBytes == 2)
    buffer.encoded(Array("gh".utf8))
    #expect(buffer.takeAll() == Array("efgh".utf8))
    #expect(buffer.unsentBytes == 0)
    #expect(buffer.end == 0)
  }

  @Test func dropsWhatWasSentWhileMoreIsAlwaysWaiting() {
    var buffer = CommandBuffer()
    let piece = [UInt8](repeating: 120, count: 100_000)
    buffer.encoded(piece)
    for _ in 0..<100 {
      buffer.encoded(piece)
      buffer.consume { _ in 100_000 }
      #expect(buffer.unsentBytes == 100_000)
      #expect(buffer.end <= 600_000)
    }
    buffer.encoded([1, 2, 3])
    #expect(buffer.takeAll() == piece + [1, 2, 3])
  }

  @Test func takesACommandBack() {
    var buffer = CommandBuffer()
    buffer.encoded(Array("kept".utf8))
    let end = buffer.end
    buffer.encoded(Array("taken back".utf8))
    buffer.truncate(to: end)
    #expect(buffer.takeAll() == Array("kept".utf8))
  }
}

extension CommandBuffer {
  fileprivate mutating func takeAll() -> [UInt8] {
    var all: [UInt8] = []
    consume { bytes in
      all = Array(bytes)
      return bytes.count
    }
    return all
  }
}
