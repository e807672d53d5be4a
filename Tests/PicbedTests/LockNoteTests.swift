import Testing

@testable import picbed

struct LockNoteTests {
  @Test func roundTrip() throws {
    let note = LockNote(
      pid: 4711, host: "box", startTime: "2026-11-23T21:40:01.123Z", command: "picbed serve")
    #expect(note.text == "4711 box 2026-11-23T21:40:01.123Z picbed serve\n")
    #expect(LockNote(note.text) == note)
  }

  @Test(arguments: [
    "", "\n", "4711 box 2026", "4711 box 2026-11-23T21:40:01.123Z picbed serve",
    "x box time command\n",
    "4711 box time\n", "99999999999 box time command\n",
  ])
  func refuses(_ text: String) {
    #expect(LockNote(text) == nil)
  }
}
