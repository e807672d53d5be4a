/// A body of an upload with the `Content-Type` that goes with it.
package struct UploadBody: Sendable {
  package var contentType: String?
  package var bytes: [UInt8]

  package init(contentType: String?, bytes: [UInt8]) {
    self.contentType = contentType
    self.bytes = bytes
  }

  /// The fields that name the type; none where there is no type.
  package var headers: [(name: String, value: String)] {
    contentType.map { [("Content-Type", $0)] } ?? []
  }
}

/// One part of a multipart/form-data body (RFC 7578).
package struct FormPart: Sendable {
  package var name: String
  package var filename: String?
  package var contentType: String?
  package var bytes: [UInt8]

  package init(name: String, filename: String?, contentType: String?, bytes: [UInt8]) {
    self.name = name
    self.filename = filename
    self.contentType = contentType
    self.bytes = bytes
  }

  /// A field of the form.
  package static func field(_ name: String, _ value: String) -> FormPart {
    FormPart(name: name, filename: nil, contentType: nil, bytes: Array(value.utf8))
  }

  /// The part with the file.
  package static func file(_ filename: String, _ bytes: [UInt8], type: String? = nil) -> FormPart {
    FormPart(name: "file", filename: filename, contentType: type, bytes: bytes)
  }
}

/// Form 1: what browsers, curl and upload tools send.
package struct StandardForm: Sendable {
  package var parts: [FormPart]
  package var boundary = "----picbedTests7MA4YWxkTrZu0gW"
  package var preamble = ""
  package var epilogue = ""

  package init(_ parts: [FormPart]) { self.parts = parts }

  package var body: UploadBody {
    var bytes = Array(preamble.utf8)
    for part in parts {
      var head = "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(part.name)\""
      if let filename = part.filename { head += "; filename=\"\(filename)\"" }
      if let type = part.contentType { head += "\r\nContent-Type: \(type)" }
      bytes += Array((head + "\r\n\r\n").utf8) + part.bytes + [0x0d, 0x0a]
    }
    bytes += Array("--\(boundary)--\r\n\(epilogue)".utf8)
    return UploadBody(contentType: "multipart/form-data; boundary=\(boundary)", bytes: bytes)
  }
}

/// Form 2: the one of section 17 of the API document, whose disposition line carries everything.
package struct DocumentForm: Sendable {
  /// The line that parts the body, as it stands there.
  package var boundaryLine = "-----WebKitFormBoundarynHRBTfOuv<p3Tewg"
  package var user: String?
  package var filename: String
  package var md5: String?
  package var size: Int?
  package var token: String?
  package var bytes: [UInt8]
  /// What stands between the parameters: a space in the document, `; ` with some clients.
  package var separator = " "
  /// What follows the boundary in the last line: nothing in the document, `--` and CRLF with some
  /// clients.
  package var ending = "\r\n"
  /// What the request calls its body; nil sends no `Content-Type`.
  package var contentType: String? = "application/octet-stream"

  /// The form with everything stated as it is; change what a test wants otherwise.
  package init(user: String?, filename: String, token: String?, bytes: [UInt8]) {
    self.user = user
    self.filename = filename
    self.token = token
    self.bytes = bytes
    md5 = md5Hex(bytes)
    size = bytes.count
  }

  package var body: UploadBody {
    var parameters: [String] = []
    if let user { parameters.append("user=\"\(user)\"") }
    parameters.append("filename=\"\(filename)\"")
    if let md5 { parameters.append("md5=\"\(md5)\"") }
    if let size { parameters.append("size=\(size)") }
    if let token { parameters.append("token=\"\(token)\"") }
    let head =
      "\(boundaryLine)\r\nContent-Disposition: form-data; "
      + "\(parameters.joined(separator: separator))\r\n"
      + "Content-Type: application/octet-stream\r\n\r\n"
    let wire = Array(head.utf8) + bytes + Array("\r\n\(boundaryLine)\(ending)".utf8)
    return UploadBody(contentType: contentType, bytes: wire)
  }
}

/// `text` for use in a query or a path: all but RFC 3986's unreserved characters as %XX.
package func percentEncoded(_ text: String) -> String {
  let digits = Array("0123456789ABCDEF".utf8)
  var encoded: [UInt8] = []
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"),
      UInt8(ascii: "~"):
      encoded.append(byte)
    default:
      encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
  return String(decoding: encoded, as: UTF8.self)
}

/// The value of `Authorization` for `user` and `token` (RFC 7617).
package func basicAuthorization(_ user: String, _ token: String) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  let bytes = Array("\(user):\(token)".utf8)
  var text: [UInt8] = []
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let group = Array(bytes[start..<min(start + 3, bytes.count)])
    let word =
      UInt32(group[0]) << 16 | UInt32(group.count > 1 ? group[1] : 0) << 8
      | UInt32(group.count > 2 ? group[2] : 0)
    for digit in 0..<4 {
      let index = Int(word >> UInt32(18 - 6 * digit)) & 63
      text.append(digit <= group.count ? alphabet[index] : UInt8(ascii: "="))
    }
  }
  return "Basic " + String(decoding: text, as: UTF8.self)
}
