import Glibc

/// What libFuzzer calls: it makes up inputs that reach new code, and each must leave the target's promises unbroken. A
/// promise that is broken is a crash here (`fatalError`), as is what AddressSanitizer finds. One binary holds all targets;
/// PICBED_FUZZ names the one to run.
///
///     make fuzz                                        # a minute each
///     make fuzz FUZZ=head FUZZ_SECONDS=3600            # one of them, for longer
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  target(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

/// A target takes one input and checks what its parser makes of it.
private typealias Target = @Sendable ([UInt8]) -> Void

private let targets: [String: Target] = [
  "head": fuzzHead, "chunked": fuzzChunked, "multipart": fuzzMultipart, "json": fuzzJSON,
  "range": fuzzRange, "cookies": fuzzCookies, "redis": fuzzRedis, "forwarded": fuzzForwarded,
  "query": fuzzQuery, "media": fuzzMedia,
]

private let target: Target = {
  let name = getenv("PICBED_FUZZ").map { String(cString: $0) } ?? ""
  guard let target = targets[name] else {
    fatalError("PICBED_FUZZ names one of: \(targets.keys.sorted().joined(separator: ", "))")
  }
  return target
}()

/// Cuts `bytes` behind a first byte, which says where the rest is cut in two: so that the fuzzer finds the cuts that
/// matter.
func cut(_ bytes: [UInt8]) -> (whole: [UInt8], pieces: [[UInt8]])? {
  guard let first = bytes.first else { return nil }
  let whole = Array(bytes.dropFirst())
  // A zero: byte by byte.
  if first == 0 { return (whole, whole.map { [$0] }) }
  let at = Int(first) * whole.count / 256
  return (whole, [Array(whole[..<at]), Array(whole[at...])])
}
