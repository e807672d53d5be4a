import Testing

@testable import picbed

struct PublicURLTests {
  @Test(arguments: [
    ("https://img.example.com", "https://img.example.com"),
    ("http://img.example.com:8080", "http://img.example.com:8080"),
    ("HTTPS://img.example.com/", "https://img.example.com"),
    ("https://example.com/images//", "https://example.com/images"),
    ("https://example.com/a%20b", "https://example.com/a%20b"),
    ("http://127.0.0.1", "http://127.0.0.1"), ("http://[::1]:8080", "http://[::1]:8080"),
    ("http://[2001:db8::1]", "http://[2001:db8::1]"),
  ])
  func accepts(_ text: String, _ url: String) throws {
    #expect(try PublicURL(parsing: text).text == url)
  }

  @Test(arguments: [
    "", "img.example.com", "ftp://example.com", "https://", "https:///path",
    "https://user@example.com",
    "https://user:pass@example.com", "https://example.com?x=1", "https://example.com/?x",
    "https://example.com#top", "https://example.com:", "https://example.com:0",
    "https://example.com:65536", "https://example.com:8a", "https://exam ple.com",
    "https://example.com/\"onload=", "https://example.com/<b>", "https://example.com/\n",
    "https://bücher.example", "http://[::1", "http://[]", "http://[::1]x", "http://[zz]",
    "http://a:b:80",
  ])
  func refuses(_ text: String) {
    #expect(throws: SettingError.self) { try PublicURL(parsing: text) }
  }

  @Test func refusesALongOne() {
    let text = "https://example.com/" + String(repeating: "a", count: PublicURL.bytesMax)
    #expect(throws: SettingError("use a URL of at most 1024 bytes")) {
      try PublicURL(parsing: text)
    }
  }
}
