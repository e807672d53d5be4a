import Testing

@testable import HTTP

/// Standard multipart/form-data, as browsers and curl send it.
@Suite struct MultipartParserTests {
  private let contentType = "multipart/form-data; boundary=----WebKitFormBoundaryAbC123"

  private let browserBody =
    "------WebKitFormBoundaryAbC123\r\n"
    + "Content-Disposition: form-data; name=\"user\"\r\n\r\nalice\r\n"
    + "------WebKitFormBoundaryAbC123\r\n"
    + "Content-Disposition: form-data; name=\"file\"; filename=\"a b.png\"\r\n"
    + "Content-Type: image/png\r\n\r\n"
    + "\u{89}PNG\r\n\r\n--\r\n------WebKit\r\n\r\n"
    + "------WebKitFormBoundaryAbC123\r\n"
    + "Content-Disposition: form-data; name=\"md5\"\r\n\r\n\r\n"
    + "------WebKitFormBoundaryAbC123--\r\n"

  private func body(_ parts: String...) -> String {
    parts.map { "------WebKitFormBoundaryAbC123\r\n" + $0 + "\r\n" }.joined()
      + "------WebKitFormBoundaryAbC123--\r\n"
  }

  private let filePart =
    "Content-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nbytes"

  @Test func readsABrowsersForm() {
    let reading = readEveryWay(browserBody, contentType: contentType)
    #expect(reading.error == nil)
    #expect(reading.order == "f<d>f")
    #expect(reading.fields == ["user=alice", "md5="])
    #expect(reading.file?.name == "file")
    #expect(reading.file?.filename == "a b.png")
    #expect(reading.partContentType == "image/png")
    #expect(reading.contentsText == "\u{89}PNG\r\n\r\n--\r\n------WebKit\r\n")
  }

  @Test(arguments: [
    "multipart/form-data; boundary=\"----WebKitFormBoundaryAbC123\"",
    "Multipart/Form-Data;charset=utf-8;Boundary=----WebKitFormBoundaryAbC123",
    "multipart/form-data; boundary=----WebKitFormBoundaryAbC123 ; charset=\"utf-8\"",
    // Wrong ones, as real clients send them: the first line of the body decides.
    "application/octet-stream", "application/json", "text/plain", "multipart/form-data",
    "multipart/form-data; boundary=", "multipart/form-data; boundary=\"x", "", "\"",
    "multipart/form-data; boundary=\"----WebKitFormBoundaryAbC123\"x",
  ])
  func findsTheBoundary(contentType: String) {
    let reading = UploadReading(Array(browserBody.utf8), contentType: contentType)
    #expect(reading == UploadReading(Array(browserBody.utf8), contentType: self.contentType))
    #expect(reading.error == nil)
    #expect(UploadReading(Array(browserBody.utf8), contentType: nil) == reading)
  }

  @Test func aBoundaryMayHoldAnythingPrintable() {
    for boundary in [#"a<b?c\d"#, "x y=z", "(:;,)/'", "图"] {
      let body = body(filePart).replacing("----WebKitFormBoundaryAbC123", with: boundary)
      let quoted = readEveryWay(body, contentType: "multipart/form-data; boundary=\"\(boundary)\"")
      #expect(quoted.contentsText == "bytes", "\(boundary)")
      #expect(quoted.error == nil)
    }
    let bare = body(filePart).replacing("----WebKitFormBoundaryAbC123", with: #"a<b?c\d"#)
    #expect(readEveryWay(bare, contentType: #"multipart/form-data; boundary=a<b?c\d"#).error == nil)
  }

  @Test func ignoresAPreambleAndAnEpilogue() {
    let plain = UploadReading(Array(browserBody.utf8), contentType: contentType)
    for preamble in [
      "\r\n", "\n", "-\r\n", "This is a preamble.\r\n--\r\n--- \r\n\r\n", "\n--other\r\n",
    ] {
      let body = preamble + browserBody + "\r\n--epilogue\r\n" + browserBody
      #expect(readEveryWay(body, contentType: contentType) == plain, "\(preamble)")
    }
    let long = [UInt8](repeating: 0x2d, count: UploadBodyParser.preambleBytesMax)
    #expect(
      UploadReading([0x0a] + long, contentType: contentType, pieces: [1]).error == .headTooLarge)
  }

