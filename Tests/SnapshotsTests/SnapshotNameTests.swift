import Testing

@testable import Snapshots

@Suite struct SnapshotNameTests {
  @Test func isTheSecondInUTC() {
    let name = SnapshotName(seconds: 1_795_556_401)
    #expect(name.text == "2026-11-24T21-40-01Z")
    #expect(SnapshotName("2026-11-24T21-40-01Z") == name)
    #expect(SnapshotName(seconds: 0).text == "1970-01-01T00-00-00Z")
  }

  @Test(arguments: [
    "", "2026-11-24", "2026-11-24T21:40:01Z", "2026-11-24T21-40-01", "2026-02-31T00-00-00Z",
    "2026-13-01T00-00-00Z", "2026-11-24T24-00-00Z", ".tmp-2026-11-24T21-40-01Z",
    "2026-11-24T21-40-01Z ", "２026-11-24T21-40-01Z",
  ])
  func isNothingElse(_ text: String) { #expect(SnapshotName(text) == nil) }
}
