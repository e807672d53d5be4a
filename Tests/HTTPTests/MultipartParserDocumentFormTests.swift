import Testing

@testable import HTTP

/// The form that the API's document prints for `upload`, as its clients build it by hand.
@Suite struct MultipartParserDocumentFormTests {
  private static let source = """
    #include "mainwindow.h"
    #include <QApplication>
    #include "login.h"

    int main(int argc, char *argv[])
    {
        QApplication a(argc, argv);
        Login w;
        w.show();

        return a.exec();
    }
    """

  /// The document's example, word for word, with the lines of the head broken as they are printed
  /// there.
  private static let example = """
    -----WebKitFormBoundarynHRBTfOuv<p3Tewg
    Content-Disposition: form-data; user="qingfu" filename="main.cpp"
    md5="5f2a390a60cb3d51355469fea61efa0b" size=198
    Content-Type: application/octet-stream

    \(source)
    -----WebKitFormBoundarynHRBTfOuv<p3Tewg
    """

  private func check(_ body: String, contentType: String?, contents: String) {
    let reading = readEveryWay(body, contentType: contentType)
    #expect(reading.error == nil)
    #expect(reading.order == "fff<d>")
    #expect(reading.fields == ["user=qingfu", "md5=5f2a390a60cb3d51355469fea61efa0b", "size=198"])
    #expect(reading.file?.filename == "main.cpp")
    #expect(reading.file?.name == nil)
    #expect(reading.partContentType == "application/octet-stream")
    #expect(reading.contentsText == contents)
  }

  @Test(arguments: ["", "\n", "--", "--\n", "\n\n", "--\nepilogue", " ", " \n"])
  func readsTheDocumentsExample(closing: String) {
    check(Self.example + closing, contentType: "application/octet-stream", contents: Self.source)
    let crlf = (Self.example + closing).withCRLF
    check(crlf, contentType: "application/octet-stream", contents: Self.source.withCRLF)
  }

  @Test func theBoundaryMayBeNamedInTheHeadAsWell() {
    // The body's delimiter is the boundary with two more dashes before it.
    for boundary in [
      "---WebKitFormBoundarynHRBTfOuv<p3Tewg", "\"---WebKitFormBoundarynHRBTfOuv<p3Tewg\"",
    ] {
      check(
        Self.example, contentType: "multipart/form-data; boundary=\(boundary)",
        contents: Self.source)
      check(
        Self.example.withCRLF + "\r\n", contentType: "multipart/form-data; boundary=\(boundary)",
        contents: Self.source.withCRLF)
    }
  }

  /// On one line; with semicolons; folded with white space; broken elsewhere.
  @Test(arguments: [
    #"form-data; user="qingfu" filename="main.cpp" md5="MD5" size=198"#,
    #"form-data; user="qingfu"; filename="main.cpp"; md5="MD5"; size=198"#,
    #"form-data;user="qingfu";filename="main.cpp";md5="MD5";size=198;"#,
    "form-data; user=\"qingfu\" filename=\"main.cpp\"\n md5=\"MD5\" size=198",
    "form-data; user=\"qingfu\" filename=\"main.cpp\";\n\tmd5=\"MD5\";\n size=198 ",
    "form-data;\nuser=\"qingfu\"\nfilename=\"main.cpp\"\nmd5=MD5\nsize=\"198\"",
    "form-data; user = \"qingfu\"\nFileName = main.cpp\nMd5 = \"MD5\"\nSIZE = 198",
  ])
  func readsTheDispositionHoweverItIsBroken(disposition: String) {
    let md5 = "5f2a390a60cb3d51355469fea61efa0b"
    let body = """
      --b
      Content-Disposition: \(disposition.replacing("MD5", with: md5))
      Content-Type: application/octet-stream

      x
      --b
      """
    check(body, contentType: nil, contents: "x")
    check(body.withCRLF, contentType: nil, contents: "x")
  }

  @Test func readsATokenOnTheLine() {
    let body = "--b\r\nContent-Disposition: form-data; token=\"ab\" filename=\"a\"\r\n\r\nx\r\n--b"
    #expect(readEveryWay(body, contentType: nil).fields == ["token=ab"])
  }

  @Test func withLFAloneACarriageReturnIsContents() {
    let body = "--b\nContent-Disposition: form-data; filename=\"a\"\n\n1\r\n2\r\n--b\n"
    #expect(readEveryWay(body, contentType: nil).contentsText == "1\r\n2\r")
  }

  @Test func withCRLFALineFeedDoesNotBeginADelimiter() {
    let body = "--b\r\nContent-Disposition: form-data; filename=\"a\"\r\n\r\n1\n--b\n2\r\n--b\r\n"
    #expect(readEveryWay(body, contentType: nil).contentsText == "1\n--b\n2")
  }

  @Test func theEmptyLineDecidesWhichLineEndsThePartHas() {
    let body = "--b\nContent-Disposition: form-data; filename=\"a\"\n\r\nx\n\r\n--b\r\n"
    #expect(readEveryWay(body, contentType: nil).contentsText == "x\n")
  }

  @Test func otherPartsMayFollow() {
    let body =
      "--b\r\nContent-Disposition: form-data; filename=\"a\"\r\n\r\nx\r\n"
      + "--b\r\nContent-Disposition: form-data; name=\"user\"\r\n\r\nalice\r\n--b"
    let reading = readEveryWay(body, contentType: nil)
    #expect(reading.error == nil)
    #expect(reading.order == "<d>f")
    #expect(reading.fields == ["user=alice"])
  }

  @Test func theDelimiterItselfMustBeThere() {
    let complete = Array(Self.example.utf8)
    for count in 0..<complete.count {
      let reading = UploadReading(Array(complete[..<count]), contentType: nil)
      // Before the first line's end there is no delimiter yet to be missed.
      let expected: UploadBodyError = count <= 39 ? .noBoundary : .truncated
      guard reading.error == expected else {
        Issue.record("after \(count) bytes: \(reading)")
        return
      }
    }
    // Half an end is none.
    #expect(readEveryWay(Self.example + "-", contentType: nil).error == .truncated)
    #expect(readEveryWay(Self.example + "\r", contentType: nil).error == nil)
  }

  @Test(arguments: [
    "", "\n", "#include <x>\n", "-", "-x\n", "--", "--\n", "-- \n", "--\u{1}b\n", "\n--b\n",
    " --b\n", "{}",
  ])
  func withoutADelimiterLineThereIsNoBoundary(body: String) {
    #expect(readEveryWay(body, contentType: "application/octet-stream").error == .noBoundary)
  }

  @Test func aDelimiterLineIsLimited() {
    let most = UploadBodyParser.delimiterBytesMax
    for (count, expected) in [(most, nil), (most + 1, UploadBodyError.noBoundary)] {
      let delimiter = "--" + String(repeating: "b", count: count - 2)
      for (end, close) in [("\n", "\n"), ("\r\n", "\r\n")] {
        let body = delimiter + end + "Content-Disposition: form-data; filename=\"a\"" + end + end
        let reading = readEveryWay(body + "x" + close + delimiter, contentType: nil)
        #expect(reading.error == expected)
        #expect(reading.contentsText == (expected == nil ? "x" : nil))
      }
    }
    // No line end at all: refused as soon as the limit is passed.
    #expect(
      UploadReading(Array(repeating: 0x2d, count: most + 2), contentType: nil, pieces: [1]).error
        == .noBoundary)
  }
}
