import TestSupport

/// The contract as a plain data structure: what every call answers and changes, with no thought of
/// speed, disks or concurrency. The random test holds the server's answers against it.
///
/// Each mutating function returns the code that the call must answer. Proof of identity is the
/// caller's affair.
struct ContractModel {
  /// One file of one user.
  struct Row {
    let id: FileID
    let size: Int
    var pv = 0
  }

  struct Share {
    let id: FileID
    let sharer: String
    let size: Int
    var pv = 0
  }

  struct Picture {
    enum State { case live, deleted, cancelled }

    let urlmd5: String
    let user: String
    let id: FileID
    let size: Int
    var pv = 0
    var state = State.live
  }

  /// Each user's files, oldest first.
  private(set) var files: [String: [Row]] = [:]
  /// What everyone sees, in the order in which it was shared.
  private(set) var shares: [Share] = []
  /// All that was ever shared as a picture, in the order in which it was.
  private(set) var pictures: [Picture] = []
  /// The size of every content that was ever stored, by md5.
  private(set) var sizes: [String: Int] = [:]

  init(users: [String]) {
    for user in users { files[user] = [] }
  }

  func row(_ id: FileID, of user: String) -> Row? { files[user]!.first { $0.id == id } }
  func share(_ id: FileID) -> Share? { shares.first { $0.id == id } }

  func isShared(_ id: FileID, by user: String) -> Bool { share(id)?.sharer == user }

  /// Shared pictures of `user` that are neither cancelled nor deleted, oldest first.
  func livePictures(of user: String) -> [Picture] {
    pictures.filter { $0.user == user && $0.state == .live }
  }

  /// True while someone holds bytes of that md5.
  func isHeld(_ md5: String) -> Bool { files.values.joined().contains { $0.id.md5 == md5 } }

  mutating func upload(_ id: FileID, size: Int, by user: String) -> Int {
    sizes[id.md5] = size
    if row(id, of: user) == nil { files[user]!.append(Row(id: id, size: size)) }
    return 0
  }

  /// The codes that `md5` may answer. Bytes that nobody holds any more are known until the sweep
  /// has taken them, and no client can tell when that is.
  func instantCodes(_ id: FileID, by user: String) -> Set<Int> {
    if row(id, of: user) != nil { return [5] }
    if isHeld(id.md5) { return [0] }
    return sizes[id.md5] == nil ? [1] : [0, 1]
  }

  /// `md5` has answered 0: the caller has the file now.
  mutating func gainInstantly(_ id: FileID, by user: String) {
    files[user]!.append(Row(id: id, size: sizes[id.md5]!))
  }

  mutating func delete(_ id: FileID, by user: String) -> Int {
    guard row(id, of: user) != nil else { return 1 }
    files[user]!.removeAll { $0.id == id }
    shares.removeAll { $0.id == id && $0.sharer == user }
    for index in pictures.indices where pictures[index].id == id && pictures[index].user == user {
      if pictures[index].state == .live { pictures[index].state = .deleted }
    }
    return 0
  }

  mutating func see(_ id: FileID, of user: String) -> Int {
    guard let index = files[user]!.firstIndex(where: { $0.id == id }) else { return 1 }
    files[user]![index].pv += 1
    return 0
  }

  mutating func share(_ id: FileID, by user: String) -> Int {
    guard let row = row(id, of: user) else { return 1 }
    if let share = share(id) { return share.sharer == user ? 0 : 3 }
    shares.append(Share(id: id, sharer: user, size: row.size))
    return 0
  }

  mutating func cancelShare(_ id: FileID, by user: String) -> Int {
    guard isShared(id, by: user) else { return 1 }
    shares.removeAll { $0.id == id }
    return 0
  }

  /// The codes that `save` may answer. Where the caller has a file of that id and nobody shares it,
  /// both of the contract's sentences hold: 5 for what she has, 1 for what nobody shares.
  func saveCodes(_ id: FileID, by user: String) -> Set<Int> {
    switch (row(id, of: user) != nil, share(id) != nil) {
    case (true, true): [5]
    case (true, false): [1, 5]
    case (false, true): [0]
    case (false, false): [1]
    }
  }

  /// `save` has answered 0: the caller has the file now.
  mutating func gainBySaving(_ id: FileID, by user: String) {
    files[user]!.append(Row(id: id, size: share(id)!.size))
  }

  mutating func seeShare(_ id: FileID) -> Int {
    guard let index = shares.firstIndex(where: { $0.id == id }) else { return 1 }
    shares[index].pv += 1
    return 0
  }

  /// The `urlmd5` that sharing the file as a picture must answer; nil where it must be a new one.
  func knownPicture(_ id: FileID, of user: String) -> String? {
    pictures.first { $0.id == id && $0.user == user && $0.state == .live }?.urlmd5
  }

  mutating func addPicture(_ urlmd5: String, _ id: FileID, of user: String) {
    pictures.append(Picture(urlmd5: urlmd5, user: user, id: id, size: row(id, of: user)!.size))
  }

  /// What `browse` answers: the code, and the picture with its new count where that is 0.
  mutating func browse(_ urlmd5: String) -> (code: Int, picture: Picture?) {
    guard let index = pictures.firstIndex(where: { $0.urlmd5 == urlmd5 }) else { return (1, nil) }
    switch pictures[index].state {
    case .cancelled: return (1, nil)
    case .deleted: return (2, nil)
    case .live:
      pictures[index].pv += 1
      return (0, pictures[index])
    }
  }

  /// The codes that `cancel` may answer. Whether one may cancel what its file's deletion has ended
  /// is left open.
  func cancelPictureCodes(_ urlmd5: String, by user: String) -> Set<Int> {
    guard let picture = pictures.first(where: { $0.urlmd5 == urlmd5 }), picture.user == user else {
      return [1]
    }
    return picture.state == .live ? [0] : [1]
  }

  /// `cancel` has answered 0.
  mutating func cancelPicture(_ urlmd5: String) {
    guard let index = pictures.firstIndex(where: { $0.urlmd5 == urlmd5 }) else { return }
    pictures[index].state = .cancelled
  }
}
