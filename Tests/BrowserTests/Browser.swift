import Foundation
import TestSupport
import Testing

/// One headless Chromium with a profile of its own, on one picbed. It acts as a person does: real clicks, keys and
/// files; what no driver can do (drop, paste) is done by events with the same content.
final class Browser {
  /// How long something on a page may take. Long: the machine may be busy with other tests.
  static let patienceSeconds = 30.0

  let origin: String
  let downloads: TemporaryFolder
  private let driver: ChromeDriver
  private let session: String
  private var allowedFailures: [String] = []

  struct Screen: Sendable {
    var width = 1280
    var height = 900
    var isPhone = false
    static let wide = Screen()
    static let phone = Screen(width: 390, height: 844, isPhone: true)
  }

  init(
    _ driver: ChromeDriver, origin: String, language: String = "en-GB", screen: Screen = .wide
  ) throws {
    self.driver = driver
    self.origin = origin
    downloads = try TemporaryFolder()
    // --no-sandbox: containers run tests as root. /dev/shm may be small there too.
    let arguments = [
      "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
      "--window-size=\(screen.width),\(screen.height)", "--lang=\(language)",
    ]
    var options: [String: JSONValue] = [
      "args": .array(arguments.map(JSONValue.string)),
      "prefs": [
        "intl.accept_languages": .string(language),
        "download.default_directory": .string(downloads.path),
        // Several at once: what a person is asked about, and allows.
        "profile.default_content_setting_values.automatic_downloads": 1,
      ],
    ]
    if screen.isPhone {
      options["mobileEmulation"] = [
        "deviceMetrics": [
          "width": .integer(screen.width), "height": .integer(screen.height), "pixelRatio": 2,
          "touch": .bool(true), "mobile": .bool(true),
        ]
      ]
    }
    let reply = try driver.call(
      "POST", "/session",
      [
        "capabilities": [
          "alwaysMatch": [
            "browserName": "chrome", "goog:loggingPrefs": ["browser": "ALL"],
            "goog:chromeOptions": .object(options),
          ]
        ]
      ])
    guard let session = reply["sessionId"]?.string else {
      throw BrowserError("no session: \(reply)")
    }
    self.session = session
  }

  deinit {
    _ = try? driver.call("DELETE", "/session/\(session)")
    downloads.remove()
  }

  @discardableResult
  private func call(_ method: String, _ path: String, _ body: JSONValue = [:]) throws -> JSONValue {
    try driver.call(method, "/session/\(session)/\(path)", body)
  }

  // MARK: acting

  func open(_ path: String = "/") throws {
    try call("POST", "url", ["url": .string(path.hasPrefix("http") ? path : origin + path)])
  }

  func reload() throws { try call("POST", "refresh") }

  /// Runs a function's body in the page; `arguments` are there as such.
  @discardableResult
  func run(_ script: String, _ arguments: JSONValue...) throws -> JSONValue {
    try call("POST", "execute/sync", ["script": .string(script), "args": .array(arguments)])
  }

  private func element(_ selector: String) throws -> String {
    let found = try call(
      "POST", "element", ["using": "css selector", "value": .string(selector)])
    guard let id = found.object?.values.first?.string else {
      throw BrowserError("no element for \(selector): \(found)")
    }
    return id
  }

  /// Waits for the element, then clicks in its middle, where it must not be covered.
  func click(_ selector: String) throws {
    try wait(forElement: selector)
    try call("POST", "element/\(element(selector))/click")
  }

  /// Clicks the button whose words or label are exactly `text`, as soon as there is one.
  func press(_ text: String) throws {
    try wait("a button “\(text)”") { try pressIfThere(text) }
  }

  /// Clicks that button whenever there is one, until the JavaScript expression is true: for a page that shows the
  /// button of a moment ago, or may get there by itself.
  func press(_ text: String, until expression: String) throws {
    try wait("\(expression), by the button “\(text)”") {
      if try run("return Boolean(\(expression))") == .bool(true) { return true }
      _ = try pressIfThere(text)
      return false
    }
  }

