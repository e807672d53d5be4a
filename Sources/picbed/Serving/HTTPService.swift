import API
import BlobStore
import Domain
import Events
import HTTP
import Logging
import RedisClient
import Snapshots
import WebUI

/// The serving loops with all that answers requests. Started and stopped by the main loop.
final class HTTPService: Service {
  /// Most of the time they wait for the disk. Uploads of 100 KB, 64 at once, on two cores: 1,730 a second with 4,
  /// 2,190 with 8, and no more with 16 or 32.
  private static let diskThreads = 8
  private static let diskQueueMax = 4096
  /// scrypt takes one core for 50 ms: more threads than cores would only make everybody wait.
  private static let passwordThreads = 2
  private static let passwordQueueMax = 1024
  /// Memory for blobs over all loops.
  private static let cacheBytesMax = 128 << 20
  /// How long a start waits until every loop is connected to Redis, before it lets requests come.
  private static let connectMillisecondsMax: Int64 = 3_000
  private static let connectPollMilliseconds = 2
  /// How long a picbed that has handed over waits on an idle connection for one more request.
  private static let handedOverIdleMilliseconds: Int64 = 5_000
  private static let sweepMillisecondsRange: ClosedRange<Int64> = 250...10_000

  private(set) var addresses: ServiceAddresses
  private let group: EventLoopGroup
  private let workers: [Worker]
  private let mainLoop: EventLoop
  private let diskPool: BlockingPool
  private let passwordPool: BlockingPool
  private let volume: BlobVolume
  private let scripts: [RedisScript]
  private var snapshots: SnapshotSchedule?
  private var crashMending: CrashMending?
  /// The loops whose Redis pipeline does not work now.
  private let loopsNotReady: LoopCount

  /// Makes a service that listens on every loop, as soon as Redis answers them.
  static func start(_ context: ServiceContext) async throws(PicbedError) -> HTTPService {
    let service = try HTTPService(context)
    do throws(PicbedError) {
      guard await service.isConnected() || context.takeOver == nil else {
        throw .start("cannot take over: Redis does not answer this process in time")
      }
      try service.listen(context)
      try service.startSnapshots(context)
    } catch {
      service.end()
      throw error
    }
    return service
  }

  /// Opens the blob volume and starts the loops.
  private init(_ context: ServiceContext) throws(PicbedError) {
    let configuration = context.configuration
    do {
      scripts = try ScriptCatalogue.load().map {
        RedisScript(name: $0.name.rawValue, source: $0.source)
      }
      volume = try BlobVolume(root: context.dataFolder + "/blobs")
      diskPool = try BlockingPool(
        name: "disk", threads: Self.diskThreads, queueMax: Self.diskQueueMax)
      passwordPool = try BlockingPool(
        name: "password", threads: Self.passwordThreads, queueMax: Self.passwordQueueMax)
      group = try EventLoopGroup(count: configuration.threads)
      try group.start()
    } catch {
      throw .start("cannot start serving: \(error)")
    }
    mainLoop = context.mainLoop
    addresses = Self.wantedAddresses(configuration)
    loopsNotReady = LoopCount(configuration.threads)
    let parts = Worker.Parts(
      context: context, scripts: scripts, volume: volume, diskPool: diskPool,
      passwordPool: passwordPool, cacheBytesMax: Self.cacheBytesMax / configuration.threads,
      ledger: Self.ledger(configuration.limits, context.logger), loopsNotReady: loopsNotReady)
    workers = group.loops.map { loop in loop.performAndWait { Worker(loop, parts) } }
    startSweep(configuration, context.logger)
  }

  /// A request that comes before the loops are connected to Redis would get 503. Redis that is still
  /// loading its data is not waited for.
  private func isConnected() async -> Bool {
    let deadline = Clock.monotonicMilliseconds + Self.connectMillisecondsMax
    while !loopsNotReady.isZero, Clock.monotonicMilliseconds < deadline {
      await mainLoop.sleep(milliseconds: Self.connectPollMilliseconds)
    }
    return loopsNotReady.isZero
  }

