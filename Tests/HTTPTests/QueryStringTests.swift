import Testing

@testable import HTTP

@Suite struct QueryStringTests {
  private func query(_ text: String) -> QueryString? { QueryString(Array(text.utf8)[...]) }

  private func raw(_ name: StaticString, _ text: String) -> String? {
    QueryString.rawValue(of: name, in: Array(text.utf8)[...]).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  @Test func readsPairsInTheirOrder() {
    let pairs = query("cmd=normal&start=0&cmd=pv")?.pairs
    #expect(pairs?.map(\.name) == ["cmd", "start", "cmd"])
    #expect(pairs?.map(\.value) == ["normal", "0", "pv"])
  }

  @Test func theFirstOfANameWins() {
    #expect(query("cmd=normal&cmd=pv")?["cmd"] == "normal")
    #expect(query("cmd=normal")?["CMD"] == nil)
    #expect(query("")?["cmd"] == nil)
    #expect(QueryString()["cmd"] == nil)
  }

  @Test func decodesNamesAndValues() {
    #expect(query("file%6Eame=%E5%9B%BE+1%2B.png")?["filename"] == "图 1+.png")
    #expect(query("a=b=c&d=%26%3D")?["a"] == "b=c")
    #expect(query("a=b=c&d=%26%3D")?["d"] == "&=")
    #expect(query("filename=图.png")?["filename"] == "图.png")
  }

  @Test func toleratesWhatIsMissing() {
    #expect(query("cmd")?["cmd"] == "")
    #expect(query("cmd=")?["cmd"] == "")
    #expect(query("&&cmd=pv&")?.pairs.count == 1)
    #expect(query("=x")?[""] == "x")
    #expect(query("&")?.pairs.isEmpty == true)
  }

  @Test(arguments: ["a=%", "a=%zz", "%4=a", "a=%ff", "a=b&c=%E5%9B", "a=1&%ff"])
  func refusesWhatDoesNotDecode(text: String) {
    #expect(query(text) == nil)
  }

  @Test func theNumberOfPairsIsLimited() {
    let full = [String](repeating: "a=b", count: QueryString.pairsMax).joined(separator: "&")
    #expect(query(full)?.pairs.count == QueryString.pairsMax)
    #expect(query(full + "&")?.pairs.count == QueryString.pairsMax)
    #expect(query(full + "&c=d") == nil)
    #expect(raw("c", full + "&c=d") == nil)
  }

  @Test func findsARawValue() {
    #expect(raw("cmd", "cmd=normal") == "normal")
    #expect(raw("cmd", "x=cmd&&cmd=a%20b&cmd=c") == "a%20b")
    #expect(raw("cmd", "cmd") == "")
    #expect(raw("cmd", "cmdx=1&xcmd=2&CMD=3") == nil)
    #expect(raw("cmd", "") == nil)
  }
}
