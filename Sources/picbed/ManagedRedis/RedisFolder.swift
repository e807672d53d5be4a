import RedisClient

/// `DATA/redis`: the paths in it and what is written there. Only its owner can look in (0700).
struct RedisFolder {
  /// An older log is set aside once, at a start.
  private static let logBytesMax: Int64 = 8 << 20
  private static let logTailBytes = 4096

  let path: String
  var socket: String { path + "/redis.sock" }
  var configuration: String { path + "/redis.conf" }
  /// Held by the redis-server that works here; see `RedisChildCommand`.
  var lock: String { path + "/redis.lock" }
  var log: String { path + "/redis.log" }

  /// The folder of a picbed that has made it.
  init(of dataFolder: String) { path = dataFolder + "/redis" }

  /// Makes the folder. Throws when its socket's path would not fit the kernel's 108 bytes
  /// (unix(7)).
  init(in dataFolder: String) throws(PicbedError) {
    self.init(of: dataFolder)
    guard socket.utf8.count <= RedisEndpoint.unixPathBytesMax else {
      throw .start(
        """
        the path of Redis' socket, \(socket), has \(socket.utf8.count) bytes and may have \
        \(RedisEndpoint.unixPathBytesMax): use a --data folder with a shorter path
        """)
    }
    do throws(FileError) { try File.makeFolder(path) } catch { throw .start("\(error)") }
  }

  /// Writes redis.conf anew, and sets a long log aside.
  func prepare(_ durability: Durability) throws(PicbedError) {
    do throws(FileError) {
      try File.write(configuration, Array(configurationText(durability).utf8))
      try File.setAside(log, bytesMax: Self.logBytesMax)
    } catch {
      throw .start("\(error)")
    }
  }

  /// What Redis said last, for the message about its end; nil when it said nothing.
  func lastLogLine() -> String? {
    guard let tail = try? File.readEnd(log, bytesMax: Self.logTailBytes) else { return nil }
    let last = tail.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).last
    return last.map { String(decoding: $0, as: UTF8.self) }
  }

  /// The whole of redis.conf. What is not named keeps Redis' own default.
  func configurationText(_ durability: Durability) -> String {
    """
    # Written by picbed at each start; changes made here are lost.

    # The socket is the only way in, for this user only.
    port 0
    unixsocket \(Self.quoted(socket))
    unixsocketperm 700
    daemonize no
    supervised no
    databases 1

    # Every change goes to the append-only file, which is rewritten when it has doubled; no dumps.
    dir \(Self.quoted(path))
    appendonly yes
    appendfsync \(durability.rawValue)
    no-appendfsync-on-rewrite no
    aof-use-rdb-preamble yes
    auto-aof-rewrite-percentage 100
    auto-aof-rewrite-min-size 64mb
    save ""

    # Nothing is ever evicted: these are not copies.
    maxmemory-policy noeviction

    # picbed gives a command three seconds; a script that takes one is reported as BUSY before that.
    busy-reply-threshold 1000
    # A client that reads too slowly, a forgotten MONITOR say, is cut off.
    client-output-buffer-limit normal 256mb 128mb 60
    slowlog-log-slower-than 10000
    slowlog-max-len 256
    latency-monitor-threshold 100

    loglevel notice
    logfile \(Self.quoted(log))
    always-show-logo no

    """
  }

  /// A value in the double quotes of redis.conf, with its escapes (redis.conf takes `\"`, `\\` and
  /// `\xHH`).
  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\x" + (digits.count == 1 ? "0" : "") + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
