import ArgumentParser
import Testing

@testable import picbed

struct ConfigurationTests {
  private func configuration(
    _ arguments: [String] = [], _ variables: [String: String] = [:]
  ) throws -> Configuration {
    try Configuration(try ServeOptions.parse(arguments), Environment(variables))
  }

  @Test func defaults() throws {
    let configuration = try configuration()
    #expect("\(configuration.listen)" == "127.0.0.1:8080")
    #expect(configuration.dataFolder == "./picbed-data")
    #expect(configuration.redis == .managed(program: nil, .always))
    #expect((1...256).contains(configuration.threads))
    #expect(configuration.publicURL == nil)
    #expect(configuration.uploadBytesMax == 1 << 30)
    #expect(configuration.webRoot == nil)
    #expect(!configuration.opensLegacyEndpoints)
    #expect(configuration.deleteGraceMilliseconds == 60_000)
    #expect(configuration.drainMilliseconds == 30_000)
    #expect(!configuration.takesOver)
    #expect(configuration.requestLog.every == 1)
    #expect(configuration.logFormat == .text)
    #expect(configuration.logLevel == .info)
    #expect(configuration.unknownVariables.isEmpty)
    #expect(configuration.tls == nil)
    #expect(configuration.servesInTheClear)
  }

  @Test func tlsOptions() throws {
    let alone = try configuration(["--tls-cert", "c.pem", "--tls-key", "k.pem"])
    #expect(alone.tls?.certificatePath == "c.pem")
    #expect(alone.tls?.keyPath == "k.pem")
    #expect(alone.tls?.listen == nil)
    #expect(!alone.servesInTheClear)
    let beside = try configuration(
      ["--tls-listen", "*:443", "--redirect-to-tls"],
      ["PICBED_TLS_CERT": "c.pem", "PICBED_TLS_KEY": "k.pem", "PICBED_HSTS": "180d"])
    #expect(beside.tls?.listen.map { "\($0)" } == "0.0.0.0:443")
    #expect(beside.tls?.strictTransportSeconds == 15_552_000)
    #expect(beside.tls?.redirects == true)
    #expect(!beside.servesInTheClear)
    let both = try configuration(
      ["--tls-listen", "*:443", "--no-redirect-to-tls"],
      [
        "PICBED_TLS_CERT": "c.pem", "PICBED_TLS_KEY": "k.pem", "PICBED_REDIRECT_TO_TLS": "1",
        "PICBED_TLS_LISTEN": "*:1",
      ])
    #expect(both.tls?.listen?.port == 443)
    #expect(both.servesInTheClear)
  }

  @Test(
    "TLS options that lack what they need",
    arguments: [
      ["--tls-cert", "c.pem"], ["--tls-key", "k.pem"], ["--tls-listen", "*:443"],
      ["--redirect-to-tls"], ["--hsts", "1d"],
      ["--tls-cert", "c.pem", "--tls-key", "k.pem", "--redirect-to-tls"],
    ])
  func incompleteTLSOptions(arguments: [String]) {
    #expect(throws: PicbedError.self) { try configuration(arguments) }
  }

  @Test func everyOptionOnTheCommandLine() throws {
    let configuration = try configuration([
      "--listen", "[::1]:9", "--data", "/d", "--threads", "2", "--public-url", "https://x.test/",
      "--durability", "everysec", "--max-upload", "1M", "--web-root", "/w",
      "--open-legacy-endpoints",
      "--delete-grace", "2s", "--request-log", "1/10", "--log-format", "json", "--log-level",
      "error",
      "--redis-server", "/r", "--drain", "5s", "--take-over",
    ])
    #expect(configuration.drainMilliseconds == 5_000)
    #expect(configuration.takesOver)
    #expect("\(configuration.listen)" == "[::1]:9")
    #expect(configuration.dataFolder == "/d")
    #expect(configuration.redis == .managed(program: "/r", .everysec))
    #expect(configuration.threads == 2)
    #expect(configuration.publicURL?.text == "https://x.test")
    #expect(configuration.uploadBytesMax == 1 << 20)
    #expect(configuration.webRoot == "/w")
    #expect(configuration.opensLegacyEndpoints)
    #expect(configuration.deleteGraceMilliseconds == 2_000)
    #expect(configuration.requestLog.every == 10)
    #expect(configuration.logFormat == .json)
    #expect(configuration.logLevel == .error)
  }

