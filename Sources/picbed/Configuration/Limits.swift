import API
import Domain
import Events
import HTTP

/// What clients may take, as plain values. Nil: no limit.
struct Limits: Sendable {
  let connectionsMax: Int
  let connectionsPerAddressMax: Int?
  let headTimeoutMilliseconds: Int64
  let idleTimeoutMilliseconds: Int64
  let bodyTimeoutMilliseconds: Int64
  let writeTimeoutMilliseconds: Int64
  /// 0: any pace.
  let bytesPerSecondMin: Int64
  let bytesInFlightMax: Int
  let pipelinedRequestsMax: Int
  let uploadsPerUserMax: Int?
  /// 0: no bound.
  let quotaBytesMax: Int64
  let quotaFilesMax: Int64
  let userRate: RateLimit?
  let addressRate: RateLimit?
  let trustedProxies: [IPNetwork]
  let registration: Registration
  let md5Claims: MD5Claims
  let blobOrigin: PublicURL?

  enum Default {
    static let connections = "50000"
    /// What many people behind one address, or one load test, would run into.
    static let off = "0"
    static let headTimeout = "15s"
    static let idleTimeout = "75s"
    static let bodyTimeout = "30s"
    static let writeTimeout = "30s"
    static let minRate = "500"
    static let maxInFlight = "1GiB"
    static let pipelined = "100"
    static let uploadsPerUser = "1000"
    static let registration = Registration.open
    static let md5Claims = MD5Claims.open
  }

  init(_ options: LimitOptions, _ environment: inout Environment) {
    func setting<Value: SettingValue>(
      _ option: Value?, _ variable: Variable, _ standard: String
    ) -> Value {
      option ?? environment.value(variable) ?? Configuration.known(standard)
    }
    connectionsMax =
      setting(options.maxConnections, .maxConnections, Default.connections).count
    connectionsPerAddressMax =
      setting(options.maxConnectionsPerAddress, .maxConnectionsPerAddress, Default.off).count
    headTimeoutMilliseconds =
      setting(options.headTimeout, .headTimeout, Default.headTimeout).milliseconds
    idleTimeoutMilliseconds =
      setting(options.idleTimeout, .idleTimeout, Default.idleTimeout).milliseconds
    bodyTimeoutMilliseconds =
      setting(options.bodyTimeout, .bodyTimeout, Default.bodyTimeout).milliseconds
    writeTimeoutMilliseconds =
      setting(options.writeTimeout, .writeTimeout, Default.writeTimeout).milliseconds
    bytesPerSecondMin = setting(options.minRate, .minRate, Default.minRate).bytes
    bytesInFlightMax = Int(setting(options.maxInFlight, .maxInFlight, Default.maxInFlight).bytes)
    pipelinedRequestsMax =
      setting(options.maxPipelined, .maxPipelined, Default.pipelined).count
    uploadsPerUserMax =
      setting(options.maxUploadsPerUser, .maxUploadsPerUser, Default.uploadsPerUser).count
    quotaBytesMax = setting(options.quotaBytes, .quotaBytes, Default.off).bytes
    quotaFilesMax = Int64(setting(options.quotaFiles, .quotaFiles, Default.off).count ?? 0)
    userRate = setting(options.ratePerUser, .ratePerUser, Default.off).limit
    addressRate = setting(options.ratePerAddress, .ratePerAddress, Default.off).limit
    registration =
      options.registration ?? environment.value(.registration) ?? Default.registration
    md5Claims = options.md5Claims ?? environment.value(.md5Claims) ?? Default.md5Claims
    blobOrigin = options.blobOrigin ?? environment.value(.blobOrigin)
    trustedProxies =
      (options.trustedProxies ?? environment.value(.trustedProxies))?.networks ?? []
  }

  /// The limits of one of `loops` loops.
  func http(loops: Int) -> HTTPLimits {
    var limits = HTTPLimits()
    limits.headTimeoutMilliseconds = headTimeoutMilliseconds
    limits.idleTimeoutMilliseconds = idleTimeoutMilliseconds
    limits.bodyTimeoutMilliseconds = bodyTimeoutMilliseconds
    limits.writeTimeoutMilliseconds = writeTimeoutMilliseconds
    limits.bytesPerSecondMin = bytesPerSecondMin
    limits.bytesInFlightMax = bytesInFlightMax / loops
    limits.pipelinedRequestsMax = pipelinedRequestsMax
    return limits
  }
}
