import Glibc

/// Where a Redis listens and how to log in there. A value is valid by construction; its description
/// never shows the password.
package struct RedisEndpoint: Sendable, Equatable, CustomStringConvertible {
  package enum Address: Sendable, Equatable {
    case unix(path: String)
    /// `host` is an IPv4 or IPv6 address or a name; a name is looked up at each connection attempt.
    case tcp(host: String, port: Int)
  }

  /// What fits in `sockaddr_un.sun_path` with its NUL (unix(7)). hiredis would cut a longer path
  /// silently and connect elsewhere.
  package static let unixPathBytesMax = 107
  package static let defaultPort = 6379
  private static let databaseMax = Int(Int32.max)

  package let address: Address
  /// The ACL user; nil logs in as Redis' `default`.
  package let user: String?
  package let password: String?
  package let database: Int

  private init(address: Address, user: String?, password: String?, database: Int) {
    self.address = address
    self.user = user
    self.password = password
    self.database = database
  }

  /// A unix socket. `path` has 1 to `unixPathBytesMax` bytes.
  package static func unix(
    path: String, user: String? = nil, password: String? = nil, database: Int = 0
  ) -> RedisEndpoint {
    precondition((1...unixPathBytesMax).contains(path.utf8.count), "unix socket path too long")
    precondition((0...databaseMax).contains(database))
    return RedisEndpoint(
      address: .unix(path: path), user: user, password: password, database: database)
  }

  /// A TCP port.
  package static func tcp(
    host: String, port: Int = defaultPort, user: String? = nil, password: String? = nil,
    database: Int = 0
  ) -> RedisEndpoint {
    precondition(!host.isEmpty && (1...65535).contains(port))
    precondition((0...databaseMax).contains(database))
    return RedisEndpoint(
      address: .tcp(host: host, port: port), user: user, password: password, database: database)
  }

  /// `redis://host:6379/2`, `unix:/run/redis.sock?db=2`; `***` stands for a password, defaults are
  /// left out.
  package var description: String {
    switch address {
    case .unix(let path):
      var parameters: [String] = []
      if database != 0 { parameters.append("db=\(database)") }
      if let user { parameters.append("user=\(user)") }
      if password != nil { parameters.append("password=***") }
      return "unix:\(path)" + (parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&"))
    case .tcp(let host, let port):
      let login = password == nil ? "" : "\(user ?? ""):***@"
      let shown = host.contains(":") ? "[\(host)]" : host
      return "redis://\(login)\(shown):\(port)" + (database == 0 ? "" : "/\(database)")
    }
  }
}

/// Why a text names no Redis: a sentence for whoever wrote it. It quotes no part that may be a
/// password.
package struct RedisEndpointError: Error, Equatable, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}
