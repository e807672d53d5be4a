import API
import ArgumentParser

/// The options that bound what clients may take, as they stand on the command line. `Limits` joins them with
/// the environment and the defaults.
struct LimitOptions: ParsableArguments {
  @Option(
    help: .setting(
      """
      Open connections in all. A further one gets the place of one that has waited long for a \
      request, or hears 503. Never more than half of the descriptors.
      """,
      "n", default: Limits.Default.connections, .maxConnections),
    transform: PositiveCount.init(parsing:))
  var maxConnections: PositiveCount?

  @Option(
    help: .setting(
      """
      Open connections from one IPv4 address or IPv6 /64; a further one hears 429. 0: as many as \
      there may be in all.
      """,
      "n", default: Limits.Default.off, .maxConnectionsPerAddress),
    transform: CountLimit.init(parsing:))
  var maxConnectionsPerAddress: CountLimit?

  @Option(
    help: .setting(
      "From the first byte of a request's head to its last.",
      "time", default: Limits.Default.headTimeout, .headTimeout),
    transform: Patience.init(parsing:))
  var headTimeout: Patience?

  @Option(
    help: .setting(
      "How long a connection may wait between two requests.",
      "time", default: Limits.Default.idleTimeout, .idleTimeout),
    transform: Patience.init(parsing:))
  var idleTimeout: Patience?

  @Option(
    help: .setting(
      "How long a body may stand still, or move more slowly than --min-rate.",
      "time", default: Limits.Default.bodyTimeout, .bodyTimeout),
    transform: Patience.init(parsing:))
  var bodyTimeout: Patience?

  @Option(
    help: .setting(
      "How long a client may take nothing of an answer, or less than --min-rate.",
      "time", default: Limits.Default.writeTimeout, .writeTimeout),
    transform: Patience.init(parsing:))
  var writeTimeout: Patience?

  @Option(
    help: .setting(
      "The least a body or an answer must move in a second; 0: any pace will do.",
      "size", default: Limits.Default.minRate, .minRate),
    transform: ByteSize.init(parsing:))
  var minRate: ByteSize?

  @Option(
    help: .setting(
      """
      Memory for what was received and not used, and answered and not sent, of all connections. \
      Past it, bodies hear 503 and slow readers are cut.
      """,
      "size", default: Limits.Default.maxInFlight, .maxInFlight),
    transform: ByteSize.init(parsing:))
  var maxInFlight: ByteSize?

  @Option(
    help: .setting(
      "Pipelined requests of a connection that are answered before others get their turn.",
      "n", default: Limits.Default.pipelined, .maxPipelined),
    transform: PositiveCount.init(parsing:))
  var maxPipelined: PositiveCount?

  @Option(
    help: .setting(
      "Uploads of one user at once; a further one hears 429. 0: as many as come.",
      "n", default: Limits.Default.uploadsPerUser, .maxUploadsPerUser),
    transform: CountLimit.init(parsing:))
  var maxUploadsPerUser: CountLimit?

  @Option(
    help: .setting(
      "Bytes that a user's files may have together; 0: any number.",
      "size", default: Limits.Default.off, .quotaBytes),
    transform: ByteSize.init(parsing:))
  var quotaBytes: ByteSize?

  @Option(
    help: .setting(
      "Files that a user may have; 0: any number.", "n", default: Limits.Default.off, .quotaFiles),
    transform: CountLimit.init(parsing:))
  var quotaFiles: CountLimit?

  @Option(
    help: .setting(
      "Calls that a user may make: 50/s, 600/m, 5000/h; past it they hear 429. 0: any number.",
      "rate", default: Limits.Default.off, .ratePerUser),
    transform: RateSetting.init(parsing:))
  var ratePerUser: RateSetting?

  @Option(
    help: .setting(
      "Calls that an IPv4 address or IPv6 /64 may make, like --rate-per-user.",
      "rate", default: Limits.Default.off, .ratePerAddress),
    transform: RateSetting.init(parsing:))
  var ratePerAddress: RateSetting?

  @Option(
    help: .setting(
      """
      Where blobs are fetched from, if under another host name than the site: the start of every \
      blob's url in answers. Have it lead here, too. Browsers that ask --public-url's host for a blob \
      are sent there.
      """,
      "url", default: "as --public-url", .blobOrigin),
    transform: PublicURL.init(parsing:))
  var blobOrigin: PublicURL?

  @Option(
    help: .setting(
      """
      What it takes to gain a file by naming its MD5 (/api/md5): \(MD5Claims.alternatives). open: \
      nothing, as version 1.21 of the API has it. proof: bytes that are neither one's own nor \
      public must be shown to be there, or are uploaded.
      """,
      "what", default: Limits.Default.md5Claims.rawValue, .md5Claims),
    transform: MD5Claims.init(parsing:))
  var md5Claims: MD5Claims?

  @Option(
    help: .setting(
      """
      Who may register: \(Registration.alternatives). An invite is made by picbed user invite.
      """,
      "who", default: Limits.Default.registration.rawValue, .registration),
    transform: Registration.init(parsing:))
  var registration: Registration?

  @Option(
    help: .setting(
      """
      Proxies in front: 127.0.0.1,10.0.0.0/8. Of requests through them, X-Forwarded-For says whom \
      they are from and X-Forwarded-Proto whether they were encrypted.
      """,
      "list", default: "nobody is believed", .trustedProxies),
    transform: NetworkList.init(parsing:))
  var trustedProxies: NetworkList?
}
