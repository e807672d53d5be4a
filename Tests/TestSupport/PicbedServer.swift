import Foundation
import Synchronization

/// What went wrong around the server process, with the end of its log.
package struct PicbedServerError: Error, CustomStringConvertible {
  package let problem: String
  package let log: String

  package init(_ problem: String, log: String) {
    self.problem = problem
    self.log = log
  }

  package var description: String {
    log.isEmpty ? problem : "\(problem)\n  its output ends:\n\(log)"
  }
}

/// The real binary, serving a data folder of its own on a port that the kernel chose. It can be
/// stopped, killed and started again on the same data. May be used from any thread; `deinit` kills
/// what still runs and removes the folder.
package final class PicbedServer: Sendable {
  /// How long a start may take until `/readyz` says 200, the managed Redis's own start included.
  package static let startSecondsMax = 60.0
  /// How long SIGTERM may take.
  package static let stopSecondsMax = 60.0

  /// The folder that holds the data folder and the files with the server's output.
  package let folder: TemporaryFolder
  package let options: [String]
  private let environment: [String: String]
  private let running: Mutex<Run>

  private struct Run: Sendable {
    var process: ChildProcess
    var client: HTTPClient
    var starts: Int
  }

  /// Starts `picbed serve --listen 127.0.0.1:0 --data FOLDER` with `options` behind that, and
  /// returns when it is ready. Throws with the end of its output if it is not. Its folder is on a
  /// real disk if `onDisk`.
  package init(
    _ options: [String] = [], environment: [String: String] = [:], onDisk: Bool = false
  ) throws {
    folder = try TemporaryFolder(onDisk: onDisk)
    self.options = options
    self.environment = environment
    let run = try Self.start(options, environment, in: folder, number: 1)
    running = Mutex(run)
  }

  deinit {
    if process.poll() == nil { kill() }
    folder.remove()
  }

  /// The data folder.
  package var dataPath: String { folder / "data" }
  /// The socket of the managed Redis.
  package var redisSocketPath: String { dataPath + "/redis/redis.sock" }
  /// The running (or last) process.
  package var process: ChildProcess { running.withLock { $0.process } }
  /// Its pid.
  package var pid: pid_t { process.pid }
  /// A client of it. A restart changes the port: ask again after one.
  package var client: HTTPClient { running.withLock { $0.client } }
  /// A client of its encrypted port, if it has one beside the plain one.
  package func client(by tls: TLSClient) throws -> HTTPClient {
    let line = try #/picbed listening on https://127\.0\.0\.1:([0-9]+)/#.firstMatch(in: output)
    guard let port = line.flatMap({ UInt16($0.1) }) else {
      throw PicbedServerError("it listens at no encrypted port", log: output)
    }
    return HTTPClient(port: port, tls: tls)
  }
  /// What it has logged since its last start.
  package var log: String { process.errors }
  /// What it has printed since its last start.
  package var output: String { process.output }

  /// The pid of the managed redis-server; nil while there is none. The kernel knows who listens on
  /// its socket, whichever picbed started it.
  package var redisPid: pid_t? { ProcessTable.listener(ofUnixSocket: redisSocketPath) }

  /// Paths of all files that hold blobs or parts of uploads: everything regular below DATA but
  /// Redis's own folder and the snapshots, relative to DATA.
  package var storedFiles: [String] {
    regularFiles(under: dataPath).filter {
      !$0.hasPrefix("redis/") && !$0.hasPrefix("snapshots/") && !$0.hasSuffix(".lock")
        && $0 != "lock"
    }
  }

  /// `storedFiles` once no upload has a temporary file any more: an answer does not wait for its removal.
  package var settledFiles: [String] {
    _ = eventually(within: 30) { !storedFiles.contains { $0.contains("/tmp/") } }
    return storedFiles
  }

  /// Paths of the blob files below DATA/blobs/group1, relative to it.
  package var blobFiles: [String] { regularFiles(under: dataPath + "/blobs/group1") }

  /// SIGTERM, and a wait for the end: it must exit with 0, in time.
  package func stop() throws {
    process.send(SIGTERM)
    let ending = process.wait(seconds: Self.stopSecondsMax)
    if ending == nil { kill() }
    guard ending == .exit(0) else {
      let how = ending.map { "\($0)" } ?? "no end in \(Self.stopSecondsMax) s"
      throw PicbedServerError(
        "SIGTERM should make it exit with 0, got: \(how)", log: Self.tail(of: process))
    }
  }

  /// SIGKILL, and a wait for the end. The data stays as it is.
  package func kill() {
    process.send(SIGKILL)
    _ = process.wait(seconds: 10)
  }

  /// Starts again, on the same data with the same options and on a new port. The old process must
  /// have ended. `extra`: variables for this run alone.
  package func start(environment extra: [String: String] = [:]) throws {
    guard process.poll() != nil else {
      throw PicbedServerError(
        "start() needs an ended process: stop() or kill() first", log: Self.tail(of: process))
    }
    let number = running.withLock { $0.starts } + 1
    let run = try Self.start(
      options, environment.merging(extra) { $1 }, in: folder, number: number)
    running.withLock { $0 = run }
  }

  /// Starts another process on the same data, with the same options and port and `--take-over`.
  /// Returns the old one, which is about to end, when the new one serves.
  package func takeOver(_ moreOptions: [String] = []) throws -> ChildProcess {
    let (old, port, number) = running.withLock { ($0.process, $0.client.port, $0.starts + 1) }
    let run = try Self.start(
      options + ["--take-over"] + moreOptions, environment, in: folder, number: number, port: port)
    running.withLock { $0 = run }
    return old
  }

  /// `stop()`, then `start()`.
  package func restart() throws {
    try stop()
    try start()
  }
}

