import Testing

@testable import picbed

struct EnvironmentTests {
  @Test func readsByType() {
    var environment = Environment([
      "PICBED_THREADS": "3", "PICBED_MAX_UPLOAD": "1K", "HOME": "/root",
    ])
    #expect(environment.value(.threads, as: ThreadCount.self)?.count == 3)
    #expect(environment.value(.maxUpload, as: ByteSize.self)?.bytes == 1024)
    #expect(environment.value(.deleteGrace, as: TimeSpan.self) == nil)
    #expect(environment.problems.isEmpty)
  }

  @Test func anEmptyVariableIsNotSet() {
    var environment = Environment(["PICBED_THREADS": ""])
    #expect(environment.value(.threads, as: ThreadCount.self) == nil)
    #expect(environment.problems.isEmpty)
  }

  @Test func collectsWhatIsWrong() {
    var environment = Environment(["PICBED_THREADS": "0", "PICBED_DURABILITY": "x"])
    #expect(environment.value(.threads, as: ThreadCount.self) == nil)
    #expect(environment.value(.durability, as: Durability.self) == nil)
    #expect(
      environment.problems == [
        "the value '0' is invalid for PICBED_THREADS: use a number from 1 to 256",
        "the value 'x' is invalid for PICBED_DURABILITY: use always or everysec",
      ])
  }

  @Test func namesWhatIsNotKnown() {
    let environment = Environment([
      "PICBED_THREAD": "3", "PICBED_THREADS": "3", "PICBED_DATA_DIR": "x", "PICBEDX": "1",
      "PATH": "/",
    ])
    #expect(environment.unknownNames == ["PICBED_DATA_DIR", "PICBED_THREAD"])
  }

  @Test func aSecretComesFromAVariableOrAFile() throws {
    let folder = TemporaryFolder()
    let path = folder.path + "/url"
    try File.write(path, Array("  redis://:secret@host\r\n\n".utf8))
    var fromFile = Environment(["PICBED_REDIS_FILE": path])
    #expect(fromFile.secret(.redis, file: .redisFile) == "redis://:secret@host")
    var fromVariable = Environment(["PICBED_REDIS": "redis://other"])
    #expect(fromVariable.secret(.redis, file: .redisFile) == "redis://other")
    #expect(fromFile.problems.isEmpty && fromVariable.problems.isEmpty)
  }

  @Test func aSecretFromBothOrFromNoFileIsAProblem() {
    var both = Environment(["PICBED_REDIS": "redis://a", "PICBED_REDIS_FILE": "/nowhere"])
    #expect(both.secret(.redis, file: .redisFile) == nil)
    #expect(both.problems == ["PICBED_REDIS and PICBED_REDIS_FILE are both set: use one of them"])
    var missing = Environment(["PICBED_REDIS_FILE": "/nowhere"])
    #expect(missing.secret(.redis, file: .redisFile) == nil)
    #expect(
      missing.problems == ["PICBED_REDIS_FILE: cannot read /nowhere: No such file or directory"])
  }

  @Test func aSecretFileHasALimit() throws {
    let folder = TemporaryFolder()
    let path = folder.path + "/long"
    try File.write(path, [UInt8](repeating: 0x61, count: Environment.secretBytesMax + 1))
    var environment = Environment(["PICBED_REDIS_FILE": path])
    #expect(environment.secret(.redis, file: .redisFile) == nil)
    #expect(environment.problems.count == 1)
  }
}
