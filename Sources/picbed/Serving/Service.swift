import Events
import Logging
import RedisClient

/// What answers the requests: the serving loops with their HTTP servers, seen from the main loop,
/// which starts and stops it. Every call comes on the main loop's thread.
protocol Service: AnyObject {
  /// Where it listens; the ports are the real ones.
  var addresses: ServiceAddresses { get }
  /// The sockets that it listens with, for handing them to another process. Valid until `stop`.
  var listeningDescriptors: [CInt] { get }
  /// Shows new connections this certificate. Those that are there go on as they are.
  func use(_ certificate: TLSContext)
  /// Stops accepting and lets the requests under way finish. `onStopped` is called on the main loop
  /// when the last is answered. `isHandedOver`: another process accepts from the same sockets now.
  func stop(isHandedOver: Bool, _ onStopped: @escaping @Sendable () -> Void)
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

/// Listening sockets that another process made and handed over, by the kind of address.
struct ServiceSockets: Sendable {
  var plain: [CInt] = []
  var tls: [CInt] = []

  /// Every `count`th of each, from the one numbered `index`: the shares of all loops together are all.
  func share(_ index: Int, of count: Int) -> ServiceSockets {
    func every(_ sockets: [CInt]) -> [CInt] {
      stride(from: index, to: sockets.count, by: count).map { sockets[$0] }
    }
    return ServiceSockets(plain: every(plain), tls: every(tls))
  }
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
  /// The hand-over that this process is the new side of.
  let takeOver: TakeOver?
  let logger: Logger
  /// For the request log's lines. Any thread.
  let logSink: LogSink
}

/// Makes a service that listens already, or says why it cannot. On the main loop.
typealias ServiceStart = (ServiceContext) async throws(PicbedError) -> any Service
