import Events
import Faults
import Glibc
import Logging
import RedisClient

/// One run of the server from start to stop, in the order of things: folder, Redis, service; and
/// back.
///
/// `@unchecked Sendable`: everything here happens on the main thread, before and in the main loop.
final class ServeRun: @unchecked Sendable {
  /// How long a stop waits for the connections that it closes when its time for requests is over.
  private static let closeMillisecondsMax = 500
  /// How often the certificate is read again unasked.
  private static let certificateMilliseconds = 12 * 3_600_000
  /// What a shell shows after Ctrl-C (128 + SIGINT).
  private static let cutShortExitCode: Int32 = 130

  private enum Phase { case starting, serving, stopping }

  private let configuration: Configuration
  private let mainLoop: EventLoop
  private let logSink: LogSink
  private let logger: Logger
  private var phase = Phase.starting
  private var redis: RedisKeeper?
  private var door: HandoverDoor?
  /// Another picbed serves this folder: the one that this one takes over from, or the one that took
  /// over from this one. Redis is left to it.
  private var anotherServes = false
  private var service: (any Service)?
  private var isSignalled = false
  private var failure: PicbedError?
  private var signals: [LoopEvent] = []
  private var deadline: LoopEvent?
  private var certificateTimer: LoopEvent?

  /// Opens the log; nothing else happens yet.
  init(_ configuration: Configuration) throws(PicbedError) {
    self.configuration = configuration
    ProcessSetup.apply()
    let format = configuration.logFormat
    do throws(EventError) {
      logSink = try LogSink(.error) { lines in
        LogLine(
          time: Clock.wallMilliseconds, level: .warning, source: "log",
          message: "the log's reader is too slow: lines were dropped",
          metadata: [("lines", "\(lines)")]
        ).bytes(format)
      }
      mainLoop = try EventLoop(name: "main")
    } catch {
      throw .start("\(error)")
    }
    logger = Logger(
      label: "picbed", level: configuration.logLevel, format: format, sink: logSink)
  }

  /// Serves until a signal ends it; returns after a clean stop. `startService` makes what answers
  /// the requests.
  func run(_ startService: @escaping ServiceStart) throws(PicbedError) {
    // Whatever is thrown, the log comes first: it says what led there.
    defer { logSink.flush() }
    warn()
    let takeOver = configuration.takesOver ? try TakeOver.ask(configuration.dataFolder) : nil
    anotherServes = takeOver != nil
    let folder = try DataFolder(
      configuration.dataFolder, command: "picbed serve", lock: takeOver?.lock)
    try RestoreMark(in: folder.path).check()
    try checkWebRoot()
    // Before Redis is started for nothing.
    let certificate = try configuration.tls?.load()
    warnOfOpenKey()
    do throws(EventError) {
      for address in [configuration.listen, configuration.tls?.listen].compactMap(\.self)
      where takeOver?.listens(at: address) != true { try Listener.checkFree(address) }
    } catch {
      throw .start("\(error)")
    }
    let endpoint = try startRedis(in: folder, takeOver)
    let context = ServiceContext(
      configuration: configuration, certificate: certificate, dataFolder: folder.path,
      redis: endpoint, mainLoop: mainLoop, takeOver: takeOver, logger: logger, logSink: logSink)
    let start = Start(context: context, folder: folder, service: startService)
    mainLoop.execute { [self] in
      watch()
      Task.immediate(executorPreference: mainLoop) { [self] in await begin(start) }
    }
    mainLoop.run()
    withExtendedLifetime(folder) {}
    if let failure { throw failure }
    logger.info("stopped")
  }

  // MARK: Start

  /// `@unchecked Sendable`: travels from the main thread to its loop, which is the same thread.
  private struct Start: @unchecked Sendable {
    let context: ServiceContext
    let folder: DataFolder
    let service: ServiceStart
  }

  private func warn() {
    if FaultPoint.areOn {
      logger.warning("faults are switched on (\(FaultPlan.variable)): this server shall fail")
    }
    for name in configuration.unknownVariables {
      logger.warning("the variable \(name) means nothing to picbed; see picbed serve --help")
    }
    if configuration.servesInTheClear, !configuration.listen.isLoopback {
      logger.warning(
        """
        listening without TLS on an address that others can reach: passwords and tokens go over \
        the network in the clear, unless a proxy in front adds TLS
        """, metadata: ["address": "\(configuration.listen)"])
    }
    if configuration.opensLegacyEndpoints {
      logger.warning(
        """
        legacy endpoints are open (--open-legacy-endpoints): upload and dealsharefile cancel and \
        save need no token, so anyone who reaches the port can change anyone's files
        """)
    }
  }

  private func warnOfOpenKey() {
    guard let tls = configuration.tls, tls.keyIsOpenToAll else { return }
    logger.warning(
      "every user of this machine may read or write the TLS key: chmod it to 0600 or 0640",
      metadata: ["file": "\(tls.keyPath)"])
  }

  private func checkWebRoot() throws(PicbedError) {
    guard let webRoot = configuration.webRoot else { return }
    guard File.isFolder(webRoot), access(webRoot, R_OK | X_OK) == 0 else {
      throw .start("the web root \(webRoot) is not a folder that can be read")
    }
  }

  private func startRedis(
    in folder: DataFolder, _ takeOver: TakeOver?
  ) throws(PicbedError) -> RedisEndpoint {
    switch configuration.redis {
    case .outside(let endpoint):
      try takeOver?.checkSameRedis("\(endpoint)")
      return endpoint
    case .managed(let program, let durability):
      try takeOver?.checkSameRedis(nil)
      let redis = try RedisKeeper(
        RedisKeeper.Settings(
          dataFolder: folder.path, program: program, durability: durability,
          logFormat: configuration.logFormat, logLevel: configuration.logLevel),
        handed: takeOver?.keeper, logger: logger, logSink: logSink)
      self.redis = redis
      return redis.endpoint
    }
  }

