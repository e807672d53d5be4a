import CAssets

/// Every operation of the store that is a Lua script: `lua/<raw value>.lua`, whose header documents
/// its keys, arguments and reply.
package enum ScriptName: String, CaseIterable, Sendable {
  case userCreate = "user_create"
  case userDelete = "user_delete"
  case userDisable = "user_disable"
  case inviteCreate = "invite_create"
  case inviteTake = "invite_take"
  case passwordChange = "password_change"
  case passwordSet = "password_set"
  case passwordUpgrade = "password_upgrade"
  case loginFailed = "login_failed"

  case rateTake = "rate_take"
  case rateTakeUser = "rate_take_user"

  case sessionCreate = "session_create"
  case sessionCheck = "session_check"
  case sessionRenew = "session_renew"
  case sessionEnd = "session_end"
  case sessionList = "session_list"
  case sessionRevoke = "session_revoke"

  case fileAdd = "file_add"
  case fileCount = "file_count"
  case fileDelete = "file_delete"
  case fileDeleted = "file_deleted"
  case fileFind = "file_find"
  case fileList = "file_list"
  case fileMend = "file_mend"
  case fileSum = "file_sum"
  case fileView = "file_view"

  case shareClaim = "share_claim"
  case shareDrop = "share_drop"
  case shareFlag = "share_flag"
  case shareList = "share_list"
  case shareMend = "share_mend"
  case shareRank = "share_rank"
  case shareView = "share_view"

  case pictureShare = "picture_share"
  case pictureCreate = "picture_create"
  case pictureList = "picture_list"
  case pictureBrowse = "picture_browse"
  case picturePeek = "picture_peek"
  case pictureCancel = "picture_cancel"
  case pictureMend = "picture_mend"
  case pictureBury = "picture_bury"

  case blobClaim = "blob_claim"
  case blobClaimKnown = "blob_claim_known"
  case blobRelease = "blob_release"
  case blobCondemn = "blob_condemn"
  case blobForget = "blob_forget"
  case orphanSettle = "orphan_settle"

  /// The script's place in what `ScriptCatalogue.load()` returns.
  package var index: Int { Self.inOrder.firstIndex(of: self)! }

  // `allCases` makes a new array each time. A scan of this one takes 50 ns, half of a dictionary's
  // time.
  private static let inOrder = allCases
}

/// The scripts that were embedded into this binary.
package enum ScriptCatalogue {
  /// The scripts as Redis is to load them, includes expanded, in the order of
  /// `ScriptName.allCases`. Done once, at start. Fails only in a binary that was built from an
  /// incomplete lua/ folder.
  package static func load() throws(ScriptCatalogueError) -> [(name: ScriptName, source: [UInt8])] {
    let assets = embedded()
    var scripts: [(name: ScriptName, source: [UInt8])] = []
    for name in ScriptName.allCases {
      guard let text = assets[name.rawValue] else {
        throw ScriptCatalogueError(reason: "lua/\(name.rawValue).lua is not in this binary")
      }
      let expanded = try expand(text) { part in assets["include/" + part] }
      scripts.append((name, Array(expanded.utf8)))
    }
    return scripts
  }

  /// Replaces each line `-- include <part>` of a script by the text of that part. Parts do not
  /// include others: what a script is made of stands in the script itself.
  package static func expand(
    _ text: String, part: (String) -> String?
  ) throws(ScriptCatalogueError) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for index in lines.indices where lines[index].hasPrefix(includeMark) {
      let name = String(lines[index].dropFirst(includeMark.count))
      guard let included = part(name) else {
        throw ScriptCatalogueError(reason: "lua/include/\(name).lua is not in this binary")
      }
      lines[index] = included.hasSuffix("\n") ? included.dropLast() : included[...]
    }
    return lines.joined(separator: "\n")
  }

  private static let includeMark = "-- include "

  private static func embedded() -> [String: String] {
    var assets: [String: String] = [:]
    for index in 0..<picbed_script_count {
      let asset = picbed_script_at(index)!.pointee
      let bytes = UnsafeBufferPointer(start: asset.bytes, count: asset.size)
      assets[String(cString: asset.name)] = String(decoding: bytes, as: UTF8.self)
    }
    return assets
  }
}

/// A script that should be in the binary is not there; `reason` says which.
package struct ScriptCatalogueError: Error, Equatable {
  package let reason: String

  package init(reason: String) { self.reason = reason }
}
