import Events
import Glibc
import Logging
import RedisClient
import Snapshots

/// Everything that `picbed serve` is told, as plain values: the command line first, then the
/// environment, then the defaults.
struct Configuration: Sendable {
  /// Which Redis holds the metadata.
  enum Redis: Sendable, Equatable {
    /// A child of this process; `program` is a path, or nil to look for redis-server in PATH.
    case managed(program: String?, Durability)
    case outside(RedisEndpoint)
  }

  let listen: SocketAddress
  /// Nil: plain HTTP only.
  let tls: TLSSettings?
  /// As written, perhaps relative and not there yet; see `DataFolder.path`.
  let dataFolder: String
  let redis: Redis
  let threads: Int
  /// Nil: each request says where it went.
  let publicURL: PublicURL?
  let uploadBytesMax: Int64
  let webRoot: String?
  let opensLegacyEndpoints: Bool
  let deleteGraceMilliseconds: Int64
  /// 0: never.
  let snapshotEveryMilliseconds: Int64
  let retention: Retention
  let drainMilliseconds: Int64
  let takesOver: Bool
  let requestLog: LogSampling
  let logFormat: LogFormat
  let logLevel: Logger.Level
  let limits: Limits
  /// Variables that start with `PICBED_` and mean nothing, for a warning.
  let unknownVariables: [String]

  /// Whether anything but a redirect is served without TLS.
  var servesInTheClear: Bool {
    guard let tls else { return true }
    return tls.listen != nil && !tls.redirects
  }

  /// What holds where nothing is said; texts are as people would write them, and stand in the help
  /// so.
  enum Default {
    static let listen = "127.0.0.1:8080"
    static let dataFolder = "./picbed-data"
    static let maxUpload = "1GiB"
    static let deleteGrace = "1m"
    static let snapshotEvery = "10m"
    static let keepSnapshots = "24+7d"
    static let drain = "30s"
    static let requestLog = "all"
    static let durability = Durability.always
    static let logFormat = LogFormat.text
    static let logLevel = Logger.Level.info
  }

  /// Throws one `usage` error that names every wrong variable.
  init(_ options: ServeOptions, _ environment: Environment) throws(PicbedError) {
    var environment = environment
    listen = options.listen ?? environment.value(.listen) ?? Self.known(Default.listen)
    dataFolder =
      (options.data ?? environment.value(.data) ?? Self.known(Default.dataFolder)).text
    threads = (options.threads ?? environment.value(.threads))?.count ?? Self.coreCount
    publicURL = options.publicURL ?? environment.value(.publicURL)
    uploadBytesMax =
      (options.maxUpload ?? environment.value(.maxUpload) ?? Self.known(Default.maxUpload)).bytes
    webRoot = (options.webRoot ?? environment.value(.webRoot))?.text
    opensLegacyEndpoints =
      options.openLegacyEndpoints ?? environment.value(.openLegacyEndpoints, as: Switch.self)?.isOn
      ?? false
    let deleteGrace =
      options.deleteGrace ?? environment.value(.deleteGrace) ?? Self.known(Default.deleteGrace)
    deleteGraceMilliseconds = deleteGrace.milliseconds
    let snapshotEvery =
      options.snapshotEvery ?? environment.value(.snapshotEvery)
      ?? Self.known(Default.snapshotEvery)
    snapshotEveryMilliseconds = snapshotEvery.milliseconds
    let kept =
      options.keepSnapshots ?? environment.value(.keepSnapshots)
      ?? Self.known(Default.keepSnapshots)
    retention = kept.retention
    drainMilliseconds =
      (options.drain ?? environment.value(.drain) ?? Self.known(Default.drain)).milliseconds
    takesOver =
      options.takeOver ?? environment.value(.takeOver, as: Switch.self)?.isOn ?? false
    requestLog =
      options.requestLog ?? environment.value(.requestLog) ?? Self.known(Default.requestLog)
    logFormat = options.logFormat ?? environment.value(.logFormat) ?? Default.logFormat
    logLevel = options.logLevel ?? environment.value(.logLevel) ?? Default.logLevel
    limits = Limits(options.limits, &environment)
    let durability = options.durability ?? environment.value(.durability) ?? Default.durability
    let program = options.redisServer ?? environment.value(.redisServer)
    let redisFromEnvironment =
      options.redis == nil ? environment.secret(.redis, file: .redisFile) : nil
    let tlsParts = Self.tlsParts(options, &environment)
    unknownVariables = environment.unknownNames
    guard environment.problems.isEmpty else {
      throw .usage(environment.problems.joined(separator: "; "))
    }
    tls = try TLSSettings(tlsParts)
    if let url = options.redis {
      redis = .outside(try Self.endpoint(url, from: "--redis"))
    } else if let url = redisFromEnvironment {
      redis = .outside(try Self.endpoint(url, from: Variable.redis.rawValue))
    } else {
      redis = .managed(program: program?.text, durability)
    }
  }

  private static func tlsParts(
    _ options: ServeOptions, _ environment: inout Environment
  ) -> TLSSettings.Parts {
    TLSSettings.Parts(
      certificate: options.tlsCert ?? environment.value(.tlsCert),
      key: options.tlsKey ?? environment.value(.tlsKey),
      listen: options.tlsListen ?? environment.value(.tlsListen),
      redirects: options.redirectToTLS
        ?? environment.value(.redirectToTLS, as: Switch.self)?.isOn ?? false,
      hsts: options.hsts ?? environment.value(.hsts))
  }

  /// Online cores, as many as picbed makes use of.
  private static var coreCount: Int {
    min(max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))), Int(ThreadCount.max))
  }

  /// The error does not quote `url`, which may hold a password.
  static func endpoint(
    _ url: String, from source: String
  ) throws(PicbedError) -> RedisEndpoint {
    do throws(RedisEndpointError) {
      return try RedisEndpoint(parsing: url)
    } catch {
      throw .usage("the value of \(source) is invalid: \(error)")
    }
  }

  /// The value of a default; a wrong one is this program's own mistake.
  static func known<Value: SettingValue>(_ text: String) -> Value {
    do throws(SettingError) {
      return try Value(parsing: text)
    } catch {
      preconditionFailure("the default '\(text)' is invalid: \(error)")
    }
  }
}
