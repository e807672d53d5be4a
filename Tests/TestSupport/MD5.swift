import Glibc

/// The MD5 (RFC 1321) of `bytes` as 32 lower-case hex digits. The tests' own, so that they state a
/// file's md5 without the code that they judge.
package func md5Hex(_ bytes: [UInt8]) -> String {
  var state: (UInt32, UInt32, UInt32, UInt32) = (0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476)
  let wholeBlocks = bytes.count / 64
  bytes.withUnsafeBytes { all in
    for block in 0..<wholeBlocks { mix(&state, all, at: block * 64) }
  }
  // The rest, a one bit, zeros, and the length in bits fill one or two blocks more.
  var tail = Array(bytes[(wholeBlocks * 64)...]) + [0x80]
  while tail.count % 64 != 56 { tail.append(0) }
  withUnsafeBytes(of: (UInt64(bytes.count) &* 8).littleEndian) { tail += $0 }
  tail.withUnsafeBytes { all in
    for offset in stride(from: 0, to: all.count, by: 64) { mix(&state, all, at: offset) }
  }
  let words = [state.0, state.1, state.2, state.3].map(\.littleEndian)
  return words.withUnsafeBytes { digest in
    digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }
}

/// floor(2^32 × |sin(i + 1)|), as RFC 1321 §3.4 defines its table.
private let sines: [UInt32] = (0..<64).map { UInt32(abs(sin(Double($0 + 1))) * 4_294_967_296) }
private let rotations: [UInt32] = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]

private func mix(
  _ state: inout (UInt32, UInt32, UInt32, UInt32), _ bytes: UnsafeRawBufferPointer, at offset: Int
) {
  var (a, b, c, d) = state
  sines.withUnsafeBufferPointer { sines in
    rotations.withUnsafeBufferPointer { rotations in
      for step in 0..<64 {
        let round = step >> 4
        let chosen: UInt32
        let word: Int
        switch round {
        case 0: (chosen, word) = (d ^ (b & (c ^ d)), step)
        case 1: (chosen, word) = (c ^ (d & (b ^ c)), (5 &* step &+ 1) & 15)
        case 2: (chosen, word) = (b ^ c ^ d, (3 &* step &+ 5) & 15)
        default: (chosen, word) = (c ^ (b | ~d), (7 &* step) & 15)
        }
        let input = bytes.loadUnaligned(fromByteOffset: offset &+ word &* 4, as: UInt32.self)
        let sum = a &+ chosen &+ sines[step] &+ UInt32(littleEndian: input)
        let turn = rotations[round &* 4 &+ (step & 3)]
        (a, d, c) = (d, c, b)
        b = b &+ ((sum &<< turn) | (sum &>> (32 &- turn)))
      }
    }
  }
  state = (state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d)
}
