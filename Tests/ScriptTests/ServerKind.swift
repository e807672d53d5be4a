import Glibc
import Synchronization
import TestSupport
import Testing

/// The servers that each script is tried on.
enum ServerKind: CaseIterable, CustomTestStringConvertible, Sendable {
  case plain
  /// One node that owns every hash slot, and refuses a script whose keys lie in several.
  case cluster

  /// The one server of this kind, started by the first test that needs it.
  func server() throws -> RedisServer {
    switch self {
    case .plain: try Self.plainServer.get()
    case .cluster: try Self.clusterServer.get()
    }
  }

  var testDescription: String { self == .plain ? "plain" : "cluster" }

  private static let plainServer = Result { try start(cluster: false) }
  private static let clusterServer = Result { try start(cluster: true) }
  private static let started = Mutex<[RedisServer]>([])

  private static func start(cluster: Bool) throws -> RedisServer {
    let server = try RedisServer(cluster: cluster)
    started.withLock { $0.append(server) }
    // A static is never released, and a server's folder goes with it only.
    atexit { ServerKind.started.withLock { for server in $0 { server.stop() } } }
    return server
  }
}
