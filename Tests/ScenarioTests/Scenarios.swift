import Synchronization
import TestSupport
import Testing

/// The real binary over real sockets: every promise of the API contract that a client can observe.
/// Written from the contract alone, so what fails here is the code or the contract, never a copy of
/// the code's own idea.
///
/// The suites run one after another, each with a server of its own (`.server`), on a thread of
/// their own: they block, and the few threads of Swift's pool belong to the tests that do not.
@Suite(.serialized, .onOwnThread)
enum Scenarios {
  /// What the suite that runs plays on.
  @TaskLocal static var stage: Stage!

  /// Its server.
  static var server: PicbedServer { stage.server }

  /// A client of its server.
  static var client: HTTPClient { server.client }

  /// A user of its server for tests that do not care who; all tests of a suite get the same one.
  static func someone() throws -> PicbedUser { try stage.someone() }
}

/// One suite's server, and the user whom its tests share: registering costs a password hash each
/// time.
final class Stage: Sendable {
  let server: PicbedServer
  private let shared: Mutex<PicbedUser?> = Mutex(nil)

  init(_ server: PicbedServer) { self.server = server }

  func someone() throws -> PicbedUser {
    try shared.withLock { user in
      if user == nil { user = try server.newUser("someone") }
      return user!.on(server.client)
    }
  }
}

/// Starts a server before a suite's first test and stops it after its last, which must succeed:
/// exit code 0.
struct ServerTrait: SuiteTrait, TestScoping {
  let options: [String]
  let environment: [String: String]

  func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    let server = try PicbedServer(options, environment: environment)
    try await Scenarios.$stage.withValue(Stage(server)) { try await function() }
    try server.stop()
  }
}

extension Trait where Self == ServerTrait {
  /// One server for the suite, `picbed serve` with these options beside its address and its fresh
  /// data folder.
  static func server(_ options: String..., environment: [String: String] = [:]) -> Self {
    ServerTrait(options: options, environment: environment)
  }
}

/// Runs a suite's tests on threads that may block.
struct OwnThreadTrait: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    try await withTaskExecutorPreference(BlockingExecutor.shared) { try await function() }
  }
}

extension Trait where Self == OwnThreadTrait {
  static var onOwnThread: Self { OwnThreadTrait() }
}
