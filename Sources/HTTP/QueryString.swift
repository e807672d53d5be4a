/// The `name=value` pairs of a URL's query, decoded, in their order. Pure; any thread.
package struct QueryString: Sendable, Equatable {
  /// The most pairs that a query may hold; a longer one is refused.
  package static let pairsMax = 64

  /// One pair; a name without `=` has the value "".
  package struct Pair: Sendable, Equatable {
    package let name: String
    package let value: String
  }

  package let pairs: [Pair]

  /// A query without pairs.
  package init() { pairs = [] }

  /// Reads what stands behind the `?`, which itself is not part of `query`. Escapes are resolved
  /// and `+` is a space, as HTML forms write it. Empty pairs (`&&`) are skipped. Nil for more than
  /// `pairsMax` pairs, for a bad escape, and for what does not decode to UTF-8.
  package init?(_ query: ArraySlice<UInt8>) {
    var pairs: [Pair] = []
    var rest = query
    while let (name, value) = Self.nextPair(of: &rest) {
      guard pairs.count < Self.pairsMax,
        let name = PercentEncoding.decodeText(name, plusIsSpace: true),
        let value = PercentEncoding.decodeText(value, plusIsSpace: true)
      else { return nil }
      pairs.append(Pair(name: name, value: value))
    }
    self.pairs = pairs
  }

  /// The value of the first pair of that name, letter case counting; nil where there is none.
  package subscript(_ name: String) -> String? {
    pairs.first { $0.name == name }?.value
  }

  /// The value of the first pair of `query` whose name is `name` as sent, without resolving any
  /// escape; for names and values of plain ASCII, without an allocation. Looks at `pairsMax` pairs.
  package static func rawValue(
    of name: StaticString, in query: ArraySlice<UInt8>
  ) -> ArraySlice<UInt8>? {
    var rest = query
    for _ in 0..<pairsMax {
      guard let pair = nextPair(of: &rest) else { return nil }
      if name.withUTF8Buffer({ pair.name.elementsEqual($0) }) { return pair.value }
    }
    return nil
  }

  /// Takes the next pair that is not empty from the front of `rest`, escapes and all.
  private static func nextPair(
    of rest: inout ArraySlice<UInt8>
  ) -> (name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)? {
    rest = rest.drop { $0 == UInt8(ascii: "&") }
    guard !rest.isEmpty else { return nil }
    let pair = rest.prefix { $0 != UInt8(ascii: "&") }
    rest = rest[pair.endIndex...]
    let name = pair.prefix { $0 != UInt8(ascii: "=") }
    return (name, pair[name.endIndex...].dropFirst())
  }
}
