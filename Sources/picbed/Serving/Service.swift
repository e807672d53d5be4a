import Events
import Logging
import RedisClient

/// What answers the requests: the serving loops with their HTTP servers, seen from the main loop,
/// which starts and stops it. Every call comes on the main loop's thread.
protocol Service: AnyObject {
  /// Where it listens; the ports are the real ones.
  var addresses: ServiceAddresses { get }
  /// Shows new connections this certificate. Those that are there go on as they are.
  func use(_ certificate: TLSContext)
  /// Stops accepting and lets the requests under way finish. `onStopped` is called on the main loop
  /// when the last is answered.
  func stop(_ onStopped: @escaping @Sendable () -> Void)
  /// Closes the connections that are left, whatever they are at; `onStopped` follows.
  func closeAll()
  /// Takes a snapshot at once, beside the requests.
  func takeSnapshot()
  /// Ends the loops and joins their threads. After `onStopped`, or when it did not come.
  func end()
}

/// One of them at least.
struct ServiceAddresses: Sendable {
  var plain: SocketAddress?
  var tls: SocketAddress?
}

/// What a service works with.
struct ServiceContext {
  let configuration: Configuration
  /// Nil: plain HTTP only.
  let certificate: TLSContext?
  /// Absolute.
  let dataFolder: String
  let redis: RedisEndpoint
  let mainLoop: EventLoop
  let logger: Logger
  /// For the request log's lines. Any thread.
  let logSink: LogSink
}

/// Makes a service that listens already, or says why it cannot. On the main loop.
typealias ServiceStart = (ServiceContext) async throws(PicbedError) -> any Service
