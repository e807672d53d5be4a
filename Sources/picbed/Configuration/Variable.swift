/// Every environment variable that picbed reads, and nowhere else a name of one.
enum Variable: String, CaseIterable, Sendable {
  static let prefix = "PICBED_"

  case listen = "PICBED_LISTEN"
  case tlsCert = "PICBED_TLS_CERT"
  case tlsKey = "PICBED_TLS_KEY"
  case tlsListen = "PICBED_TLS_LISTEN"
  case redirectToTLS = "PICBED_REDIRECT_TO_TLS"
  case hsts = "PICBED_HSTS"
  case threads = "PICBED_THREADS"
  case publicURL = "PICBED_PUBLIC_URL"
  case maxUpload = "PICBED_MAX_UPLOAD"
  case webRoot = "PICBED_WEB_ROOT"
  case openLegacyEndpoints = "PICBED_OPEN_LEGACY_ENDPOINTS"
  case data = "PICBED_DATA"
  case durability = "PICBED_DURABILITY"
  case deleteGrace = "PICBED_DELETE_GRACE"
  case snapshotEvery = "PICBED_SNAPSHOT_EVERY"
  case keepSnapshots = "PICBED_KEEP_SNAPSHOTS"
  case redis = "PICBED_REDIS"
  /// A file that holds the URL: a password in it is then in no process list and no environment.
  case redisFile = "PICBED_REDIS_FILE"
  case redisServer = "PICBED_REDIS_SERVER"
  case requestLog = "PICBED_REQUEST_LOG"
  case logFormat = "PICBED_LOG_FORMAT"
  case logLevel = "PICBED_LOG_LEVEL"
}
