import Events

@testable import HTTP

private let peer = IPAddress("127.0.0.1")!
private let near = IPAddress("10.0.0.8")!
private let trusted = [IPNetwork("127.0.0.0/8")!, IPNetwork("10.0.0.0/8")!, IPNetwork("fd00::/8")!]

/// What a client writes into `X-Forwarded-For` never stands against what a proxy appends to it.
func fuzzForwarded(_ bytes: [UInt8]) {
  func client(_ field: [UInt8]) -> IPAddress {
    Forwarded.client(field.span.bytes, peer: peer, trusted: trusted)
  }
  let claimed = client(bytes)
  guard IPAddress(claimed.text) == claimed else { fatalError("no address: \(claimed.text)") }
  let seen = client(bytes + Array(", 203.0.113.9".utf8))
  guard seen.text == "203.0.113.9" else { fatalError("the client says \(seen.text)") }
  // A trusted proxy's own address says nothing but where the next one is to be looked for.
  let behindTwo = client(bytes + Array(", 10.0.0.8".utf8))
  guard behindTwo == claimed || (claimed == peer && behindTwo == near) else {
    fatalError("\(claimed.text) behind one proxy, \(behindTwo.text) behind two")
  }
  _ = Forwarded.isSecure(bytes.span.bytes)
}

/// A query that was taken is the same query when its pairs are written out again.
func fuzzQuery(_ bytes: [UInt8]) {
  _ = QueryString.rawValue(of: "cmd", in: bytes[...])
  guard let query = QueryString(bytes[...]) else { return }
  let written = query.pairs.map {
    PercentEncoding.encodePath($0.name) + "=" + PercentEncoding.encodePath($0.value)
  }.joined(separator: "&")
  guard let again = QueryString(Array(written.utf8)[...]), again == query else {
    fatalError("\(query.pairs) is written as \(written)")
  }
}
