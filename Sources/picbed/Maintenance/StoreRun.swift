import Domain
import Events
import Glibc
import Logging
import RedisClient

/// What a command beside `serve` works with: an open store. Bound to its loop, which serves nobody:
/// its work may block.
struct OpenStore {
  let loop: EventLoop
  let redis: RedisClient
  /// Absolute.
  let dataFolder: String
  let logger: Logger
  /// Redis is not picbed's child, nor a serving picbed's.
  let isOutside: Bool
  /// This process holds the data folder: no picbed serves from it.
  let isAlone: Bool
}

/// One run of a command on a store: finds the Redis (a serving picbed's, or one of its own that it
/// starts for the time), does the work, and ends what it started.
///
/// `@unchecked Sendable`: everything here happens on the main thread, before and in the main loop.
final class StoreRun: @unchecked Sendable {
  enum Access {
    /// While a picbed serves, too.
    case shared
    /// Only while none does. The folder is made if need be.
    case alone
  }

  typealias Work = (OpenStore) async throws(PicbedError) -> Void

  /// Redis may read its append-only file for so long.
  private static let loadingMillisecondsMax: Int64 = 3_600_000
  private static let connectMillisecondsMax: Int64 = 5_000
  private static let pollMilliseconds = 5

  private let settings: StoreSettings
  private let scripts: [RedisScript]
  private let loop: EventLoop
  private let logSink: LogSink
  private let logger: Logger
  private var folder: DataFolder?
  private var redis: RedisKeeper?
  private var failure: PicbedError?

  /// `scripts`: the work runs picbed's own.
  init(_ settings: StoreSettings, scripts: Bool = false) throws(PicbedError) {
    self.settings = settings
    do throws(ScriptCatalogueError) {
      self.scripts = try (scripts ? ScriptCatalogue.load() : []).map {
        RedisScript(name: $0.name.rawValue, source: $0.source)
      }
    } catch {
      throw .start(error.reason)
    }
    ProcessSetup.apply()
    do throws(EventError) {
      logSink = try LogSink(.error) { _ in [] }
      loop = try EventLoop(name: "main")
    } catch {
      throw .start("\(error)")
    }
    logger = Logger(label: "picbed", level: .notice, format: .text, sink: logSink)
  }

  /// `command` is what the data folder's lock will say, where it is taken.
  func run(_ command: String, _ access: Access, _ work: @escaping Work) throws(PicbedError) {
    defer { logSink.flush() }
    if access == .alone { folder = try DataFolder(settings.dataFolder, command: command) }
    let path = if let folder { folder.path } else { try Self.existingFolder(settings.dataFolder) }
    if access != .alone { try RestoreMark(in: path).check() }
    let endpoint = try openRedis(in: path, command)
    let job = Job(work: work, endpoint: endpoint, path: path)
    loop.execute { [self] in
      redis?.watch(on: loop)
      Task.immediate(executorPreference: loop) { [self] in
        do throws(PicbedError) { try await perform(job) } catch { failure = error }
        if let redis { redis.stop { [loop] in loop.stop() } } else { loop.stop() }
      }
    }
    loop.run()
    if let failure { throw failure }
  }

  /// `@unchecked Sendable`: travels from the main thread to its loop, which is the same thread.
  private struct Job: @unchecked Sendable {
    let work: Work
    let endpoint: RedisEndpoint
    let path: String
  }

  private static func existingFolder(_ wanted: String) throws(PicbedError) -> String {
    do throws(FileError) { return try File.absolutePath(wanted) } catch {
      throw .start("there is no data folder: \(error)")
    }
  }

  private func openRedis(
    in path: String, _ command: String
  ) throws(PicbedError) -> RedisEndpoint {
    switch settings.redis {
    case .outside(let endpoint): return endpoint
    case .managed(let program, let durability):
      let redisFolder = try RedisFolder(in: path)
      if folder == nil, RedisPresence(folder: redisFolder).accepts {
        return .unix(path: redisFolder.socket)
      }
      // Nobody serves: for as long as this takes, nobody shall.
      if folder == nil { folder = try DataFolder(path, command: command) }
      let managed = try RedisKeeper(
        RedisKeeper.Settings(
          dataFolder: path, program: program, durability: durability, logFormat: .text,
          logLevel: .notice), handed: nil, logger: logger, logSink: logSink)
      redis = managed
      return managed.endpoint
    }
  }

  private func perform(_ job: Job) async throws(PicbedError) {
    try await RedisCheck.run(job.endpoint, loop: loop, logger: logger)
    let client = RedisClient(loop: loop, endpoint: job.endpoint, scripts: scripts)
    defer { client.close() }
    try await waitUntilReady(client)
    let isOutside = if case .outside = settings.redis { true } else { false }
    try await job.work(
      OpenStore(
        loop: loop, redis: client, dataFolder: job.path, logger: logger, isOutside: isOutside,
        isAlone: folder != nil))
  }

  private func waitUntilReady(_ client: RedisClient) async throws(PicbedError) {
    let start = Clock.monotonicMilliseconds
    while !client.isReady {
      let waited = Clock.monotonicMilliseconds - start
      var patience = Self.connectMillisecondsMax
      if case .lost(let reason) = client.state, reason.contains("LOADING") {
        patience = Self.loadingMillisecondsMax
      }
      guard waited < patience else { throw .start("cannot use Redis: \(client.state)") }
      await loop.sleep(milliseconds: Self.pollMilliseconds)
    }
  }
}
