import BlobStore
import Crypto
import Events
import RedisClient

/// Whether who names an MD5 may have the file that has it: naming proves nothing. Bytes that are the caller's own
/// under another name, or on the public list, need no proof; all others do. What is asked does not tell whether the
/// server has the bytes.
struct PossessionProof {
  /// Holders that are looked at for the caller's own file or a public one; behind them, a proof will do.
  private static let holderStepsMax = 20
  private static let holdersPerStep: Int64 = 500

  let store: Store

  /// What a client sends to show that it has the bytes.
  struct Offer: Sendable {
    let nonce: String
    let proof: String
  }

  /// Fails with `proofNeeded` and a new challenge where the caller has to show that it has the bytes. `size` is
  /// what the client says of them.
  func check(
    _ id: FileID, for user: UserName, size: Int64?, offer: Offer?
  ) async throws(DomainError) {
    if try await isOwnOrPublic(id.md5, user) { return }
    let secret = try await secret()
    let known = try await store.command([
      "HMGET", .string(Keys.blob(md5: id.md5.text)), "size", "name",
    ])
    guard case .array(let fields) = known, fields.count == 2 else { throw .malformedReply }
    if let offer, let name = fields[1].string.flatMap({ BlobName(path: $0) }),
      try await fits(offer, id.md5, user, name, size: fields[0].integerValue ?? -1, secret)
    {
      return
    }
    let asked = size ?? fields[0].integerValue ?? Self.inventedSize(id.md5, secret)
    guard (0...PossessionChallenge.sizeMax).contains(asked) else {
      throw .invalid("size must be that of the file")
    }
    let challenge = PossessionChallenge(
      size: asked, user: user, md5: id.md5, now: Clock.wallSeconds, secret: secret)
    throw .proofNeeded(nonce: challenge.nonce, ranges: challenge.ranges)
  }

  private func fits(
    _ offer: Offer, _ md5: HexDigits32, _ user: UserName, _ name: BlobName, size: Int64,
    _ secret: [UInt8]
  ) async throws(DomainError) -> Bool {
    guard
      let challenge = PossessionChallenge(
        nonce: offer.nonce, user: user, md5: md5, now: Clock.wallSeconds, secret: secret),
      challenge.size == size
    else { return false }
    let volume = store.volume
    let proof = try await store.onDisk { () throws(BlobError) -> String? in
      guard let blob = try volume.open(name), blob.size == size else { return nil }
      return try challenge.proof { range throws(BlobError) in
        try blob.read(from: range.lowerBound, count: range.count)
      }
    }
    guard let proof else { return false }
    return constantTimeEquals(Array(proof.utf8), Array(offer.proof.lowercased().utf8))
  }

  /// A size for bytes that the server does not have: always the same for one md5, so that asking twice tells
  /// nothing.
  private static func inventedSize(_ md5: HexDigits32, _ secret: [UInt8]) -> Int64 {
    let code = MessageCode.sha256(Array("size of \(md5.text)".utf8), key: secret)
    let bits = 12 + Int64(code[0]) % 11
    let fraction = Int64(code[1]) << 16 | Int64(code[2]) << 8 | Int64(code[3])
    return 1 << bits + fraction % (1 << bits)
  }

  private func isOwnOrPublic(_ md5: HexDigits32, _ user: UserName) async throws(DomainError) -> Bool
  {
    var cursor = "0"
    for _ in 0..<Self.holderStepsMax {
      let reply = try await store.command([
        "HSCAN", .string(Keys.blob(md5: md5.text)), .string(cursor), "COUNT",
        .integer(Self.holdersPerStep),
      ])
      guard case .array(let parts) = reply, parts.count == 2, let next = parts[0].string,
        case .array(let fields) = parts[1]
      else { throw .malformedReply }
      var ids: Set<String> = []
      for index in stride(from: 0, to: fields.count, by: 2) {
        // user/file name@hold; the blob's own fields have no slash.
        guard let holder = fields[index].string, let slash = holder.firstIndex(of: "/"),
          let at = holder.lastIndex(of: "@"), slash < at
        else { continue }
        if holder[..<slash] == user.text { return true }
        ids.insert("\(md5.text):\(holder[holder.index(after: slash)..<at])")
      }
      if try await isAnyPublic(ids) { return true }
      cursor = next
      if cursor == "0" { break }
    }
    return false
  }

  private func isAnyPublic(_ ids: Set<String>) async throws(DomainError) -> Bool {
    guard !ids.isEmpty else { return false }
    let reply = try await store.command(
      ["ZMSCORE", .string(Keys.sharesPV)] + ids.map { .string($0) })
    guard case .array(let scores) = reply else { throw .malformedReply }
    return scores.contains { $0.integerValue != nil }
  }

  /// The key of the codes: one for all picbeds on this Redis, made by the first that needs it.
  private func secret() async throws(DomainError) -> [UInt8] {
    let key = Keys.claimSecret
    _ = try await store.command(["SET", .string(key), .string(RandomBytes.hex(bytes: 32)), "NX"])
    guard let text = try await store.command(["GET", .string(key)]).string,
      let secret = Hex.decode(text)
    else { throw .malformedReply }
    return secret
  }
}
