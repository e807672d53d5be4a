import Glibc
import Logging
import Testing

@testable import picbed

/// A pipe in place of standard error.
private struct Pipe {
  let reading: CInt
  let writing: CInt

  init() {
    var descriptors: [CInt] = [0, 0]
    precondition(pipe(&descriptors) == 0)
    (reading, writing) = (descriptors[0], descriptors[1])
  }

  /// The next bytes; none when none came for ten seconds.
  func takeSome(_ bytesMax: Int = 64 * 1024) -> String {
    var waiting = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
    guard poll(&waiting, 1, 10_000) == 1 else { return "" }
    var chunk = [UInt8](repeating: 0, count: bytesMax)
    let count = read(reading, &chunk, bytesMax)
    return String(decoding: chunk.prefix(max(0, count)), as: UTF8.self)
  }

  /// Reads until `count` bytes came, or none any more.
  func take(_ count: Int) -> String {
    var text = ""
    while text.utf8.count < count {
      let more = takeSome(count - text.utf8.count)
      if more.isEmpty { break }
      text += more
    }
    return text
  }
}

struct LogSinkTests {
  private let pipe = Pipe()

  private func sink() throws -> LogSink {
    try LogSink(StandardStream(descriptor: pipe.writing)) { Array("dropped \($0)\n".utf8) }
  }

  @Test func linesComeOutInOrder() throws {
    let sink = try sink()
    var expected = ""
    for number in 0..<1000 {
      sink.write(Array("line \(number)\n".utf8))
      expected += "line \(number)\n"
    }
    sink.flush()
    #expect(pipe.take(expected.utf8.count) == expected)
  }

  @Test func aReaderThatSleepsBlocksNobodyAndDropsAreCounted() throws {
    let sink = try sink()
    let line = [UInt8](repeating: 0x61, count: 1023) + [0x0A]
    // Three times what the buffer holds; beside it there is what the thread took and the pipe's 64
    // KiB.
    let written = 3 * LogSink.bufferBytesMax / line.count
    for _ in 0..<written { sink.write(line) }
    var kept = 0
    var dropped = 0
    var rest = ""
    while kept + dropped < written {
      let text = pipe.takeSome()
      try #require(!text.isEmpty, "\(kept) lines kept and \(dropped) dropped of \(written)")
      let lines = (rest + text).split(separator: "\n", omittingEmptySubsequences: false)
      for line in lines.dropLast() {
        if line.hasPrefix("dropped ") {
          dropped += try #require(Int(line.dropFirst(8)))
        } else {
          kept += 1
        }
      }
      rest = String(lines.last!)
    }
    #expect(dropped >= written - (2 * LogSink.bufferBytesMax + 128 * 1024) / line.count)
    #expect(kept + dropped == written)
  }

  @Test func aReaderThatIsGoneEndsNothing() throws {
    signal(SIGPIPE, SIG_IGN)
    let sink = try sink()
    close(pipe.reading)
    sink.write(Array("to nobody\n".utf8))
    sink.flush()
    sink.write(Array("still to nobody\n".utf8))
    sink.flush()
  }

  @Test func loggersWriteLinesWithSortedMetadata() throws {
    let sink = try sink()
    var logger = Logger(label: "part", level: .notice, format: .text, sink: sink)
    logger[metadataKey: "b"] = "logger"
    logger[metadataKey: "c"] = "logger"
    logger.info("below the level")
    logger.notice("seen", metadata: ["c": "own", "a": "1"])
    sink.flush()
    let expected = " notice  part: seen a=1 b=logger c=own\n"
    let line = pipe.take(24 + expected.utf8.count)
    #expect(line.hasSuffix(expected))
    #expect(line.utf8.count == 24 + expected.utf8.count)
  }
}