  private func pressIfThere(_ text: String) throws -> Bool {
    let script = """
      const named = (e) => e.getAttribute('aria-label') ?? e.textContent.trim();
      const shown = (e) => e.checkVisibility({ visibilityProperty: true });
      const open = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document;
      return [...open.querySelectorAll('button, nav a, .toast button')]
        .find((e) => shown(e) && named(e) === arguments[0]) ?? null;
      """
    guard let button = try run(script, .string(text)).object?.values.first?.string else {
      return false
    }
    do {
      try call("POST", "element/\(button)/click")
      return true
    } catch let error as BrowserError where error.description.contains("stale element reference") {
      // The page was drawn anew meanwhile.
      return false
    }
  }

  /// Types into a field; keys go there like a person's.
  func type(_ text: String, into selector: String) throws {
    try wait(forElement: selector)
    try call("POST", "element/\(element(selector))/value", ["text": .string(text)])
  }

  /// Sends keys to what has the focus: text, or codes like `\u{E00C}` for Escape.
  func key(_ text: String) throws {
    let actions = text.map { character -> [JSONValue] in
      [
        ["type": "keyDown", "value": .string(String(character))],
        ["type": "keyUp", "value": .string(String(character))],
      ]
    }
    try call(
      "POST", "actions",
      ["actions": [["type": "key", "id": "keys", "actions": .array(actions.flatMap(\.self))]]])
  }

  /// Chooses files in the page's own file input.
  func choose(_ paths: [String]) throws {
    // A driver adds to what was chosen before; the page's own button begins anew, too.
    try run("document.getElementById('choose-files').value = ''")
    try call(
      "POST", "element/\(element("#choose-files"))/value",
      ["text": .string(paths.joined(separator: "\n"))])
  }

  // MARK: looking

  /// Waits until the JavaScript expression is true.
  func wait(until expression: String, _ source: SourceLocation = #_sourceLocation) throws {
    try wait(expression) { try run("return Boolean(\(expression))") == .bool(true) }
  }

  func wait(forElement selector: String) throws {
    try wait(selector) {
      try run("return document.querySelector(arguments[0]) !== null", .string(selector))
        == .bool(true)
    }
  }

  /// Waits until the page shows `text` somewhere.
  func wait(forText text: String) throws {
    try wait("the text “\(text)”") {
      try run("return document.body.innerText.includes(arguments[0])", .string(text))
        == .bool(true)
    }
  }

  private func wait(_ what: String, _ condition: () throws -> Bool) throws {
    guard try eventually(within: Self.patienceSeconds, everyMilliseconds: 30, condition) else {
      let text = try run("return document.body.innerText")
      throw BrowserError("waited for \(what); log: \(try log()); the page: \(text)")
    }
  }

  func texts(_ selector: String) throws -> [String] {
    try run(
      "return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent.trim())",
      .string(selector)
    ).array?.compactMap(\.string) ?? []
  }

  func text(_ selector: String) throws -> String? { try texts(selector).first }

  func count(_ selector: String) throws -> Int {
    try run("return document.querySelectorAll(arguments[0]).length", .string(selector)).integer
      ?? 0
  }

  private func log() throws -> [String] {
    try call("POST", "se/log", ["type": "browser"]).array?.compactMap { entry in
      entry["message"]?.string.map { "\(entry["level"]?.string ?? "") \($0)" }
    } ?? []
  }

  /// Failures to load that the test brings about itself.
  func allow(_ failure: String) { allowedFailures.append(failure) }

  /// Nothing went wrong that only the console tells: no error, no breach of the content security policy.
  func expectQuiet(_ source: SourceLocation = #_sourceLocation) throws {
    let lines = try log().filter { line in !allowedFailures.contains { line.contains($0) } }
    #expect(lines.isEmpty, "the browser's log", sourceLocation: source)
  }
}
