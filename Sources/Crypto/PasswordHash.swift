internal import COpenSSL

/// Salted scrypt hashes of passwords (RFC 7914), as text that carries its own parameters in the PHC
/// form:
///
///     $scrypt$ln=14,r=8,p=1$<salt, Base64 without padding>$<hash, likewise>
///
/// N is 2^ln. Each call takes 50 to 60 ms and 16 MiB by design: only on a blocking pool, never on a
/// loop.
package enum PasswordHash {
  /// A new hash of `password` under a new salt.
  package static func make(_ password: String) -> String {
    let salt = RandomBytes.bytes(saltBytes)
    return text(.current, salt, derive(password, salt, .current, hashBytes))
  }

  /// Whether `password` is the one that `text` was made from. False, and at once, where `text` is
  /// no hash or asks for more work than `Cost` allows.
  package static func verify(_ password: String, against text: String) -> Bool {
    guard let (cost, salt, hash) = parse(text) else { return false }
    return constantTimeEquals(derive(password, salt, cost, hash.count), hash)
  }

  /// A hash that no password fits, to verify against where the user does not exist: the answer then
  /// takes as long as for one who does. New in each process.
  package static let decoy = text(
    .current, RandomBytes.bytes(saltBytes), RandomBytes.bytes(hashBytes))

  /// Whether `text` was made with other parameters than `make` uses now, or is no hash at all: when
  /// the password is at hand, store a new one.
  package static func needsUpgrade(_ text: String) -> Bool {
    guard let (cost, salt, hash) = parse(text) else { return true }
    return cost != .current || salt.count != saltBytes || hash.count != hashBytes
  }

  private static let saltBytes = 16
  private static let hashBytes = 32

  /// scrypt's three parameters. Memory is 128 · r · 2^ln bytes, time grows with that times p.
  private struct Cost: Equatable {
    var logN: UInt64
    var r: UInt64
    var p: UInt64

    /// What scrypt's author names for interactive logins (Percival 2009: below 100 ms).
    static let current = Cost(logN: 14, r: 8, p: 1)

    /// The parameters come from the store: these bounds keep a text that someone put there from
    /// taking all memory (at most 1 GiB) or from being no hash at all.
    var isAllowed: Bool { (10...20).contains(logN) && (1...8).contains(r) && (1...4).contains(p) }

    var memoryBytes: UInt64 { 128 * r << logN }
  }

  private static func derive(
    _ password: String, _ salt: [UInt8], _ cost: Cost, _ count: Int
  ) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      // OpenSSL counts a little beside the table itself; the bound is only there to overrule its
      // default of 32 MiB.
      let derived = EVP_PBE_scrypt(
        password, password.utf8.count, salt, salt.count, 1 << cost.logN, cost.r, cost.p,
        2 * cost.memoryBytes, buffer.baseAddress, count)
      // With parameters in bounds only an allocation can fail; elsewhere in Swift that ends the
      // process too.
      precondition(derived == 1, "out of memory for scrypt")
      initializedCount = count
    }
  }

  private static func text(_ cost: Cost, _ salt: [UInt8], _ hash: [UInt8]) -> String {
    "$scrypt$ln=\(cost.logN),r=\(cost.r),p=\(cost.p)"
      + "$\(Base64.encodeUnpadded(salt))$\(Base64.encodeUnpadded(hash))"
  }

  private static func parse(_ text: String) -> (cost: Cost, salt: [UInt8], hash: [UInt8])? {
    let fields = text.split(separator: "$", omittingEmptySubsequences: false)
    guard text.utf8.count <= 256, fields.count == 5, fields[0].isEmpty, fields[1] == "scrypt",
      let cost = parseCost(fields[2]), cost.isAllowed,
      let salt = Base64.decode(String(fields[3])), (8...64).contains(salt.count),
      let hash = Base64.decode(String(fields[4])), (16...64).contains(hash.count)
    else { return nil }
    return (cost, salt, hash)
  }

  private static func parseCost(_ text: Substring) -> Cost? {
    let parameters = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parameters.count == 3, let logN = number(parameters[0], "ln="),
      let r = number(parameters[1], "r="), let p = number(parameters[2], "p=")
    else { return nil }
    return Cost(logN: logN, r: r, p: p)
  }

  private static func number(_ text: Substring, _ name: String) -> UInt64? {
    text.hasPrefix(name) ? UInt64(text.dropFirst(name.count)) : nil
  }
}
