import Domain
import Events
import HTTP

/// Sections 1 and 2 of the document, and the two additions: logout, passwd and sessions.
struct AccountEndpoints {
  let context: CallContext

  func register(_ request: Request) async -> Response {
    await Call.open(request) { fields in
      let invite = try invite(fields)
      let registration = try Accounts.Registration(
        user: fields.required("userName"), nick: fields.required("nickName"),
        email: fields.text("email") ?? "", phone: fields.text("phone") ?? "",
        password: fields.required("firstPwd"))
      try await context.accounts.register(
        registration, invite: invite, from: address(request))
      return JSONAnswer.ok
    }
  }

  /// A name or password that cannot be anyone's fails like a wrong one.
  func login(_ request: Request) async -> Response {
    await Call.open(request) { fields in
      let user = try UserName(fields.required("user"))
      let password = try HexDigits32(fields.required("pwd"), field: "pwd")
      let token = try await context.accounts.login(
        user: user, password: password, address: address(request))
      var response = JSONAnswer.answer { $0.field("token", token.text) }
      let cookie = Identity.setCookie(
        Identity.cookieValue(user, token), isSecure: isSecure(request))
      response.fields.appendField("Set-Cookie", cookie)
      return response
    }
  }

  func logout(_ request: Request) async -> Response {
    await Call.proven(request, context, tokenCode: 4) { _, credential in
      try await context.accounts.logout(credential)
      return cleared(request)
    }
  }

  func changePassword(_ request: Request) async -> Response {
    await Call.proven(request, context, tokenCode: 4) { fields, credential in
      let old = try HexDigits32(fields.required("pwd"), field: "pwd")
      let new = try HexDigits32(fields.required("newPwd"), field: "newPwd")
      try await context.accounts.changePassword(
        credential, from: old, to: new, address: address(request))
      return cleared(request)
    }
  }

  /// An addition: which sessions there are.
  func sessions(_ request: Request) async -> Response {
    await Call.proven(request, context, tokenCode: 4) { _, credential in
      let sessions = try await context.sessions.list(credential)
      return JSONAnswer.answer(capacity: 64 + sessions.count * 128) { json in
        json.field("count", sessions.count)
        json.name("sessions")
        json.openArray()
        for session in sessions {
          json.openObject()
          json.field("id", session.id)
          json.field("lastUsed", Self.time(session.lastUsed))
          json.field("expires", Self.time(session.expires))
          json.field("current", session.isCurrent ? 1 : 0)
          json.closeObject()
        }
        json.closeArray()
      }
    }
  }

  /// An addition: ends the session `id`, or without it every one but the caller's.
  func revoke(_ request: Request) async -> Response {
    await Call.proven(request, context, tokenCode: 4) { fields, credential in
      let ended = try await context.sessions.revoke(credential, id: fields.text("id"))
      return JSONAnswer.answer { $0.field("ended", ended) }
    }
  }

  private static func time(_ milliseconds: Int64) -> String {
    var time: [UInt8] = []
    Timestamp.appendLocal(milliseconds, to: &time)
    return String(decoding: time, as: UTF8.self)
  }

  private func invite(_ fields: CallFields) throws -> Token? {
    switch context.settings.registration {
    case .open: return nil
    case .closed: throw DomainError.registrationClosed
    case .invite:
      guard let token = Token(try fields.text("invite") ?? "") else {
        throw DomainError.inviteRefused
      }
      return token
    }
  }

  private func cleared(_ request: Request) -> Response {
    var response = JSONAnswer.ok
    let cookie = Identity.clearCookie(isSecure: isSecure(request))
    response.fields.appendField("Set-Cookie", cookie)
    return response
  }

  /// Whose share of the password work, and of failed logins, a call takes.
  private func address(_ request: Request) -> String { request.client?.network.text ?? "" }

  /// Also behind a proxy that ends TLS, where the public URL says so.
  private func isSecure(_ request: Request) -> Bool {
    request.isSecure || context.settings.publicURL?.hasPrefix("https://") == true
  }
}
