/// The language of a page for people, by what their browser asks for.
package enum PageLanguage: Sendable {
  case chinese, english

  /// The first of the two that `Accept-Language` lists: browsers list by preference. Chinese, where it lists neither
  /// or there is none.
  package init(accepted: String?) {
    for entry in (accepted ?? "").split(separator: ",") {
      let tag = entry.drop { $0 == " " }.prefix(2).lowercased()
      if tag == "en" {
        self = .english
        return
      }
      if tag == "zh" { break }
    }
    self = .chinese
  }

  func callAsFunction(_ chinese: StaticString, _ english: StaticString) -> StaticString {
    self == .chinese ? chinese : english
  }
}
