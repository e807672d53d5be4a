import Testing

@testable import RedisClient

struct RedisErrorTests {
  @Test(arguments: [
    "LOADING Redis is loading the dataset in memory",
    "READONLY You can't write against a read only replica.",
    "MOVED 3999 127.0.0.1:6381", "ASK 3999 127.0.0.1:6381", "CLUSTERDOWN The cluster is down",
    "TRYAGAIN Multiple keys request during rehashing of slot",
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    "BUSY Redis is busy running a script.", "OOM command not allowed",
    "MISCONF Redis is configured to save RDB snapshots", "NOREPLICAS Not enough good replicas",
    "NOAUTH Authentication required.", "OOM",
  ])
  func takesWhatPassesWithTimeForUnavailable(_ text: String) {
    #expect(ReplyOutcome(errorReply: text.utf8) == .failure(.unavailable(reason: text)))
  }

  @Test(arguments: [
    "ERR unknown command", "WRONGTYPE Operation against a key", "CROSSSLOT Keys in request",
    "OOMPH not a code", "busy", "", "ERR OOM later in the text",
  ])
  func takesAllElseForABug(_ text: String) {
    #expect(ReplyOutcome(errorReply: text.utf8) == .failure(.rejected(text)))
  }

  @Test func tellsALostScriptApart() {
    let outcome = ReplyOutcome(errorReply: "NOSCRIPT No matching script.".utf8)
    #expect(outcome == .scriptMissing)
    #expect(throws: RedisError.unavailable(reason: "Redis has lost its scripts")) {
      try outcome.get()
    }
  }

  @Test func boundsAnErrorsText() {
    let long = String(repeating: "x", count: 2000)
    #expect(
      ReplyOutcome(errorReply: long.utf8) == .failure(.rejected(String(long.prefix(512)))))
  }
}
