import BlobStore
import Domain
import Events

/// One run of a `picbed user` command: the operations of the server on a store that is opened for it.
enum UserRun {
  static func run(
    _ options: StoreOptions, _ command: String,
    _ work: @escaping (Store) async throws(DomainError) -> Void
  ) throws {
    let settings = try StoreSettings(options, .process)
    try settings.check()
    try StoreRun(settings, scripts: true).run(command, .shared) { open throws(PicbedError) in
      let store = try Self.store(open)
      defer {
        store.diskPool.stop()
        store.passwordPool.stop()
      }
      do throws(DomainError) { try await work(store) } catch { throw Self.error(error) }
    }
  }

  private static func store(_ open: OpenStore) throws(PicbedError) -> Store {
    do {
      return Store(
        loop: open.loop, redis: open.redis,
        volume: try BlobVolume(root: open.dataFolder + "/blobs"),
        diskPool: try BlockingPool(name: "disk", threads: 1, queueMax: 16),
        passwordPool: try BlockingPool(name: "password", threads: 1, queueMax: 16),
        policy: StorePolicy())
    } catch {
      throw .start("\(error)")
    }
  }

  private static func error(_ error: DomainError) -> PicbedError {
    switch error {
    case .notFound: .start("there is no such user")
    case .userNameTaken: .start("this user name is taken")
    case .invalid(let reason): .usage(reason)
    case .conflict: .start("something still uploads for this user; run the command again")
    default: .start("\(error)")
    }
  }
}
