import Testing

@testable import HTTP

@Suite struct PreconditionsTests {
  private typealias Lines = [(Preconditions.Field, String)]

  private static let modified = "Sun, 06 Nov 1994 08:49:37 GMT"
  private static let before = "Sun, 06 Nov 1994 08:49:36 GMT"
  private static let after = "Sun, 06 Nov 1994 08:49:38 GMT"

  private func weigh(_ lines: Lines, entityTag: String = #""abc""#) -> Preconditions {
    var conditions = Preconditions(
      entityTag: Array(entityTag.utf8), modifiedSeconds: 784_111_777, nowSeconds: 1_767_225_600)
    for (field, value) in lines { conditions.apply(field, value.utf8.span.bytes) }
    return conditions
  }

  @Test func withoutConditionsTheAnswerIsPlain() {
    #expect(weigh([]).outcome == .proceed)
    #expect(weigh([]).allowsRange)
  }

  @Test(arguments: [
    (#""abc""#, true), (#"W/"abc""#, true), (#""x", "abc""#, true), (#""x","abc","y""#, true),
    (#", ,"abc","#, true), ("*", true), (#""a,b" , W/"abc""#, true),
    (#""abcd""#, false), (#""ab""#, false), ("abc", false), ("", false), (#""abc"#, false),
    (#"w/"abc""#, false), (#""x" "abc""#, false), (#"x, "abc""#, false), (#""x, "abc""#, false),
    (#"*, "abc""#, false), (#""a c", "abc""#, false), ("\"x\u{7f}\", \"abc\"", false),
    (#""""#, false),
  ])
  func ifNoneMatchComparesWeakly(value: String, matches: Bool) {
    #expect(weigh([(.ifNoneMatch, value)]).outcome == (matches ? .notModified : .proceed))
  }

  @Test func aCommaInsideATagDoesNotSplitIt() {
    #expect(weigh([(.ifNoneMatch, #""x", "a,b""#)], entityTag: #""a,b""#).outcome == .notModified)
    #expect(weigh([(.ifNoneMatch, #""x,"b""#)], entityTag: #""b""#).outcome == .proceed)
  }

  @Test func aWeakTagOfOursMatchesWeaklyOnly() {
    #expect(weigh([(.ifNoneMatch, #""abc""#)], entityTag: #"W/"abc""#).outcome == .notModified)
    #expect(weigh([(.ifNoneMatch, #"W/"abc""#)], entityTag: #"W/"abc""#).outcome == .notModified)
    #expect(weigh([(.ifMatch, #"W/"abc""#)], entityTag: #"W/"abc""#).outcome == .failed)
    #expect(!weigh([(.ifRange, #"W/"abc""#)], entityTag: #"W/"abc""#).allowsRange)
  }

  @Test func severalLinesAreOneList() {
    #expect(weigh([(.ifNoneMatch, #""x""#), (.ifNoneMatch, #""abc""#)]).outcome == .notModified)
    #expect(weigh([(.ifNoneMatch, #""abc""#), (.ifNoneMatch, #""x""#)]).outcome == .notModified)
    #expect(weigh([(.ifMatch, #""abc""#), (.ifMatch, #""x""#)]).outcome == .proceed)
  }

  @Test(arguments: [
    (#""abc""#, true), (#""x", "abc""#, true), ("*", true),
    (#"W/"abc""#, false), (#""x""#, false), ("", false), ("abc", false),
  ])
  func ifMatchComparesStrongly(value: String, matches: Bool) {
    #expect(weigh([(.ifMatch, value)]).outcome == (matches ? .proceed : .failed))
  }

  @Test func ifModifiedSinceComparesDates() {
    #expect(weigh([(.ifModifiedSince, Self.before)]).outcome == .proceed)
    #expect(weigh([(.ifModifiedSince, Self.modified)]).outcome == .notModified)
    #expect(weigh([(.ifModifiedSince, Self.after)]).outcome == .notModified)
    #expect(weigh([(.ifModifiedSince, "Sunday, 06-Nov-94 08:49:37 GMT")]).outcome == .notModified)
  }

  @Test func ifUnmodifiedSinceComparesDates() {
    #expect(weigh([(.ifUnmodifiedSince, Self.before)]).outcome == .failed)
    #expect(weigh([(.ifUnmodifiedSince, Self.modified)]).outcome == .proceed)
    #expect(weigh([(.ifUnmodifiedSince, Self.after)]).outcome == .proceed)
  }

  @Test func aDateThatIsNoneIsIgnored() {
    #expect(weigh([(.ifModifiedSince, "yesterday")]).outcome == .proceed)
    #expect(weigh([(.ifUnmodifiedSince, "0")]).outcome == .proceed)
  }

  @Test func aRepeatedDateIsIgnored() {
    #expect(
      weigh([(.ifModifiedSince, Self.after), (.ifModifiedSince, Self.after)]).outcome == .proceed)
    #expect(
      weigh([(.ifUnmodifiedSince, Self.before), (.ifUnmodifiedSince, Self.before)]).outcome
        == .proceed)
  }

  @Test func tagsOutrankDates() {
    #expect(weigh([(.ifNoneMatch, #""x""#), (.ifModifiedSince, Self.after)]).outcome == .proceed)
    #expect(
      weigh([(.ifModifiedSince, Self.before), (.ifNoneMatch, #""abc""#)]).outcome == .notModified)
    #expect(weigh([(.ifMatch, #""abc""#), (.ifUnmodifiedSince, Self.before)]).outcome == .proceed)
    #expect(weigh([(.ifMatch, #""x""#), (.ifUnmodifiedSince, Self.after)]).outcome == .failed)
  }

  @Test func aFailedConditionComesBeforeNotModified() {
    #expect(weigh([(.ifNoneMatch, #""abc""#), (.ifMatch, #""x""#)]).outcome == .failed)
    #expect(weigh([(.ifMatch, #""abc""#), (.ifNoneMatch, #""abc""#)]).outcome == .notModified)
  }

  @Test(arguments: [
    (#""abc""#, true), (PreconditionsTests.modified, true), ("Sun Nov  6 08:49:37 1994", true),
    (#"W/"abc""#, false), (#""x""#, false), (#""abc", "x""#, false), ("*", false), ("", false),
    (PreconditionsTests.before, false), (PreconditionsTests.after, false), ("abc", false),
  ])
  func ifRangeWantsTheVerySame(value: String, allows: Bool) {
    #expect(weigh([(.ifRange, value)]).allowsRange == allows)
    #expect(weigh([(.ifRange, value)]).outcome == .proceed)
  }

  @Test func aRepeatedIfRangeNeverMatches() {
    #expect(!weigh([(.ifRange, #""abc""#), (.ifRange, #""abc""#)]).allowsRange)
  }
}
