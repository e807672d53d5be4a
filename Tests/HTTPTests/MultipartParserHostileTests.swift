import Testing

@testable import HTTP

/// Bodies that no honest client sends.
@Suite struct MultipartParserHostileTests {
  private let contentType = "multipart/form-data; boundary=b"
  private let close = "\r\n--b--\r\n"
  private let file =
    "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n"

  private func field(_ value: String) -> String {
    "--b\r\nContent-Disposition: form-data; name=\"user\"\r\n\r\n\(value)\r\n"
  }

  private func read(_ body: String) -> UploadReading {
    UploadReading(Array(body.utf8), contentType: contentType)
  }

  @Test func aFieldsValueIsLimited() {
    let most = String(repeating: "x", count: UploadBodyParser.fieldBytesMax)
    #expect(read(field(most) + file + "--b--").fields == ["user=\(most)"])
    #expect(read(field(most + "x") + file + "--b--").error == .fieldTooLarge("user"))
    let bytes = Array(field(most + "x").utf8)
    #expect(
      UploadReading(bytes, contentType: contentType, pieces: [1]).error == .fieldTooLarge("user"))
    let beside =
      "--b\r\nContent-Disposition: form-data; filename=\"a\" user=\"\(most)x\"\r\n\r\nx\r\n--b--"
    #expect(read(beside).error == .fieldTooLarge("user"))
  }

  @Test func aHeadIsLimited() {
    let start = "--b\r\nContent-Disposition: form-data; filename=\"a\"\r\nX: "
    let room = UploadBodyParser.partHeadBytesMax - (start.utf8.count - 5) - 4
    let most = start + String(repeating: "x", count: room) + "\r\n\r\nx" + close
    #expect(read(most).error == nil)
    #expect(read(most.replacing("X: ", with: "X: x")).error == .headTooLarge)
    let endless = Array((start + String(repeating: "x", count: 10_000)).utf8)
    #expect(UploadReading(endless, contentType: contentType, pieces: [100]).error == .headTooLarge)
  }

  @Test func theNumberOfPartsIsLimited() {
    let fields = (1..<UploadBodyParser.partsMax).map { field("\($0)") }.joined()
    #expect(read(fields + file + "--b--").error == nil)
    #expect(read(fields + field("x") + file + "--b--").error == .tooManyParts)
  }

  @Test(arguments: [
    "", "\r\n", "Content-Type: text/plain\r\n", "Content-Disposition\r\n",
    "Content-Disposition:\r\n",
    ": form-data; filename=\"a\"\r\n", "Content-Disposition : form-data; filename=\"a\"\r\n",
    "Content-Disposition: form-data\r\n", "Content-Disposition: form-data; user=\"u\" size=1\r\n",
    "Content-Disposition: form-data; filename=\"a\r\n",
    "Content-Disposition: form-data; filename\r\n",
    "Content-Disposition: form-data; filename=\"a\"b\"\r\n",
    "Content-Disposition: form-data; filename=a b\r\n",
    "Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b\r\n",
    "Content-Disposition: form-data; filename=\"a\"; filename=\"b\"\r\n",
    " Content-Disposition: form-data; filename=\"a\"\r\n",
    "Content-Disposition: form-data; filename=\"a\0\"\r\n",
    "Content-Disposition: form-data; filename=\"a\u{1b}\"\r\n",
    "Content-Disposition: form-data; filename=\"a\rb\"\r\n",
    "Content-Type: text/plain\r\nmd5=x\r\n",
    "Content-Disposition: form-data; filename=\"a\"\r\nContent-Type: text/plain\r\nmd5=x\r\n",
    "md5=x\r\nContent-Disposition: form-data; filename=\"a\"\r\n",
  ])
  func refusesBrokenHeads(head: String) {
    let reading = readEveryWay("--b\r\n" + head + "\r\nx" + close, contentType: contentType)
    #expect(reading.error?.isMalformed == true, "\(reading)")
    #expect(reading.events.isEmpty)
  }

  @Test func refusesWhatIsNoUTF8() {
    for (from, to) in [("alice", "al\u{1}ce"), ("\"a\"", "\"\u{1}\""), ("\"user\"", "\"\u{1}\"")] {
      let body = Array((field("alice") + file + "--b--").replacing(from, with: to).utf8)
      let bytes = body.map { $0 == 1 ? 0xff : $0 }
      #expect(readEveryWay(bytes, contentType: contentType).error == .invalidText, "\(from)")
    }
  }

  @Test(arguments: ["base64", "quoted-printable", "BASE64", "x-gzip", ""])
  func refusesEncodedParts(encoding: String) {
    let body = file.replacing(
      "\r\n\r\n", with: "\r\nContent-Transfer-Encoding: \(encoding)\r\n\r\n")
    #expect(read(body + "--b--").error == .encodedPart)
  }

  @Test(arguments: ["binary", "8bit", "7bit", "Binary"])
  func takesPartsThatAreMarkedAsTheyAre(encoding: String) {
    let body = file.replacing(
      "\r\n\r\n", with: "\r\nContent-Transfer-Encoding: \(encoding)\r\n\r\n")
    #expect(read(body + "--b--").contentsText == "x")
  }

  @Test func afterAnErrorNothingComesAnyMore() throws {
    var parser = UploadBodyParser(contentType: contentType)
    var events: [UploadBodyParser.Event] = []
    #expect(throws: UploadBodyError.self) {
      try parser.consume(Array("--x\r\n".utf8)[...], into: &events)
    }
    #expect(throws: UploadBodyError.self) {
      try parser.consume(Array(file.utf8)[...], into: &events)
    }
    #expect(throws: UploadBodyError.self) { try parser.finish(into: &events) }
    #expect(events.isEmpty)
  }

  @Test func whatCameBeforeAnErrorStands() {
    let reading = read(field("alice") + file + file)
    #expect(reading.order == "f<d>")
    #expect(reading.error == .secondFile)
  }

  @Test func bytesWithoutSenseNeverCrash() {
    var random = SplitMix(seed: 17)
    let pieces = [
      "--b", "\r\n", "\n", "\r", "--", "-", "Content-Disposition: form-data; ", "name=\"user\"",
      "filename=\"a\"",
      "filename*=UTF-8''%41", "size=1", " ", "\t", ";", "\"", "\\", "=", ":", "x", "%22", "\0",
    ].map { Array($0.utf8) }
    for _ in 0..<3000 {
      var body = random.next() % 2 == 0 ? Array("--b\r\n".utf8) : []
      for _ in 0..<random.next() % 40 { body += pieces[Int(random.next() % UInt64(pieces.count))] }
      for type in [contentType, nil] {
        let whole = UploadReading(body, contentType: type)
        let cut = UploadReading(body, contentType: type, pieces: [1 + Int(random.next() % 5)])
        guard whole == cut else {
          Issue.record("\(body): \(whole), in pieces: \(cut)")
          return
        }
      }
    }
  }
}

/// A small generator with a seed, so that a failure can be seen again (Steele, Lea, Flood 2014).
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
