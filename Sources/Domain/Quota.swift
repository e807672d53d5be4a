import RedisClient

/// How much a user's files may have together. file_add keeps it exactly; this look comes before the bytes do, so
/// that nobody sends a gigabyte to hear that there is no room for it.
package struct Quota: Sendable {
  let store: Store
  package init(store: Store) { self.store = store }

  /// Fails with `quotaExceeded` when `user` has no room for one more file of `bytes`.
  package func check(_ user: UserName, adding bytes: Int64) async throws(DomainError) {
    let policy = store.policy
    if policy.quotaBytesMax > 0 {
      let key = Keys.filesBytes(user: user.text)
      let used = try await store.command(["GET", .string(key)]).integerValue ?? 0
      if used + bytes > policy.quotaBytesMax { throw Self.tooManyBytes(policy) }
    }
    if policy.quotaFilesMax > 0 {
      let key = Keys.files(user: user.text)
      let count = try await store.command(["HLEN", .string(key)]).integerValue ?? 0
      if count >= policy.quotaFilesMax { throw Self.tooManyFiles(policy) }
    }
  }

  static func tooManyBytes(_ policy: StorePolicy) -> DomainError {
    .quotaExceeded(
      "your files may have \(policy.quotaBytesMax) bytes together; delete some to make room")
  }

  static func tooManyFiles(_ policy: StorePolicy) -> DomainError {
    .quotaExceeded("you may have \(policy.quotaFilesMax) files; delete some to make room")
  }
}
