import ArgumentParser
import Domain
import Events

/// `picbed user …`: accounts, for who runs the server. Works while picbed serves, too.
struct UserCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user",
    abstract: "Add, list, disable and delete accounts, and invite people.",
    discussion: """
      Works while picbed serves; where none does, the managed Redis is started for as long as it \
      takes. A password is asked for, read from standard input, or from the file that \
      \(Variable.passwordFile.rawValue) names.
      """,
    subcommands: [
      Add.self, List.self, Passwd.self, Disable.self, Enable.self, Delete.self, Invite.self,
    ])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make an account.")
    @OptionGroup var store: StoreOptions
    @Argument(help: "The user's name.") var name: String
    @Option(help: "The name that others see (default: the user's name).") var nick: String?
    @Option(help: "An e-mail address.") var email = ""
    @Option(help: "A telephone number.") var phone = ""

    func run() throws {
      let registration = try UserCommand.parsed {
        try Accounts.Registration(
          user: name, nick: nick ?? name, email: email, phone: phone,
          password: PasswordInput.read().text)
      }
      try UserRun.run(store, "picbed user add") { store throws(DomainError) in
        try await Accounts(store: store).register(registration, invite: nil, from: "")
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the accounts: name, files, bytes, sessions, since when, and disabled ones.")
    @OptionGroup var store: StoreOptions

    func run() throws {
      try UserRun.run(store, "picbed user list") { store throws(DomainError) in
        try await UserAdministration(store: store).list { account in
          var time: [UInt8] = []
          Timestamp.appendLocal(account.created, to: &time)
          let end = account.isDisabled ? "\tdisabled" : ""
          StandardStream.output.write(
            "\(account.user)\t\(account.files)\t\(account.bytes)\t\(account.sessions)\t"
              + "\(String(decoding: time, as: UTF8.self))\(end)\n")
        }
      }
    }
  }

  struct Passwd: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Set a password; the user's sessions end.")
    @OptionGroup var store: StoreOptions
    @Argument(help: "The user's name.") var name: String

    func run() throws {
      let user = try UserCommand.parsed { try UserName(name) }
      let password = try PasswordInput.read()
      try UserRun.run(store, "picbed user passwd") { store throws(DomainError) in
        try await UserAdministration(store: store).setPassword(of: user, to: password)
      }
    }
  }

  struct Disable: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shut an account: its sessions end and nobody logs in. Its files stay.")
    @OptionGroup var store: StoreOptions
    @Argument(help: "The user's name.") var name: String

    func run() throws {
      let user = try UserCommand.parsed { try UserName(name) }
      try UserRun.run(store, "picbed user disable") { store throws(DomainError) in
        try await UserAdministration(store: store).disable(user)
      }
    }
  }

  struct Enable: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Open a disabled account again.")
    @OptionGroup var store: StoreOptions
    @Argument(help: "The user's name.") var name: String

    func run() throws {
      let user = try UserCommand.parsed { try UserName(name) }
      try UserRun.run(store, "picbed user enable") { store throws(DomainError) in
        try await UserAdministration(store: store).enable(user)
      }
    }
  }

  struct Delete: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Delete an account with its files, shares and picture links.",
      discussion: "Copies that others saved stay theirs.")
    @OptionGroup var store: StoreOptions
    @Argument(help: "The user's name.") var name: String

    func run() throws {
      let user = try UserCommand.parsed { try UserName(name) }
      try UserRun.run(store, "picbed user delete") { store throws(DomainError) in
        let files = try await UserAdministration(store: store).delete(user)
        StandardStream.output.write("deleted with \(files) files\n")
      }
    }
  }

  struct Invite: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make an invite, which one registration may use, and print it.")
    @OptionGroup var store: StoreOptions
    @Option(
      help: "How long it may be used, such as 12h (default: 7d).",
      transform: TimeSpan.init(parsing:))
    var valid: TimeSpan?

    func run() throws {
      let span = try valid ?? TimeSpan(parsing: "7d")
      try UserRun.run(store, "picbed user invite") { store throws(DomainError) in
        let invite = try await Invites(store: store).make(
          validSeconds: max(1, span.milliseconds / 1000))
        StandardStream.output.write("\(invite)\n")
      }
    }
  }

  /// What `body` makes of the arguments; a wrong one is a mistake of usage.
  fileprivate static func parsed<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as InvalidValue {
      throw PicbedError.usage(error.reason)
    }
  }
}