  private func watch() {
    for signal in [SIGTERM, SIGINT] {
      signals.append(mainLoop.onSignal(signal) { [unowned self] in stop(signal) })
    }
    signals.append(mainLoop.onSignal(SIGUSR1) { [unowned self] in service?.takeSnapshot() })
    redis?.watch(on: mainLoop)
    if let tls = configuration.tls { watchCertificate(tls) }
  }

  /// A new certificate comes by SIGHUP; new keys for the tickets of the same one come from time to time.
  private func watchCertificate(_ tls: TLSSettings) {
    signals.append(mainLoop.onSignal(SIGHUP) { [unowned self] in reload(tls) })
    certificateTimer = mainLoop.every(milliseconds: Self.certificateMilliseconds) {
      [unowned self] in
      reload(tls)
    }
  }

  private func reload(_ tls: TLSSettings) {
    guard phase == .serving, let service else { return }
    do throws(PicbedError) {
      service.use(try tls.load())
      warnOfOpenKey()
      logger.notice(
        "the TLS certificate was read again", metadata: ["file": "\(tls.certificatePath)"])
    } catch {
      logger.error(
        "the TLS certificate stays as it was: the new one cannot be used",
        metadata: ["reason": "\(error.message)"])
    }
  }

  private func begin(_ start: Start) async {
    do throws(PicbedError) {
      try await RedisCheck.run(start.context.redis, loop: mainLoop, logger: logger)
      guard phase == .starting else { return }
      let service = try await start.service(start.context)
      self.service = service
      // A signal may have come meanwhile; its stop had no service to stop.
      guard phase == .starting else { return stopService() }
      phase = .serving
      takePlace(start)
      announce(service.addresses, start.context)
    } catch {
      // A stop that came first takes Redis away from under the start: that is no failure.
      guard phase == .starting else { return }
      failure = error
      phase = .stopping
      stopRedis()
    }
  }

  /// This process serves: the one before it, if there is one, hears of it, and one after it may ask.
  private func takePlace(_ start: Start) {
    if let takeOver = start.context.takeOver {
      takeOver.finish()
      anotherServes = false
      start.folder.writeNote()
      logger.notice("took over", metadata: ["from_pid": "\(takeOver.offer.pid)"])
    }
    door = HandoverDoor(
      folder: start.folder.path, loop: mainLoop, logger: logger,
      belongings: { [unowned self] in belongings(start) },
      onHandedOver: { [unowned self] in handedOver() })
  }

  private func belongings(_ start: Start) -> HandoverDoor.Belongings {
    let listeners = service?.listeningDescriptors ?? []
    return HandoverDoor.Belongings(
      offer: HandoverOffer(
        pid: getpid(), redis: "\(start.context.redis)", listeners: listeners.count,
        hasKeeper: redis != nil),
      descriptors: [start.folder.descriptor] + (redis.map { [$0.descriptor] } ?? []),
      listeners: listeners)
  }

  /// The lines that people and scripts read on standard output; the first one's form is kept.
  private func announce(_ addresses: ServiceAddresses, _ context: ServiceContext) {
    let urls = [
      addresses.plain.map { "http://\($0)" }, addresses.tls.map { "https://\($0)" },
    ].compactMap(\.self)
    let redisLine =
      switch context.redis.address {
      case .unix(let path) where redis != nil: "redis-cli -s \(path)"
      default: "redis at \(context.redis)"
      }
    StandardStream.output.write(
      urls.map { "picbed listening on \($0)\n" }.joined()
        + "data in \(context.dataFolder)\n\(redisLine)\n")
    logger.info(
      "serving",
      metadata: [
        "address": "\(urls.joined(separator: " "))", "data": "\(context.dataFolder)",
        "redis": "\(context.redis)",
        "threads": "\(configuration.threads)",
      ])
  }

  // MARK: Stop

  private func stop(_ signal: CInt) {
    defer { isSignalled = true }
    guard !isSignalled else {
      StandardStream.error.write("picbed: a second signal: ending at once\n")
      _exit(Self.cutShortExitCode)
    }
    // It has handed over and is about to end anyway, or its start has failed.
    guard phase != .stopping else { return }
    let wasServing = phase == .serving
    phase = .stopping
    door?.close()
    logger.notice(
      "stopping: no new connections; requests under way may finish",
      metadata: ["signal": "\(String(cString: strsignal(signal)))"])
    if wasServing { stopService() } else { stopRedis() }
  }

  private func handedOver() {
    guard phase == .serving else { return }
    phase = .stopping
    anotherServes = true
    redis?.handOver()
    logger.notice("another picbed has taken over; requests under way may finish here")
    stopService()
  }

  private func stopService() {
    guard let service else { return stopRedis() }
    let drainMilliseconds = Int(configuration.drainMilliseconds)
    deadline = mainLoop.after(milliseconds: drainMilliseconds) { [unowned self] in
      logger.warning("requests are still under way; their connections are closed")
      service.closeAll()
      deadline = mainLoop.after(milliseconds: Self.closeMillisecondsMax) { [unowned self] in
        serviceStopped()
      }
    }
    service.stop(isHandedOver: anotherServes) { [self] in serviceStopped() }
  }

  /// Called by the service, by the deadline, or by both.
  private func serviceStopped() {
    guard let service else { return }
    self.service = nil
    deadline = nil
    service.end()
    stopRedis()
  }

  private func stopRedis() {
    guard let redis, !anotherServes else { return mainLoop.stop() }
    redis.stop { [mainLoop] in mainLoop.stop() }
  }
}
