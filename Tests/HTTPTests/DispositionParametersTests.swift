import Testing

@testable import HTTP

@Suite struct DispositionParametersTests {
  private func read(_ value: String) throws -> DispositionParameters {
    try DispositionParameters(Array(value.utf8)[...])
  }

  private func filename(_ parameter: String) throws -> String? {
    try read("form-data; name=\"file\"; " + parameter).filename
  }

  @Test func readsNameFilenameAndOthers() throws {
    let value = try read(#"form-data; name="file"; FILENAME="a.png" user=alice;size=198; md5="""#)
    #expect(value.name == "file")
    #expect(value.filename == "a.png")
    #expect(value.others.map(\.name) == ["user", "size", "md5"])
    #expect(value.others.map(\.value) == ["alice", "198", ""])
    #expect(try read("form-data").filename == nil)
    #expect(try read("form-data").name == nil)
  }

  @Test(arguments: [
    // As browsers send them: UTF-8 as it is, quotes and line ends percent-encoded, backslashes not
    // escaped.
    (#"filename="图 片.png""#, "图 片.png"),
    (#"filename="a%22b%22.png""#, #"a"b".png"#),
    (#"filename="a%0D%0Ab%0d%0a""#, "a\r\nb\r\n"),
    (#"filename="C:\x.png""#, #"C:\x.png"#),
    (#"filename="100%.png""#, "100%.png"),
    (#"filename="a%20b%2Fc%252.png""#, "a%20b%2Fc%252.png"),
    (#"filename="%2""#, "%2"),
    (#"filename="../../etc/passwd""#, "../../etc/passwd"),
    (#"filename="a;b=c, d.png""#, "a;b=c, d.png"),
    // As curl did before 7.81, and as RFC 9110 says.
    (#"filename="a\"b\\c.png""#, #"a"b\c.png"#),
    // By hand.
    ("filename=a.png", "a.png"),
    ("filename=%22.png", "%22.png"),
    (#"filename=C:\x.png"#, #"C:\x.png"#),
    ("filename=", ""),
    (#"filename="""#, ""),
    (#"filename = "a.png" "#, "a.png"),
  ])
  func readsFileNames(parameter: String, expected: String) throws {
    #expect(try filename(parameter) == expected)
  }

  @Test(arguments: [
    ("filename*=UTF-8''%E5%9B%BE.png", "图.png"),
    ("filename*=utf-8'en'a%20b.png", "a b.png"),
    ("filename*=\"UTF-8''a%27b.png\"", "a'b.png"),
    ("filename*=UTF-8''a'b.png", "a'b.png"),
    ("filename=\"fallback.png\"; filename*=UTF-8''x.png", "x.png"),
    ("filename*=UTF-8''x.png; filename=\"fallback.png\"", "x.png"),
    ("filename*=UTF-8''%2522", "%22"),
  ])
  func theExtendedNameWins(parameter: String, expected: String) throws {
    #expect(try filename(parameter) == expected)
  }

  @Test(arguments: [
    "", "; filename=a", "=x", "\"form-data\"", "form-data; =a", "form-data; filename",
    "form-data; \"a\"",
    "form-data; filename=a b.png", "form-data; filename=\"a", "form-data; filename=\"a\\\"",
    "form-data; filename=\"a\"b", "form-data; filename=\"a\"b=c", "form-data; filename=a\"b\"",
    "form-data; filename=a; filename=b",
    "form-data; name=a; name=a", "form-data; user=a; user=b",
    "form-data; filename*=UTF-8''a; filename*=UTF-8''b",
    "form-data; filename*=a.png", "form-data; filename*=UTF-8'a.png",
    "form-data; filename*=UTF-8''%4",
    "form-data; filename*=ISO-8859-1''%E4", "form-data; filename*0=a; filename*1=b",
    "form-data; na(me=a",
  ])
  func refuses(value: String) {
    #expect { try read(value) } throws: { ($0 as? UploadBodyError)?.isMalformed == true }
  }

  @Test func refusesWhatIsNoUTF8() {
    #expect(throws: UploadBodyError.invalidText) { try filename("filename*=UTF-8''%FF") }
    for name in ["filename", "name", "user"] {
      let bytes = Array("form-data; \(name)=\"".utf8) + [0xff, 0x22]
      #expect(throws: UploadBodyError.invalidText) { try DispositionParameters(bytes[...]) }
    }
  }

  @Test func theNumberOfParametersIsLimited() throws {
    let full = (0..<DispositionParameters.othersMax).map { "; p\($0)=x" }.joined()
    #expect(
      try read("form-data; filename=a" + full).others.count == DispositionParameters.othersMax)
    #expect { try read("form-data" + full + "; q=x") } throws: {
      ($0 as? UploadBodyError)?.isMalformed == true
    }
  }
}
