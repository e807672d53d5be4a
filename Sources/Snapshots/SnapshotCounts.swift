/// How far a snapshot or a restore is: rows of each kind so far.
package struct SnapshotCounts: Sendable, Equatable {
  package var rows: [SnapshotFormat.Kind: Int64] = [:]
  /// Rows that could not be read.
  package var unreadable: Int64 = 0
  /// Keys that are none of picbed's.
  package var foreign: Int64 = 0

  package init() {}

  package subscript(kind: SnapshotFormat.Kind) -> Int64 {
    get { rows[kind] ?? 0 }
    set { rows[kind] = newValue }
  }

  package var total: Int64 { rows.values.reduce(0, +) }

  /// `12 users, 10,000 files, 300 shares, 20 pictures, 9,876 blobs`.
  package var text: String {
    SnapshotFormat.Kind.allCases.map { "\(self[$0].grouped) \($0.rawValue)" }
      .joined(separator: ", ")
  }
}

extension Int64 {
  /// `1,234,567`
  package var grouped: String {
    var text = ""
    for (index, digit) in "\(magnitude)".reversed().enumerated() {
      if index > 0, index % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return (self < 0 ? "-" : "") + String(text.reversed())
  }
}
