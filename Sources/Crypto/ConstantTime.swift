internal import COpenSSL

/// Whether two byte strings are equal, in a time that depends on their lengths alone, so that the
/// time of an answer does not tell how far a guess was right. Any thread.
package func constantTimeEquals(_ one: [UInt8], _ other: [UInt8]) -> Bool {
  one.count == other.count && CRYPTO_memcmp(one, other, one.count) == 0
}
