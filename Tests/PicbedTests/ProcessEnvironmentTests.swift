import Testing

@testable import picbed

struct ProcessEnvironmentTests {
  @Test func isThisProcesss() {
    let variables = ProcessEnvironment.variables
    #expect(variables["PATH"]?.isEmpty == false)
    #expect(ProcessEnvironment.entries.contains(Array("PATH=\(variables["PATH"] ?? "")".utf8)))
  }
}
