import Testing

@testable import HTTP

@Suite struct CookiesTests {
  private func token(_ field: String) -> String? {
    Cookies.value(of: "token", in: field.utf8.span.bytes)
  }

  @Test(arguments: [
    ("token=abc", "abc"), ("a=b; token=abc; c=d", "abc"), ("a=b;token=abc;c=d", "abc"),
    ("token=first; token=second", "first"), ("token=\"abc\"", "abc"), ("token=", ""),
    ("token=\"\"", ""),
    ("token=a=b", "a=b"), ("token=%E5%9B%BE", "%E5%9B%BE"), ("token=图", "图"),
    ("token = abc ", "abc"),
    ("\ttoken=abc\t", "abc"), (";;; token=abc", "abc"), ("bare; token=abc", "abc"),
    ("token=\"", "\""),
    ("token=\"abc", "\"abc"), ("token; token=abc", "abc"), ("=x; token=abc", "abc"),
  ])
  func finds(field: String, expected: String) {
    #expect(token(field) == expected)
  }

  @Test(arguments: [
    "", ";", "token", "Token=abc", "xtoken=abc", "tokenx=abc", "a=token", "a=b=token=c",
    "tok en=abc",
  ])
  func findsNone(field: String) {
    #expect(token(field) == nil)
  }

  @Test func aValueThatIsNoUTF8IsNone() {
    let field: [UInt8] = Array("token=a".utf8) + [0xff]
    #expect(Cookies.value(of: "token", in: field.span.bytes) == nil)
  }
}
