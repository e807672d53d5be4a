import Foundation
import TestSupport
import Testing

/// The rules that hold for every answer, checked wherever a test looks at one. Failures show what
/// was sent and what came back.
extension Exchange {
  /// Expects the code `code`, status 200, and what goes with every answer: a JSON object, and a
  /// `message` beside every code but 0.
  @discardableResult
  func expect(
    code: Int, _ comment: String = "", sourceLocation: SourceLocation = #_sourceLocation
  ) -> Exchange {
    #expect(response.status == 200, "\(comment) \(self)", sourceLocation: sourceLocation)
    return expectJSON(code: code, comment, sourceLocation: sourceLocation)
  }

  /// Expects a refusal in HTTP's own terms: the status, and the body `{"code":1,"message":"…"}`.
  @discardableResult
  func expect(
    status: Int, _ comment: String = "", sourceLocation: SourceLocation = #_sourceLocation
  ) -> Exchange {
    #expect(response.status == status, "\(comment) \(self)", sourceLocation: sourceLocation)
    if request.method != "HEAD" { expectJSON(code: 1, comment, sourceLocation: sourceLocation) }
    return self
  }

  /// Expects a refusal where the contract leaves open which: code 1, with status 200 or one of
  /// `statuses`.
  @discardableResult
  func expectRefusal(
    orStatus statuses: Int..., comment: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> Exchange {
    #expect(
      ([200] + statuses).contains(response.status), "\(comment) \(self)",
      sourceLocation: sourceLocation)
    return expectJSON(code: 1, comment, sourceLocation: sourceLocation)
  }

  /// Expects the JSON object to have exactly these members.
  @discardableResult
  func expectMembers(
    _ names: Set<String>, sourceLocation: SourceLocation = #_sourceLocation
  ) -> Exchange {
    #expect(
      Set(json?.object?.keys.map { $0 } ?? []) == names, "\(self)", sourceLocation: sourceLocation)
    return self
  }

  @discardableResult
  private func expectJSON(
    code expected: Int, _ comment: String, sourceLocation: SourceLocation
  ) -> Exchange {
    let type = response["Content-Type"]?.lowercased() ?? "none"
    #expect(
      type.hasPrefix("application/json"), "\(comment) \(self)", sourceLocation: sourceLocation)
    #expect(json?.object != nil, "not one JSON object: \(self)", sourceLocation: sourceLocation)
    #expect(code == expected, "\(comment) \(self)", sourceLocation: sourceLocation)
    if expected != 0 {
      #expect(
        self["message"]?.string?.isEmpty == false, "every code but 0 has a message: \(self)",
        sourceLocation: sourceLocation)
    }
    return self
  }
}

/// Expects two bodies to be the same bytes, and shows the first place where they are not.
func expectSameBytes(
  _ actual: [UInt8], _ expected: [UInt8], _ comment: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let same = actual.count == expected.count && actual.elementsEqual(expected)
  guard !same else { return }
  let differs = zip(actual, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset
  Issue.record(
    """
    \(comment) \(actual.count) bytes came, \(expected.count) were expected; \
    the first difference is at \(differs.map(String.init) ?? "the end of the shorter")
    """, sourceLocation: sourceLocation)
}

/// Uploads `bytes` as `name`, expects success, and returns the file's id.
@discardableResult
func uploaded(
  _ name: String, _ bytes: [UInt8], by user: PicbedUser,
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> FileID {
  try user.upload(name, bytes).expect(code: 0, sourceLocation: sourceLocation)
  return FileID(name, bytes)
}

/// Expects `file` in the list of `user` and returns its entry.
func entry(
  of file: FileID, for user: PicbedUser, sourceLocation: SourceLocation = #_sourceLocation
) throws -> ListedFile {
  let files = try user.files()
  return try #require(
    files.entries.first { $0.id == file }, "\(file) is not in \(files)",
    sourceLocation: sourceLocation)
}

/// Expects the bytes at `url` to be `bytes`.
func expectDownload(
  _ url: String, is bytes: [UInt8], on client: HTTPClient = Scenarios.client,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let answer = try client.download(url)
  #expect(answer.response.status == 200, "\(answer)", sourceLocation: sourceLocation)
  expectSameBytes(answer.response.body, bytes, url, sourceLocation: sourceLocation)
}

/// Expects `text` to be a time as the API writes it, within `seconds` of now in this machine's time
/// zone.
func expectRecent(
  _ text: String, seconds: Double = 60, sourceLocation: SourceLocation = #_sourceLocation
) {
  let time = localTime(text)
  #expect(time != nil, "not YYYY-MM-DD HH:MM:SS: \(text)", sourceLocation: sourceLocation)
  if let time {
    #expect(abs(time - now()) < seconds, "\(text) is not about now", sourceLocation: sourceLocation)
  }
}

/// True if `text` stands somewhere in `bytes`.
func contains(_ bytes: [UInt8], _ text: String) -> Bool {
  Data(bytes).range(of: Data(text.utf8)) != nil
}

/// The blob file, relative to DATA/blobs/group1, whose URL is `url`; nil if there is none.
func blobFile(of url: String, on server: PicbedServer = Scenarios.server) -> String? {
  guard let path = url.split(separator: "/group1/", maxSplits: 1).last else { return nil }
  // On the disk the name may lack the type that the URL ends with.
  return server.blobFiles.first { path == $0 || path.hasPrefix($0 + ".") }
}