  @Test func everyOptionInTheEnvironment() throws {
    let configuration = try configuration(
      [],
      [
        "PICBED_LISTEN": "[::1]:9", "PICBED_DATA": "/d", "PICBED_THREADS": "2",
        "PICBED_PUBLIC_URL": "https://x.test", "PICBED_DURABILITY": "everysec",
        "PICBED_MAX_UPLOAD": "1M", "PICBED_WEB_ROOT": "/w", "PICBED_OPEN_LEGACY_ENDPOINTS": "yes",
        "PICBED_DELETE_GRACE": "2s", "PICBED_REQUEST_LOG": "off", "PICBED_LOG_FORMAT": "json",
        "PICBED_LOG_LEVEL": "error", "PICBED_REDIS_SERVER": "/r",
        "PICBED_DRAIN": "5s", "PICBED_TAKE_OVER": "yes",
      ])
    #expect(configuration.drainMilliseconds == 5_000)
    #expect(configuration.takesOver)
    #expect("\(configuration.listen)" == "[::1]:9")
    #expect(configuration.dataFolder == "/d")
    #expect(configuration.redis == .managed(program: "/r", .everysec))
    #expect(configuration.threads == 2)
    #expect(configuration.publicURL?.text == "https://x.test")
    #expect(configuration.uploadBytesMax == 1 << 20)
    #expect(configuration.webRoot == "/w")
    #expect(configuration.opensLegacyEndpoints)
    #expect(configuration.deleteGraceMilliseconds == 2_000)
    #expect(configuration.requestLog.every == nil)
    #expect(configuration.logFormat == .json)
    #expect(configuration.logLevel == .error)
  }

  @Test func theCommandLineWins() throws {
    let variables = [
      "PICBED_THREADS": "2", "PICBED_OPEN_LEGACY_ENDPOINTS": "1", "PICBED_REDIS": "redis://a",
    ]
    let configuration = try configuration(
      ["--threads", "3", "--no-open-legacy-endpoints", "--redis", "redis://b:7"], variables)
    #expect(configuration.threads == 3)
    #expect(!configuration.opensLegacyEndpoints)
    #expect(configuration.redis == .outside(.tcp(host: "b", port: 7)))
  }

  @Test func anOutsideRedisNeedsNoProgram() throws {
    #expect(
      try configuration(["--redis", "unix:/r.sock?db=2", "--redis-server", "/r"]).redis
        == .outside(.unix(path: "/r.sock", database: 2)))
  }

  @Test func oneErrorNamesEveryWrongVariable() {
    #expect(
      throws: PicbedError.usage(
        """
        the value 'x' is invalid for PICBED_LISTEN: use an IP address and a port: 127.0.0.1:8080, \
        [::1]:8080, or *:8080 for every address; the value '0' is invalid for PICBED_THREADS: use \
        a number from 1 to 256
        """)
    ) { try configuration([], ["PICBED_LISTEN": "x", "PICBED_THREADS": "0"]) }
  }

  @Test(arguments: [
    (["--redis", "redis://:sesame@"], [:]), ([], ["PICBED_REDIS": "redis://:sesame@"]),
    (["--redis", "http://:sesame@host"], [:]),
  ])
  func aWrongRedisURLIsNotQuoted(_ arguments: [String], _ variables: [String: String]) {
    do {
      _ = try configuration(arguments, variables)
      Issue.record("accepted")
    } catch {
      #expect(error is PicbedError)
      #expect(!"\(error)".contains("sesame"))
    }
  }

  @Test func theHelpNamesEveryVariableAndDefault() {
    // The help is wrapped, between words only.
    let help =
      ServeCommand.helpMessage(columns: 100) + UserCommand.helpMessage(columns: 100)
    for variable in Variable.allCases {
      #expect(help.contains(variable.rawValue), "\(variable)")
    }
    for text in ["127.0.0.1:8080", "./picbed-data", "1GiB", "1m;", "always", "found in PATH"] {
      #expect(help.contains(text), "\(text)")
    }
    #expect(!Picbed.helpMessage().contains(RedisChildCommand.commandName))
  }
}
