// swift-tools-version: 6.2
// picbed: a self-hosted image and file host. The layers are listed from the bottom up; a target imports only
// targets named before it (Tests/LayerTests keeps it so).
//
// Dependencies, and why each is there:
//   swift-argument-parser  subcommands, --help and option errors of the command line
//   swift-log              levels, metadata and the format of everything that is logged beside the request log
//   swift-collections      Deque: the Redis pipeline's queue and the loops' job queues
//   libevent, hiredis, OpenSSL (Debian's -dev packages)  the event loop, the Redis protocol, digests and TLS
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  // An async function runs where its caller runs: on the loop. Measured: one job and 1.2 µs less a request.
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  // The debug build, which the tests are, checks that nothing is accessed twice at once; the release build does not
  // do so 50 times a request. Measured: 5 % of the server's instructions.
  .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
  // Functions may return a RawSpan of what they were given: bytes are borrowed, not copied, without pointers.
  .enableExperimentalFeature("Lifetimes"),
]

func layer(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies + ["TestSupport"], swiftSettings: strict)
}

let collections: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "picbed",
  products: [
    .executable(name: "picbed", targets: ["picbed"]),
    // Loaded into a picbed under test (S45Costs.swift), and linked with nothing: it replaces malloc.
    .library(name: "CallCounter", type: .dynamic, targets: ["CallCounter"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
  ],
  targets: [
    .systemLibrary(name: "CEvent"),
    .systemLibrary(name: "CHiredis"),
    .systemLibrary(name: "COpenSSL"),
    .systemLibrary(name: "CLinux"),
    .target(name: "CAssets"),

    layer("Events", ["CEvent", "COpenSSL", "CLinux", collections]),
    layer("Faults", []),
    layer("Crypto", ["COpenSSL"]),
    layer("JSON", []),
    layer("HTTP", ["Events", "JSON", "CLinux"]),
    layer("RedisClient", ["Events", "CHiredis", collections]),
    layer("BlobStore", ["Events", "Faults", "Crypto", "CLinux"]),
    layer(
      "Domain",
      ["CAssets", "Events", "Faults", "Crypto", "JSON", "RedisClient", "BlobStore", logging]),
    layer(
      "Snapshots",
      ["CLinux", "Events", "Faults", "Crypto", "JSON", "RedisClient", "BlobStore", "Domain"]),
    // Its folder client/ is embedded by CAssets.
    layer("WebUI", ["CLinux", "CAssets", "Crypto", "HTTP"], exclude: ["client"]),
    layer("API", ["Events", "Crypto", "JSON", "HTTP", "BlobStore", "Domain", "WebUI"]),
    .executableTarget(
      name: "picbed",
      dependencies: [
        "CLinux", "Events", "Faults", "JSON", "HTTP", "RedisClient", "BlobStore", "Domain",
        "Snapshots",
        "WebUI", "API", logging, arguments,
      ],
      swiftSettings: strict),

    .target(
      name: "TestSupport", dependencies: ["CHiredis", "COpenSSL", "CLinux"],
      path: "Tests/TestSupport",
      swiftSettings: strict),
    .target(name: "CallCounter", path: "Tests/CallCounter"),
    tests("EventsTests", ["Events"]),
    tests("FaultsTests", ["Faults"]),
    tests("CryptoTests", ["Crypto"]),
    tests("JSONTests", ["JSON"]),
    tests("HTTPTests", ["HTTP", "Events"]),
    tests("RedisClientTests", ["RedisClient", "Events"]),
    tests("BlobStoreTests", ["BlobStore", "Crypto"]),
    tests("DomainTests", ["Domain"]),
    tests("APITests", ["API"]),
    tests("SnapshotsTests", ["Snapshots"]),
    tests("ScriptTests", ["Domain", "CAssets"]),
    tests("WebUITests", ["WebUI", "CAssets"]),
    tests("PicbedTests", ["picbed"]),
    tests("LayerTests", []),
    tests("ScenarioTests", []),
    tests("BrowserTests", []),
  ],
  cLanguageStandard: .gnu2x
)

// Fuzzing is built by itself (`make fuzz`), with libFuzzer's own main.
if Context.environment["PICBED_FUZZING"] != nil {
  package.targets.append(
    .executableTarget(
      name: "Fuzzing", dependencies: ["Events", "HTTP", "JSON", "RedisClient", "BlobStore"],
      path: "Tests/Fuzzing", exclude: ["Corpora"],
      swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
}
