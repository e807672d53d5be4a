import Foundation
import TestSupport
import Testing

private let isRelease = (try? PicbedBinary.path().hasSuffix("/.build/release/picbed")) == true

extension Scenarios {
  /// What one request costs where the machine's mood has no say: allocations and system calls, counted in the real
  /// binary. A change that costs more must say so here.
  @Suite(.serialized, .enabled(if: isRelease, "only a release build's costs count"))
  struct S45Costs {
    struct Cost {
      var allocations: Double
      var systemCalls: Double
    }

    private static let requests = 400

    @Test("a request's allocations and system calls stay below their thresholds")
    func thresholds() throws {
      let scratch = try TemporaryFolder()
      defer { scratch.remove() }
      let server = try PicbedServer(
        ["--threads", "1", "--request-log", "off", "--log-level", "warning"],
        environment: ["LD_PRELOAD": try Self.library(), "CALL_COUNTS": scratch / "counts"])
      let counts = scratch / "counts.\(server.pid)"
      let user = try server.newUser()
      var file = FileID("", [])
      for number in 0..<10 {
        let bytes = Fixtures.bytes(4096, seed: UInt64(number))
        file = FileID("\(number).bin", bytes)
        try user.upload(file.name, bytes).expect(code: 0)
      }
      let page = try user.files(start: 0)
      let path = try #require(page.entries.first).url.split(separator: "/group1", maxSplits: 1)[1]
      let list = HTTPRequest(
        "POST", "/api/myfiles?cmd=normal", body: user.proof(["start": 0, "count": 10]).bytes)
      let view = HTTPRequest("POST", "/api/dealfile?cmd=pv", body: user.proof(file.fields).bytes)
      // Counted when this was written: 2 allocations, 35 and 26; 3 system calls, 6 and 6. How often the loop waits, and so calls epoll_wait(2), depends on
      // when things come.
      try expect(
        .init(allocations: 5, systemCalls: 5), of: .init("GET", "/group1\(path)"), server, counts)
      try expect(.init(allocations: 40, systemCalls: 9), of: list, server, counts)
      try expect(.init(allocations: 30, systemCalls: 9), of: view, server, counts)
      try server.stop()
    }

    private func expect(
      _ most: Cost, of request: HTTPRequest, _ server: PicbedServer, _ counts: String,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let connection = try server.client.connect()
      // The first ones fill caches and buffers.
      for _ in 0..<20 { #expect(try connection.exchange(request).response.status == 200) }
      let before = try Self.read(counts)
      for _ in 0..<Self.requests { _ = try connection.exchange(request) }
      let after = try Self.read(counts)
      let cost = Cost(
        allocations: (after.allocations - before.allocations) / Double(Self.requests),
        systemCalls: (after.systemCalls - before.systemCalls) / Double(Self.requests))
      print("a \(request.method) of \(request.target) costs \(cost)")
      // Less than one of each: the counter is not at work.
      #expect(after.systemCalls > before.systemCalls, sourceLocation: sourceLocation)
      #expect(cost.allocations <= most.allocations, "\(cost)", sourceLocation: sourceLocation)
      #expect(cost.systemCalls <= most.systemCalls, "\(cost)", sourceLocation: sourceLocation)
    }

    private static func read(_ path: String) throws -> Cost {
      // Two counts of 64 bits: Tests/CallCounter/include/counter.h.
      let bytes = fileBytes(path)
      try #require(bytes.count == 16)
      let words = bytes.withUnsafeBytes { Array($0.bindMemory(to: UInt64.self)) }
      return Cost(allocations: Double(words[0]), systemCalls: Double(words[1]))
    }

    /// Built beside the tests.
    private static func library() throws -> String {
      let tests = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
      let library = tests.appending(path: "libCallCounter.so").path
      try #require(access(library, R_OK) == 0, "\(library) is not built")
      return library
    }
  }
}