  @Test func theBodyMustBeginWithTheBoundaryThatWasNamed() {
    for first in ["--other", "------WebKitFormBoundaryAbC1234", "--", "-----"] {
      let reading = readEveryWay(first + "\r\n" + browserBody, contentType: contentType)
      guard case .malformed = reading.error else {
        Issue.record("\(first): \(reading)")
        continue
      }
      #expect(reading.events.isEmpty)
    }
  }

  @Test func whiteSpaceMayFollowADelimiter() {
    let padded = browserBody.replacing("AbC123\r\n", with: "AbC123 \t \r\n")
    #expect(
      readEveryWay(padded, contentType: contentType)
        == UploadReading(Array(browserBody.utf8), contentType: contentType))
    let broken = browserBody.replacing("AbC123\r\n", with: "AbC123 x\r\n")
    #expect(readEveryWay(broken, contentType: contentType).error?.isMalformed == true)
  }

  @Test func anEmptyFileIsAFile() {
    let disposition = "Content-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n"
    for part in [disposition + "\r\n", disposition] {
      // In the second, the line end of the empty line is also the delimiter's.
      let reading = readEveryWay(body(part), contentType: contentType)
      #expect(reading.error == nil)
      #expect(reading.order == "<>")
      #expect(reading.contents == [])
    }
  }

  @Test func contentsMayEndWithLineEnds() {
    for contents in [
      "\r", "\n", "\r\n", "\r\r\n\r", "--", "\r\n--", "x\r\n------WebKitFormBoundaryAbC12",
      "\r\n\r\n",
    ] {
      let part = filePart.replacing("bytes", with: contents)
      #expect(readEveryWay(body(part), contentType: contentType).contentsText == contents)
    }
  }

  @Test func aLineThatOnlyBeginsLikeTheDelimiterIsContents() {
    for end in ["x", "-", "-x", "\r", "\rx", "\r\r\n", "\u{b}"] {
      let contents = "1\r\n------WebKitFormBoundaryAbC123\(end)\r\n2"
      let reading = readEveryWay(
        body(filePart.replacing("bytes", with: contents)), contentType: contentType)
      #expect(reading.contentsText == contents, "\(end)")
      #expect(reading.error == nil)
    }
  }

  @Test func anEmptyFileInputIsNoFile() {
    let input =
      "Content-Disposition: form-data; name=\"x\"; filename=\"\"\r\n"
      + "Content-Type: application/octet-stream\r\n\r\n"
    #expect(readEveryWay(body(input), contentType: contentType).error == .noFile)
    let both = readEveryWay(body(input, filePart, input), contentType: contentType)
    #expect(both.error == nil)
    #expect(both.order == "<d>")
    #expect(
      readEveryWay(body(input + "bytes"), contentType: contentType).error?.isMalformed == true)
  }

  @Test func oneFileIsWanted() {
    let field = "Content-Disposition: form-data; name=\"user\"\r\n\r\nalice"
    #expect(readEveryWay(body(field), contentType: contentType).error == .noFile)
    #expect(
      readEveryWay(body(filePart, field, filePart), contentType: contentType).error == .secondFile)
    #expect(
      readEveryWay("------WebKitFormBoundaryAbC123--", contentType: contentType).error == .noFile)
  }

  @Test func aBodyThatStopsIsTruncated() {
    let complete = Array(browserBody.utf8.dropLast(2))
    #expect(UploadReading(complete, contentType: contentType).error == nil)
    for count in 0..<complete.count {
      let reading = UploadReading(Array(complete[..<count]), contentType: contentType)
      guard reading.error == .truncated else {
        Issue.record("after \(count) bytes: \(reading)")
        return
      }
    }
  }

  @Test func fileDataIsASliceOfTheInput() throws {
    let head = "------WebKitFormBoundaryAbC123\r\n" + filePart.replacing("bytes", with: "")
    let input = Array(head.utf8) + [UInt8](repeating: 7, count: 1000)
    var parser = UploadBodyParser(contentType: contentType)
    var events: [UploadBodyParser.Event] = []
    try parser.consume(input[...], into: &events)
    guard case .fileData(let slice) = events.last else {
      Issue.record("\(events)")
      return
    }
    #expect(slice.indices == input.count - 1000..<input.count)
    let inputBase = input.withUnsafeBufferPointer { $0.baseAddress }
    let sliceBase = slice.withUnsafeBufferPointer { $0.baseAddress }
    #expect(sliceBase == inputBase.map { $0 + (input.count - 1000) })
  }
}

extension UploadBodyError {
  var isMalformed: Bool { if case .malformed = self { true } else { false } }
}
