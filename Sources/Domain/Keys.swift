/// The name of every key in Redis, and nowhere else. What each holds is in lua/README.md.
///
/// The part in braces is the key's hash tag: on a Redis Cluster only it decides where the key lies
/// (Redis Cluster specification, "Hash tags"), so that the keys of one script, which share it, lie
/// together. A part must therefore not hold braces and not be empty; the types that parse user
/// names and digests see to that.
package enum Keys {
  /// Hash: who the user is.
  package static func user(_ user: String) -> String {
    name("user:{", user, "}")
  }

  /// Sorted set: SHA-256 of a token, hex → expiry, s.
  package static func sessions(user: String) -> String {
    name("sessions:{", user, "}")
  }

  /// Hash: file id → row.
  package static func files(user: String) -> String {
    name("files:{", user, "}")
  }

  /// Sorted set: file id → created, ms.
  package static func filesTime(user: String) -> String {
    name("files:{", user, "}:time")
  }

  /// Sorted set: file id → pv.
  package static func filesPV(user: String) -> String {
    name("files:{", user, "}:pv")
  }

  /// Set: the file ids that are shared now.
  package static func filesShared(user: String) -> String {
    name("files:{", user, "}:shared")
  }

  /// String: changes with whatever a list of the user's files would show.
  package static func filesVersion(user: String) -> String {
    name("files:{", user, "}:version")
  }

  /// Hash: file id → deletes that have begun and not ended.
  package static func filesDeleting(user: String) -> String {
    name("files:{", user, "}:deleting")
  }

  /// Hash: file id → urlmd5, and urlmd5 → file id.
  package static func pictures(user: String) -> String {
    name("pictures:{", user, "}")
  }

  /// Sorted set: urlmd5 → created, ms.
  package static func picturesTime(user: String) -> String {
    name("pictures:{", user, "}:time")
  }

  /// Hash: one picture link.
  package static func picture(urlmd5: String) -> String {
    name("picture:{", urlmd5, "}")
  }

  /// Hash: what is known of the bytes with this MD5, and a field for each who holds them.
  package static func blob(md5: String) -> String {
    name("blob:{", md5, "}")
  }

  /// Hash: share id → row with its sharer.
  package static let shares = "shares:{public}"

  /// Sorted set: share id → created, ms.
  package static let sharesTime = "shares:{public}:time"

  /// Sorted set: share id → pv. This is the ranking.
  package static let sharesPV = "shares:{public}:pv"

  /// String: changes with whatever the public list or the ranking would show.
  package static let sharesVersion = "shares:{public}:version"

  /// Sorted set: md5 of a blob without owners → when the sweep looks at it, ms.
  package static let orphansDue = "orphans:{due}"

  /// Hash, expiring: an invite that no registration has used up.
  package static func invite(hash: String) -> String { "invite:{" + hash + "}" }

  /// String: the key of the codes in the challenges of --md5-claims proof, hex.
  package static let claimSecret = "secret:{claims}"

  /// String: how many bytes the user's files have together.
  package static func filesBytes(user: String) -> String { "files:{" + user + "}:bytes" }

  /// String, expiring: when a user's next request is due at an even pace, us.
  package static func rate(user: String) -> String { "rate:user:{" + user + "}" }

  /// String, expiring: when an address's next request is due at an even pace, us.
  package static func rate(address: String) -> String { "rate:address:{" + address + "}" }

  /// String, expiring: failed logins of a user.
  package static func throttle(user: String) -> String {
    name("throttle:user:{", user, "}")
  }

  /// String, expiring: failed logins from an IP address.
  package static func throttle(address: String) -> String {
    name("throttle:address:{", address, "}")
  }

  /// The name put together in one allocation: a call makes up to nine of them.
  private static func name(_ start: StaticString, _ tag: String, _ end: StaticString) -> String {
    let tag = tag.utf8Span.span
    let count = start.utf8CodeUnitCount + tag.count + end.utf8CodeUnitCount
    return String(unsafeUninitializedCapacity: count) { buffer in
      let target = UnsafeMutableRawBufferPointer(buffer)
      start.withUTF8Buffer { target.copyBytes(from: $0) }
      tag.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(rebasing: target[start.utf8CodeUnitCount...])
          .copyBytes(from: $0)
      }
      end.withUTF8Buffer {
        UnsafeMutableRawBufferPointer(rebasing: target[(count - end.utf8CodeUnitCount)...])
          .copyBytes(from: $0)
      }
      return count
    }
  }
}

extension Keys {
  /// What a key's name says of it, for who walks over all of them.
  package enum Kind: Equatable, Sendable {
    case user(String)
    case files(user: String)
    /// What goes with a user's files and links: indexes, flags, unfinished deletes.
    case index(user: String)
    case picture(urlmd5: String)
    case blob(md5: String)
    /// The public list's rows.
    case shares
    /// Goes by itself: sessions, throttles.
    case passing
    /// Made from rows, or noted for an operation under way.
    case derived
    /// Nothing of picbed's.
    case unknown
  }

  /// What stands in the braces of a key's name: the user's name in one of a user's keys.
  static func tag(of key: String) -> String? {
    guard let open = key.utf8.firstIndex(of: 0x7B), let close = key.utf8.lastIndex(of: 0x7D),
      open < close
    else { return nil }
    return String(key[key.utf8.index(after: open)..<close])
  }

  /// The kind of the key of this name.
  package static func kind(of key: String) -> Kind {
    guard let open = key.utf8.firstIndex(of: 0x7B), let close = key.utf8.lastIndex(of: 0x7D),
      open < close
    else { return .unknown }
    let tag = String(key[key.utf8.index(after: open)..<close])
    let isWhole = key.utf8.index(after: close) == key.utf8.endIndex
    switch key[..<open] {
    case "invite:": return .passing
    case "secret:": return .derived
    case "user:" where isWhole: return .user(tag)
    case "files:": return isWhole ? .files(user: tag) : .index(user: tag)
    case "pictures:": return .index(user: tag)
    case "picture:" where isWhole: return .picture(urlmd5: tag)
    case "blob:" where isWhole: return .blob(md5: tag)
    case "shares:": return isWhole && key == shares ? .shares : .derived
    case "orphans:": return .derived
    case "sessions:", "throttle:user:", "throttle:address:", "rate:user:", "rate:address:":
      return .passing
    default: return .unknown
    }
  }
}