extension PicbedServer {
  private static func start(
    _ options: [String], _ environment: [String: String], in folder: TemporaryFolder, number: Int,
    port: UInt16 = 0
  ) throws -> Run {
    let process = try ChildProcess(
      try PicbedBinary.path(),
      ["serve", "--listen", "127.0.0.1:\(port)", "--data", folder / "data"] + options,
      environment: environment,
      outputPath: folder / "stdout.\(number)", errorPath: folder / "stderr.\(number)")
    do {
      let client = try announcedClient(of: process)
      try waitUntilReady(process, client)
      return Run(process: process, client: client, starts: number)
    } catch {
      process.send(SIGKILL)
      _ = process.wait(seconds: 5)
      throw error
    }
  }

  /// A client of what the first line `picbed listening on http://127.0.0.1:PORT` names.
  private static func announcedClient(of process: ChildProcess) throws -> HTTPClient {
    var client: HTTPClient?
    let found = try eventually(within: startSecondsMax) {
      let line = try #/picbed listening on http(s?)://127\.0\.0\.1:([0-9]+)/#.firstMatch(
        in: process.output)
      client = line.flatMap { line in
        UInt16(line.2).map { HTTPClient(port: $0, tls: line.1.isEmpty ? nil : TLSClient()) }
      }
      return client != nil || process.poll() != nil
    }
    guard found, let client else {
      let how = process.poll().map { "\($0)" } ?? "no \"picbed listening on …\" line"
      throw PicbedServerError("picbed did not start: \(how)", log: tail(of: process))
    }
    return client
  }

  private static func waitUntilReady(_ process: ChildProcess, _ client: HTTPClient) throws {
    let ready = eventually(within: startSecondsMax) {
      (try? client.get("/readyz").response.status) == 200 || process.poll() != nil
    }
    guard ready, process.poll() == nil else {
      let how = process.poll().map { "\($0)" } ?? "/readyz is not 200"
      throw PicbedServerError("picbed did not become ready: \(how)", log: tail(of: process))
    }
  }

  /// The last lines of what a process wrote, for error messages.
  private static func tail(of process: ChildProcess, linesMax: Int = 20) -> String {
    (process.output + "\n" + process.errors).split(separator: "\n").suffix(linesMax)
      .map { "    \($0)" }.joined(separator: "\n")
  }
}
