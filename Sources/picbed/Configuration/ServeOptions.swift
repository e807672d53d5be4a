import ArgumentParser
import Events
import Logging

/// The options of `picbed serve` as they stand on the command line; nil where one does not.
/// `Configuration` joins them with the environment and the defaults.
struct ServeOptions: ParsableArguments {
  @Option(
    help: .setting(
      "IP address and port to listen at; port 0 takes a free one, * every address.",
      "host:port", default: Configuration.Default.listen, .listen),
    transform: SocketAddress.init(parsing:))
  var listen: SocketAddress?

  @Option(
    name: .customLong("tls-cert"),
    help: .setting(
      """
      Speak TLS with this certificate: a PEM file, the chain behind it. Read again, with the key, \
      on SIGHUP. Without --tls-listen the port of --listen then speaks TLS, and only that.
      """,
      "file", default: "plain HTTP", .tlsCert),
    transform: FilePath.init(parsing:))
  var tlsCert: FilePath?

  @Option(
    name: .customLong("tls-key"),
    help: .setting(
      "The certificate's private key: a PEM file, without a passphrase.",
      "file", default: "none", .tlsKey),
    transform: FilePath.init(parsing:))
  var tlsKey: FilePath?

  @Option(
    name: .customLong("tls-listen"),
    help: .setting(
      "IP address and port to speak TLS at, beside plain HTTP at --listen.",
      "host:port", default: "none", .tlsListen),
    transform: SocketAddress.init(parsing:))
  var tlsListen: SocketAddress?

  @Flag(
    name: .customLong("redirect-to-tls"), inversion: .prefixedNo,
    help: .setting(
      "Send visitors of the plain port to the one of --tls-listen; /healthz and /readyz stay.",
      default: "no", .redirectToTLS))
  var redirectToTLS: Bool?

  @Option(
    help: .setting(
      """
      Tell browsers to come back by TLS only, for so long: 180d. Until then nobody can go back to \
      plain HTTP.
      """,
      "time", default: "not said", .hsts),
    transform: TimeSpan.init(parsing:))
  var hsts: TimeSpan?

  @Option(
    help: .setting(
      "Folder for the files, the managed Redis and the lock; made if it is not there.",
      "dir", default: Configuration.Default.dataFolder, .data),
    transform: FilePath.init(parsing:))
  var data: FilePath?

  // No transform: the parser's errors quote the value, and this one may hold a password.
  @Option(
    help: .setting(
      """
      Use this Redis, 7.0 or later, in place of a managed one: \
      redis://[[user]:password@]host[:port][/db] or unix:/path[?db=N&password=…]. Others can see a \
      password on a command line; \(Variable.redisFile.rawValue) names a file that holds the URL.
      """,
      "url", default: "a managed redis-server", .redis))
  var redis: String?

  @Option(
    help: .setting(
      "Serving threads, 1 to \(ThreadCount.max).", "n", default: "one for each core", .threads),
    transform: ThreadCount.init(parsing:))
  var threads: ThreadCount?

  @Option(
    help: .setting(
      "Where people reach the server: the start of every url in answers.",
      "url", default: "what each request says", .publicURL),
    transform: PublicURL.init(parsing:))
  var publicURL: PublicURL?

  @Option(
    help: .setting(
      """
      When the managed Redis has a change on disk: always (before the answer) or everysec (a power \
      cut may take the last second). Files are always synced before the answer.
      """,
      "when", default: Configuration.Default.durability.rawValue, .durability),
    transform: Durability.init(parsing:))
  var durability: Durability?

  @Option(
    help: .setting(
      "The largest file, in bytes or with a unit: 500M, 10MB, 1GiB.",
      "size", default: Configuration.Default.maxUpload, .maxUpload),
    transform: ByteSize.init(parsing:))
  var maxUpload: ByteSize?

  @Option(
    help: .setting(
      "Folder of a web client to serve at /; its index.html answers unknown paths.",
      "dir", default: "the built-in pages", .webRoot),
    transform: FilePath.init(parsing:))
  var webRoot: FilePath?

  @Flag(
    inversion: .prefixedNo,
    help: .setting(
      """
      Serve upload and dealsharefile cancel and save without a token, as version 1.21 of the API \
      prints them. Anyone who reaches the port can then change anyone's files.
      """,
      default: "no", .openLegacyEndpoints))
  var openLegacyEndpoints: Bool?

  @Option(
    help: .setting(
      "How long the bytes of a deleted file are kept: 500ms, 30s, 10m, 2h, 1d.",
      "time", default: Configuration.Default.deleteGrace, .deleteGrace),
    transform: TimeSpan.init(parsing:))
  var deleteGrace: TimeSpan?

  @Option(
    help: .setting(
      "How often a snapshot is taken, unless nothing has changed; 0 for never.",
      "time", default: Configuration.Default.snapshotEvery, .snapshotEvery),
    transform: TimeSpan.init(parsing:))
  var snapshotEvery: TimeSpan?

  @Option(
    help: .setting(
      KeptSnapshots.help, "which", default: Configuration.Default.keepSnapshots, .keepSnapshots),
    transform: KeptSnapshots.init(parsing:))
  var keepSnapshots: KeptSnapshots?

  @Option(
    help: .setting(
      "How long a stop waits for requests under way: 500ms, 30s, 10m.",
      "time", default: Configuration.Default.drain, .drain),
    transform: TimeSpan.init(parsing:))
  var drain: TimeSpan?

  @Flag(
    inversion: .prefixedNo,
    help: .setting(
      """
      Take over from the picbed that serves this data folder, if one does: its sockets, its lock \
      and its Redis. It finishes its requests and ends; none is lost.
      """,
      default: "no", .takeOver))
  var takeOver: Bool?

  @Option(
    help: .setting(
      "Which requests get a line in the log: all, off, or 1/N for one of every N.",
      "which", default: Configuration.Default.requestLog, .requestLog),
    transform: LogSampling.init(parsing:))
  var requestLog: LogSampling?

  @Option(
    help: .setting(
      "How log lines look: \(LogFormat.alternatives).",
      "format", default: Configuration.Default.logFormat.rawValue, .logFormat),
    transform: LogFormat.init(parsing:))
  var logFormat: LogFormat?

  @Option(
    help: .setting(
      "The least level to log: \(Logger.Level.alternatives).",
      "level", default: Configuration.Default.logLevel.rawValue, .logLevel),
    transform: Logger.Level.init(parsing:))
  var logLevel: Logger.Level?

  @Option(
    help: .setting(
      "The redis-server program, 7.0 or later, to run as the managed Redis.",
      "path", default: "found in PATH", .redisServer),
    transform: FilePath.init(parsing:))
  var redisServer: FilePath?

  @OptionGroup(title: "Limits") var limits: LimitOptions
}

extension ArgumentHelp {
  /// The help of an option, which always ends in its default and its variable.
  static func setting(
    _ text: String, _ valueName: String? = nil, default defaultText: String, _ variable: Variable
  ) -> ArgumentHelp {
    ArgumentHelp(
      "\(text) (default: \(defaultText); \(variable.rawValue))", valueName: valueName)
  }
}
