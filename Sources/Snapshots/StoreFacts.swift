import Domain

// What is read of one file, share, link or blob, and what is wrong with it: pure decisions, which
// tests drive without Redis.

/// A file of a user with everything that should agree with its row.
struct FileFacts {
  var user = ""
  var file = ""
  /// Its row is there, readable or not.
  var isThere = false
  var row: StoredRow?
  var time: Int64?
  var pv: Int64?
  var isFlagged = false
  /// The row of the share of this file, whoever shares it.
  var share: StoredRow?
  /// Nil where Redis knows no such blob.
  var blob: BlobRow?
  var isHolder = false

  var findings: [Finding] {
    guard isThere else {
      return time != nil || pv != nil || isFlagged ? [finding(.indexWithoutFile)] : []
    }
    guard let row else { return [finding(.rowUnreadable)] }
    var kinds: [Finding.Kind] = []
    if time != row.created { kinds.append(.timeWrong) }
    if pv == nil { kinds.append(.countMissing) }
    let isShared = share.map {
      $0.text($0.user) == user && $0.text($0.hold) == row.text(row.hold)
    }
    if isFlagged != (isShared ?? false) { kinds.append(.flagWrong) }
    if let blob, blob.name != row.text(row.blob) || blob.size != row.sizeValue {
      kinds.append(.rowAndBlobDiffer)
    } else if blob?.state != "live" || !isHolder {
      kinds.append(.holderMissing)
    }
    return kinds.map(finding)
  }

  private func finding(_ kind: Finding.Kind) -> Finding {
    var finding = Finding(kind)
    (finding.user, finding.file) = (user, file)
    return finding
  }
}

/// `blob:{md5}` without its holders.
struct BlobRow: Equatable {
  let size: Int64
  let name: String
  let state: String
}

/// A share with what should agree with its row.
struct ShareFacts {
  var file = ""
  var isThere = false
  var row: StoredRow?
  var time: Int64?
  var pv: Int64?
  /// The sharer's own row of the file.
  var owned: StoredRow?

  var findings: [Finding] {
    guard isThere else {
      return time != nil || pv != nil ? [finding(.shareIndexWrong)] : []
    }
    guard let row else { return [finding(.shareUnreadable)] }
    var kinds: [Finding.Kind] = []
    if owned.map({ $0.text($0.hold) }) != row.text(row.hold) { kinds.append(.shareWithoutFile) }
    if time != row.created || pv == nil { kinds.append(.shareIndexWrong) }
    return kinds.map(finding)
  }

  private func finding(_ kind: Finding.Kind) -> Finding {
    var finding = Finding(kind)
    finding.user = row.map { $0.text($0.user) } ?? ""
    finding.file = file
    return finding
  }
}

/// A picture link, seen from itself.
struct LinkFacts {
  var urlmd5 = ""
  /// Nil for the mark alone that a delete leaves, and for a link that is gone.
  var user: String?
  var file = ""
  var isDeleted = false
  var hasFile = false
  /// What its owner's list says of its file, of itself, and of its time.
  var entryOfFile: String?
  var entryOfLink: String?
  var time: Int64?

  var findings: [Finding] {
    guard let user, !isDeleted else { return [] }
    var finding: Finding
    if !hasFile || entryOfFile.map({ $0 != urlmd5 }) == true {
      finding = Finding(.linkOfDeletedFile)
    } else if entryOfFile == nil || entryOfLink != file || time == nil {
      finding = Finding(.linkWithoutEntry)
    } else {
      return []
    }
    (finding.user, finding.file, finding.urlmd5) = (user, file, urlmd5)
    return [finding]
  }
}

/// A blob with its holders and its file.
struct BlobFacts {
  enum Bytes: Equatable {
    case whole, missing
    case size(Int64)
    case changed
  }

  var md5 = ""
  /// Nil where the hash has not all of its fields.
  var row: BlobRow?
  /// Each holder, and whether a row says so.
  var holders: [(holder: String, hasRow: Bool)] = []
  var isNoted = false
  var bytes = Bytes.whole

  var findings: [Finding] {
    var findings: [Finding] = []
    for holder in holders where !holder.hasRow {
      var finding = finding(.danglingHolder)
      finding.holder = holder.holder
      findings.append(finding)
    }
    guard let row else { return findings + [finding(.blobUnreadable)] }
    if holders.isEmpty, !isNoted { findings.append(finding(.orphanWithoutNote)) }
    // Whose bytes nobody misses may be half way out.
    guard holders.contains(where: \.hasRow) else { return findings }
    switch bytes {
    case .whole: break
    case .missing: findings.append(finding(.bytesMissing, row.name))
    case .size(_): findings.append(finding(.bytesCut, row.name))
    case .changed: findings.append(finding(.bytesChanged, row.name))
    }
    return findings
  }

  private func finding(_ kind: Finding.Kind, _ path: String = "") -> Finding {
    var finding = Finding(kind)
    (finding.md5, finding.path) = (md5, path)
    return finding
  }

  /// Splits a holder, `alice/cat.png@0f1e2d3c`, into user, file name and hold. A user's name may have
  /// slashes, a file's may not.
  static func parts(ofHolder holder: String) -> (user: String, name: String, hold: String)? {
    guard let slash = holder.utf8.lastIndex(of: 0x2F), let at = holder.utf8.lastIndex(of: 0x40),
      slash < at
    else { return nil }
    return (
      String(holder[..<slash]), String(holder[holder.utf8.index(after: slash)..<at]),
      String(holder[holder.utf8.index(after: at)...])
    )
  }
}
