import Foundation
import TestSupport
import Testing

extension Scenarios {
  /// Thousands of random calls of several users against the model. A failure prints its seed:
  /// `PICBED_SCENARIO_SEED` repeats it, `PICBED_SCENARIO_CALLS` makes a run longer or shorter.
  @Suite(.server("--delete-grace", "2s")) struct S26Model {
    static let auditEvery = 400

    @Test("the server and the model agree on every answer, and still do after a restart")
    func randomCalls() throws {
      let environment = ProcessInfo.processInfo.environment
      let seed =
        environment["PICBED_SCENARIO_SEED"].flatMap { UInt64($0) }
        ?? UInt64.random(in: 1..<1_000_000)
      let calls = environment["PICBED_SCENARIO_CALLS"].flatMap { Int($0) } ?? 4_000
      print("random calls: PICBED_SCENARIO_SEED=\(seed) PICBED_SCENARIO_CALLS=\(calls)")

      let users = try (0..<4).map { _ in try server.newUser("model") }
      var run = try ModelRun(seed: seed, users: users, client: client)
      for number in 1...calls {
        try run.step()
        if number % Self.auditEvery == 0 { try run.audit() }
      }
      try server.restart()
      run.urls = [:]  // The port is another one now, and it is part of every url.
      run.client = client
      run.connection = try client.connect()
      try run.audit()
      for _ in 0..<200 { try run.step() }
      try run.audit()
    }
  }
}
