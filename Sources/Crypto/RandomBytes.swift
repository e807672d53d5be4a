internal import COpenSSL

/// Bytes that nobody can foresee, from OpenSSL's generator: each thread has its own, seeded by the
/// kernel, so a draw takes no lock. Any thread; 16 bytes take about a microsecond.
///
/// There is no error to handle: OpenSSL fails only where the kernel gives no entropy. Then a token
/// would be a guess away from being someone else's, so the process ends rather than go on.
package enum RandomBytes {
  package static func bytes(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      precondition(
        RAND_bytes(buffer.baseAddress, CInt(count)) == 1, "the system gives no random bytes")
      initializedCount = count
    }
  }

  /// `bytes` random bytes as twice as many lower-case hexadecimal digits.
  package static func hex(bytes count: Int) -> String { Hex.encode(bytes(count)) }
}