  /// Has every loop accept: from sockets that were handed over, which all must find a loop, and from
  /// new ones where these are not enough.
  private func listen(_ context: ServiceContext) throws(PicbedError) {
    let inherited = ServiceSockets(
      plain: addresses.plain.flatMap { context.takeOver?.takeListeners(at: $0) } ?? [],
      tls: addresses.tls.flatMap { context.takeOver?.takeListeners(at: $0) } ?? [])
    for (index, worker) in workers.enumerated() {
      let wanted = addresses
      let share = inherited.share(index, of: workers.count)
      let listening = worker.loop.performAndWait {
        Result { () throws(EventError) in try worker.listen(wanted, inherited: share) }
      }
      // Port 0: the kernel chose for the first loop; the others share what it chose.
      do throws(EventError) { addresses = try listening.get() } catch { throw .start("\(error)") }
    }
  }

  private func startSnapshots(_ context: ServiceContext) throws(PicbedError) {
    let snapshots: SnapshotSchedule
    do throws(EventError) { snapshots = try SnapshotSchedule(context) } catch {
      throw .start("cannot start serving: \(error)")
    }
    self.snapshots = snapshots
    let mending = CrashMending(
      snapshots.loop,
      CrashMending.Parts(
        endpoint: context.redis, scripts: scripts,
        snapshots: SnapshotFolder(in: context.dataFolder), volume: volume, diskPool: diskPool,
        passwordPool: passwordPool, policy: Worker.policy(context.configuration),
        logger: context.logger))
    crashMending = mending
    snapshots.loop.execute { mending.start() }
  }

  private static func wantedAddresses(_ configuration: Configuration) -> ServiceAddresses {
    guard let tls = configuration.tls else { return ServiceAddresses(plain: configuration.listen) }
    guard let beside = tls.listen else { return ServiceAddresses(tls: configuration.listen) }
    return ServiceAddresses(plain: configuration.listen, tls: beside)
  }

  func use(_ certificate: TLSContext) {
    for worker in workers {
      worker.loop.execute { worker.server.use(certificate) }
    }
  }

  /// Half of the descriptors stay for the files that connections read and write, for Redis and the log.
  private static func ledger(_ limits: Limits, _ logger: Logger) -> ConnectionLedger {
    let possible = ProcessSetup.descriptorLimit / 2
    if limits.connectionsMax > possible {
      logger.notice(
        "fewer connections than --max-connections allows: this process may open too few files",
        metadata: ["connections": "\(possible)", "files": "\(ProcessSetup.descriptorLimit)"])
    }
    return ConnectionLedger(
      max: min(limits.connectionsMax, possible), perAddressMax: limits.connectionsPerAddressMax)
  }

  /// Every loop mends what its own calls left half done. One loop sweeps for all; every loop's cache
  /// hears of what was deleted.
  private func startSweep(_ configuration: Configuration, _ logger: Logger) {
    let every = (configuration.deleteGraceMilliseconds / 2).clamped(to: Self.sweepMillisecondsRange)
    let workers = workers
    let sweeper = workers[0]
    sweeper.loop.execute {
      let sweep = BlobSweep(store: sweeper.store, logger: logger) { name in
        for worker in workers { worker.loop.execute { worker.calls.forget(name) } }
      }
      sweep.start(everyMilliseconds: Int(every))
      sweeper.sweep = sweep
    }
    for worker in workers {
      let isFirst = worker === sweeper
      worker.loop.execute {
        worker.resumption = Resumption(
          store: worker.store, logger: logger, looksForDeletes: isFirst)
        worker.resumption?.start()
      }
    }
  }

  var listeningDescriptors: [CInt] {
    workers.flatMap { worker in
      worker.loop.performAndWait { worker.server.listeningDescriptors }
    }
  }

