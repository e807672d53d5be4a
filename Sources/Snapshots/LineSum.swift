/// A check sum of one line, eight hexadecimal digits in `<kind>.sums` beside the file. Whether a file
/// is what was written, its SHA-256 in the manifest tells; where it is not, these tell which line.
struct LineSum: Equatable {
  static let bytes = 8

  let value: UInt32

  /// 64-bit FNV-1a, folded: a sum against accidents, a few hundred nanoseconds a line.
  init(_ line: some Collection<UInt8>) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in line { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    value = UInt32(truncatingIfNeeded: hash >> 32) ^ UInt32(truncatingIfNeeded: hash)
  }

  /// Appends the eight digits and a line feed.
  func append(to bytes: inout [UInt8]) {
    for shift in stride(from: 28, through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: value >> UInt32(shift) & 15)
      bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
    }
    bytes.append(0x0A)
  }

  var text: [UInt8] {
    var bytes: [UInt8] = []
    append(to: &bytes)
    bytes.removeLast()
    return bytes
  }
}
