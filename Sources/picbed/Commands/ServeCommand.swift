import ArgumentParser

/// `picbed serve`: runs the server until a signal ends it.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run the server.",
    discussion: """
      Serves the API, the files and the share pages until SIGTERM or SIGINT, then finishes the \
      requests that are under way (for at most the time that --drain says) and ends with exit \
      code 0. Standard output gets the address, the data folder and how to \
      reach Redis with redis-cli; the log goes to standard error.

      Without --redis, picbed runs a redis-server of its own on a socket in the data folder: it is \
      started again if it dies, and ends with picbed. One picbed at a time uses a data folder: with \
      --take-over a new one takes the place of the one that serves, and no request is lost.

      GET /healthz says that the process lives, GET /readyz that Redis and the file store work.
      """)

  @OptionGroup var options: ServeOptions

  func run() throws {
    let configuration = try Configuration(options, .process)
    try ServeRun(configuration).run { context throws(PicbedError) in
      try await HTTPService.start(context)
    }
  }
}