  func stop(isHandedOver: Bool, _ onStopped: @escaping @Sendable () -> Void) {
    // The other one takes them now.
    if isHandedOver { stopSnapshots() }
    let left = LoopCount(workers.count)
    let idleMilliseconds = isHandedOver ? Self.handedOverIdleMilliseconds : 0
    for worker in workers {
      worker.loop.execute { [mainLoop] in
        worker.server.stop(idleMilliseconds: idleMilliseconds, isHandedOver: isHandedOver) {
          if left.add(-1) == 0 { mainLoop.execute(onStopped) }
        }
      }
    }
  }

  func closeAll() {
    for worker in workers {
      worker.loop.execute { worker.server.closeAll() }
    }
  }

  func takeSnapshot() { snapshots?.takeNow() }

  private func stopSnapshots() {
    if let crashMending { snapshots?.loop.performAndWait { crashMending.stop() } }
    crashMending = nil
    snapshots?.stop()
    snapshots = nil
  }

  func end() {
    stopSnapshots()
    for worker in workers {
      worker.loop.performAndWait { [volume] in
        if worker.store.hasUnfinished { volume.leaveUnfinished() }
        worker.sweep?.stop()
        worker.resumption?.stop()
        worker.store.redis.close()
      }
    }
    diskPool.stop()
    passwordPool.stop()
    group.stopAndJoin()
  }
}

/// What lives on one serving loop.
///
/// `@unchecked Sendable`: its parts are loop-bound; they are only touched by work that the loop executes.
private final class Worker: @unchecked Sendable {
  /// What every worker is made from.
  struct Parts: Sendable {
    let configuration: Configuration
    let certificate: TLSContext?
    let endpoint: RedisEndpoint
    let logger: Logger
    let logSink: LogSink
    let scripts: [RedisScript]
    let volume: BlobVolume
    let diskPool: BlockingPool
    let passwordPool: BlockingPool
    let cacheBytesMax: Int
    let ledger: ConnectionLedger
    let uploadSlots: UploadSlots
    /// The loops whose Redis pipeline does not work now.
    let loopsNotReady: LoopCount

    init(
      context: ServiceContext, scripts: [RedisScript], volume: BlobVolume, diskPool: BlockingPool,
      passwordPool: BlockingPool, cacheBytesMax: Int, ledger: ConnectionLedger,
      loopsNotReady: LoopCount
    ) {
      configuration = context.configuration
      certificate = context.certificate
      endpoint = context.redis
      logger = context.logger
      logSink = context.logSink
      self.scripts = scripts
      self.volume = volume
      self.diskPool = diskPool
      self.passwordPool = passwordPool
      self.cacheBytesMax = cacheBytesMax
      self.ledger = ledger
      uploadSlots = UploadSlots(perUserMax: configuration.limits.uploadsPerUserMax)
      self.loopsNotReady = loopsNotReady
    }
  }

  /// After an outage every loop should be back within a moment; a connect to a Redis that is away costs next to
  /// nothing.
  private static let backoffMostMilliseconds = 500

  let loop: EventLoop
  let store: Store
  let calls: CallContext
  let server: HTTPServer
  private let configuration: Configuration
  private let certificate: TLSContext?
  var sweep: BlobSweep?
  var resumption: Resumption?

