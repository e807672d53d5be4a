/// One answer, read strictly: what a careful client would stumble over is an error here.
package struct HTTPResponse: Sendable {
  package let status: Int
  package let version: String
  /// The field lines in order, as they came.
  package let headers: [(name: String, value: String)]
  package var body: [UInt8]
  /// Statuses of the interim answers (1xx) that came before it.
  package var interim: [Int]

  /// The value of the field `name` (any case); the values joined by commas where it came more than
  /// once (RFC 9110 §5.3); nil where it did not come.
  package subscript(name: String) -> String? {
    let values = all(name)
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }

  /// Each value of the field `name` (any case), in order.
  package func all(_ name: String) -> [String] {
    headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
  }

  /// The body as text.
  package var text: String { String(decoding: body, as: UTF8.self) }

  /// True if the server says that this connection ends here (RFC 9112 §9.3, §9.6).
  package var closesConnection: Bool {
    let options = (self["Connection"] ?? "").lowercased()
      .split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" } }
    return options.contains("close") || version == "HTTP/1.0" && !options.contains("keep-alive")
  }

  /// The token value of `cookie` in a `Set-Cookie` of this answer with its attributes, or nil.
  package var setCookies: [(name: String, value: String, attributes: [String])] {
    all("Set-Cookie").map { line in
      var parts = line.split(separator: ";").map { String($0.drop(while: { $0 == " " })) }
      let pair = parts.removeFirst().split(separator: "=", maxSplits: 1).map(String.init)
      return (pair[0], pair.count > 1 ? pair[1] : "", parts)
    }
  }
}

extension HTTPResponse {
  /// Reads a head, the bytes up to and with the empty line. The body is the connection's to read.
  init(head: [UInt8]) throws {
    guard let text = String(validating: head, as: UTF8.self) else {
      throw HTTPClientError.malformed("head is not UTF-8: \(excerpt(head))")
    }
    // "\r\n" is one Character: a bare CR or LF stays inside a line and is found below.
    var lines = text.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count >= 3, lines.removeLast().isEmpty, lines.removeLast().isEmpty else {
      throw HTTPClientError.malformed("head without its empty line: \(text)")
    }
    let statusLine = lines.removeFirst()
    // "HTTP/1.1 200 OK": the version, a status of three digits, a reason or none behind the second
    // space.
    let words = statusLine.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard words.count == 3, ["HTTP/1.0", "HTTP/1.1"].contains(words[0]), words[1].utf8.count == 3,
      let number = Int(words[1]), (100...599).contains(number),
      words[2].utf8.allSatisfy({ $0 == 0x09 || (0x20...0x7e).contains($0) })
    else { throw HTTPClientError.malformed("status line: \(statusLine)") }
    version = String(words[0])
    status = number
    headers = try lines.map(Self.field)
    body = []
    interim = []
  }

  private static func field(_ line: String) throws -> (name: String, value: String) {
    guard let colon = line.firstIndex(of: ":") else {
      throw HTTPClientError.malformed("field line without a colon: \(line)")
    }
    let name = String(line[..<colon])
    let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
    let isToken =
      !name.isEmpty
      && name.allSatisfy {
        $0.isASCII && ($0.isLetter || $0.isNumber || "!#$%&'*+-.^_`|~".contains($0))
      }
    guard isToken, !value.contains(where: { $0 == "\r" || $0 == "\n" || $0 == "\0" }) else {
      throw HTTPClientError.malformed("field line: \(line)")
    }
    return (name, String(value))
  }
}

extension HTTPResponse: CustomStringConvertible {
  /// The answer for a failure message: status, fields, and the start of the body.
  package var description: String {
    let before = interim.isEmpty ? "" : "\(interim) then "
    let fields = headers.map { "\n    \($0.name): \($0.value)" }.joined()
    return "\(before)\(status)\(fields)\(body.isEmpty ? "" : "\n    \(excerpt(body))")"
  }
}

/// What was sent and what came back: the unit that tests judge, and that their messages print.
package struct Exchange: Sendable, CustomStringConvertible {
  package let request: HTTPRequest
  package let response: HTTPResponse
  /// The answer's body as JSON; nil if it is none.
  package let json: JSONValue?

  package init(_ request: HTTPRequest, _ response: HTTPResponse) {
    self.request = request
    self.response = response
    json = try? JSONValue(parsing: response.body)
  }

  /// The member `name` of the answer's JSON object.
  package subscript(name: String) -> JSONValue? { json?[name] }

  /// The integer `code` of the answer's JSON object.
  package var code: Int? { self["code"]?.integer }

  package var description: String { "\n  sent: \(request)\n  answer: \(response)\n" }
}
