import TestSupport
import Testing

/// The web client in a real browser, as people use it. Each test has a browser of its own; all share one server and
/// one driver.
@Suite(.serialized, .inBrowser)
enum InBrowser {
  struct Stage: Sendable {
    let server: PicbedServer
    let driver: ChromeDriver
  }

  @TaskLocal static var stage: Stage!
  static var server: PicbedServer { stage.server }

  /// `port` is that of a line to the server, where it is not the server's own.
  static func browser(
    _ language: String = "en-GB", _ screen: Browser.Screen = .wide, at port: UInt16? = nil
  ) throws -> Browser {
    try Browser(
      stage.driver, origin: "http://127.0.0.1:\(port ?? server.client.port)", language: language,
      screen: screen)
  }

  /// A browser in which a new user has logged in, and the user for calls beside it.
  static func loggedIn(
    _ language: String = "en-GB", _ screen: Browser.Screen = .wide, at port: UInt16? = nil
  ) throws -> (browser: Browser, user: PicbedUser) {
    let name = PicbedUser.uniqueName("visitor")
    let user = try PicbedUser(registering: name, on: server.client)
    let browser = try browser(language, screen, at: port)
    try browser.open()
    try logIn(browser, name)
    return (browser, user)
  }

  /// The password that `PicbedUser` registers a user with.
  static func password(_ name: String) -> String { "password of \(name)" }

  static func logIn(_ browser: Browser, _ name: String, _ password: String? = nil) throws {
    try browser.wait(forElement: ".card [name=password]")
    try browser.run(
      "for (const name of ['user', 'password']) document.querySelector(`[name=${name}]`).value = ''"
    )
    try browser.type(name, into: "[name=user]")
    try browser.type(password ?? Self.password(name), into: "[name=password]")
    try browser.click(".card .primary")
    try browser.wait(forElement: ".view")
  }
}

/// Starts the server and the driver before the first test and ends them after the last, on threads that may block.
struct BrowserTrait: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    try await withTaskExecutorPreference(BlockingExecutor.shared) {
      let stage = InBrowser.Stage(server: try PicbedServer(), driver: try ChromeDriver())
      try await InBrowser.$stage.withValue(stage) { try await function() }
      try stage.server.stop()
    }
  }
}

extension Trait where Self == BrowserTrait {
  static var inBrowser: Self { BrowserTrait() }
}
