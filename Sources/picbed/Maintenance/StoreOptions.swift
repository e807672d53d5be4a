import ArgumentParser

/// The options that name a store, for the commands beside `serve`: the same names, variables and
/// defaults as there.
struct StoreOptions: ParsableArguments {
  @Option(
    help: .setting(
      "The data folder.", "dir", default: Configuration.Default.dataFolder, .data),
    transform: FilePath.init(parsing:))
  var data: FilePath?

  // No transform: the parser's errors quote the value, and this one may hold a password.
  @Option(
    help: .setting(
      "The Redis that holds the metadata, as for picbed serve.", "url",
      default: "the managed one in the data folder", .redis))
  var redis: String?

  @Option(
    help: .setting(
      "The redis-server program, for a managed Redis that does not run.", "path",
      default: "found in PATH", .redisServer),
    transform: FilePath.init(parsing:))
  var redisServer: FilePath?
}

/// Where a store is: `StoreOptions` with the environment and the defaults.
struct StoreSettings {
  let dataFolder: String
  var redis: Configuration.Redis
  /// For what a command reads besides; its problems are yet to be looked at by `check`.
  var environment: Environment

  init(_ options: StoreOptions, _ environment: Environment) throws(PicbedError) {
    var environment = environment
    dataFolder =
      (options.data ?? environment.value(.data)
      ?? Configuration.known(Configuration.Default.dataFolder)).text
    let durability = environment.value(.durability) ?? Configuration.Default.durability
    let program = options.redisServer ?? environment.value(.redisServer)
    let url = options.redis ?? environment.secret(.redis, file: .redisFile)
    guard environment.problems.isEmpty else {
      throw .usage(environment.problems.joined(separator: "; "))
    }
    if let url {
      let source = options.redis == nil ? Variable.redis.rawValue : "--redis"
      redis = .outside(try Configuration.endpoint(url, from: source))
    } else {
      redis = .managed(program: program?.text, durability)
    }
    self.environment = environment
  }

  /// Throws where a variable that was read since is wrong.
  func check() throws(PicbedError) {
    guard environment.problems.isEmpty else {
      throw .usage(environment.problems.joined(separator: "; "))
    }
  }
}