  /// On the loop. It does not listen yet.
  init(_ loop: EventLoop, _ parts: Parts) {
    self.loop = loop
    configuration = parts.configuration
    certificate = parts.certificate
    let redis = Self.redisClient(loop, parts)
    store = Store(
      loop: loop, redis: redis, volume: parts.volume, diskPool: parts.diskPool,
      passwordPool: parts.passwordPool, policy: Self.policy(configuration))
    store.onDiskFailure = DiskFailureLog.writer(loop, parts.logger)
    var settings = APISettings()
    settings.publicURL = configuration.publicURL?.text
    settings.uploadBytesMax = configuration.uploadBytesMax
    settings.opensLegacyEndpoints = configuration.opensLegacyEndpoints
    settings.cacheBytesMax = parts.cacheBytesMax
    settings.userRate = configuration.limits.userRate
    settings.blobOrigin = configuration.limits.blobOrigin?.text
    settings.registration = configuration.limits.registration
    settings.addressRate = configuration.limits.addressRate
    let loopsNotReady = parts.loopsNotReady
    calls = CallContext(
      store: store, settings: settings, uploadSlots: parts.uploadSlots
    ) { loopsNotReady.isZero }
    let routes = Routes.all(calls, webRoot: configuration.webRoot.flatMap { WebRoot(path: $0) })
    server = HTTPServer(
      loop: loop, router: Router(routes),
      limits: configuration.limits.http(loops: configuration.threads), ledger: parts.ledger,
      requestLog: Self.requestLog(loop, parts))
    server.diskPool = parts.diskPool
    server.trustedProxies = configuration.limits.trustedProxies
    let logger = parts.logger
    server.onHandshakeFailure = { remote, reason in
      logger.debug(
        "no TLS connection came about",
        metadata: ["remote": "\(remote.host)", "reason": "\(reason)"])
    }
  }

  static func policy(_ configuration: Configuration) -> StorePolicy {
    var policy = StorePolicy()
    policy.deleteGraceMilliseconds = configuration.deleteGraceMilliseconds
    policy.quotaBytesMax = configuration.limits.quotaBytesMax
    policy.claimsNeedProof = configuration.limits.md5Claims == .proof
    policy.quotaFilesMax = configuration.limits.quotaFilesMax
    return policy
  }

  /// On the loop. Answers where it listens.
  func listen(
    _ wanted: ServiceAddresses, inherited: ServiceSockets
  ) throws(EventError) -> ServiceAddresses {
    var listening = wanted
    if let address = wanted.tls, let certificate {
      listening.tls = try server.listen(
        address, inherited: inherited.tls,
        security: PortSecurity(
          certificate, strictTransportSeconds: configuration.tls?.strictTransportSeconds))
    }
    if let address = wanted.plain {
      var router: Router?
      if configuration.tls?.redirects == true, let port = listening.tls?.port {
        let origin = configuration.publicURL.flatMap { $0.isSecure ? $0.text : nil }
        router = Router(Routes.health(calls) + TLSRedirect.routes(origin: origin, port: port))
      }
      listening.plain = try server.listen(address, inherited: inherited.plain, router: router)
    }
    return listening
  }

  private static func redisClient(_ loop: EventLoop, _ parts: Parts) -> RedisClient {
    var limits = RedisClient.Limits()
    limits.backoffMostMilliseconds = backoffMostMilliseconds
    let redis = RedisClient(
      loop: loop, endpoint: parts.endpoint, scripts: parts.scripts, limits: limits)
    let (logger, loopsNotReady) = (parts.logger, parts.loopsNotReady)
    var isReady = false
    redis.onStateChange = { state in
      if isReady != (state == .ready) {
        isReady.toggle()
        loopsNotReady.add(isReady ? -1 : 1)
      }
      switch state {
      case .ready: logger.info("connected to Redis", metadata: ["loop": "\(loop.name)"])
      case .lost(let reason):
        logger.error(
          "Redis is not available: API calls get 503, blobs are served, connecting goes on",
          metadata: ["loop": "\(loop.name)", "reason": "\(reason)"])
      case .connecting, .closed: break
      }
    }
    return redis
  }

  private static func requestLog(_ loop: EventLoop, _ parts: Parts) -> RequestLog? {
    guard let every = parts.configuration.requestLog.every else { return nil }
    let sink = parts.logSink
    return RequestLog(
      loop: loop, format: parts.configuration.logFormat == .json ? .json : .text, every: every
    ) { sink.write($0) }
  }
}

extension Int64 {
  fileprivate func clamped(to range: ClosedRange<Int64>) -> Int64 {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}
