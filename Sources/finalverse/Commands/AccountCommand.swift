import Accounts
import ArgumentParser
import Engine
import EventLog
import World

/// `finalverse account`: what an operator does with accounts.
struct AccountCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "account",
    abstract: "Look at accounts, help people back in, and erase them.",
    discussion: """
      Players are guests until they register, which they do themselves, in the client. An account has a name to sign in with, a password and \
      perhaps a mail address; they are kept apart from the log, in DIR/identity. All of these commands work beside a running server, which \
      follows within a second.

      WHO is an account's name, or a player's number.

      Examples:
        finalverse account list --data /srv/world
        finalverse account mail mira mira@example.org --data /srv/world
        finalverse account reset mira --data /srv/world
        finalverse account erase mira --data /srv/world
      """,
    subcommands: [
      AccountListCommand.self, AccountShowCommand.self, AccountMailCommand.self,
      AccountResetCommand.self, AccountSignOutCommand.self, AccountEraseCommand.self,
      RotateKeyCommand.self,
    ])
}

/// Who an account command is about.
struct AccountOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("The account's name, or a player's number.", valueName: "WHO"))
  var who: String

  @OptionGroup var data: DataOptions

  @Flag(help: "One JSON object.")
  var json = false

  /// The store.
  ///
  /// - Throws: ``Accounts/AccountFault``
  func openStore() throws -> AccountStore {
    try IdentityDirectory(path: data.directory.identity).openStore()
  }

  /// The account.
  ///
  /// - Throws: ``Failure`` when there is none.
  func account(in store: AccountStore) throws -> Account {
    let account =
      if let number = UInt64(who) {
        try store.account(of: PlayerID(number))
      } else {
        try AccountName(who).flatMap { try store.account(named: $0) }
      }
    guard let account else { throw Failure(.noData, "there is no account '\(who)'") }
    return account
  }

  /// The player: of the account, or, by number, also a guest.
  ///
  /// - Throws: ``Failure`` when there is none.
  func player(in store: AccountStore) throws -> PlayerID {
    guard let number = UInt64(who) else { return try account(in: store).player }
    guard try store.knows(PlayerID(number)) else {
      throw Failure(.noData, "nothing is kept of a player \(number)")
    }
    return PlayerID(number)
  }

  /// Says what was done.
  func report(_ done: String, _ player: PlayerID) {
    print(
      json
        ? JSONText.object([("player", .large(player.rawValue)), ("done", .string(done))]).text
        : "player \(player): \(done)")
  }
}

/// `finalverse account list`.
struct AccountListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show all accounts, by name.")

  @OptionGroup var data: DataOptions

  @Flag(help: "One JSON object a line.")
  var json = false

  func run() throws {
    let accounts = try IdentityDirectory(path: data.directory.identity).openStore().accounts()
    var output = LineWriter()
    if json {
      for account in accounts { output.write(account.json.text) }
    } else {
      for line in Account.table(accounts) { output.write(line) }
    }
    output.flush()
  }
}

/// `finalverse account show`.
struct AccountShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one account.")

  @OptionGroup var options: AccountOptions

  func run() throws {
    let account = try options.account(in: try options.openStore())
    print(options.json ? account.json.text : account.text)
  }
}

/// `finalverse account rotate-key`.
struct RotateKeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate-key",
    abstract: "Sign tokens with a new key from now on.",
    discussion: """
      Tokens of the key before are good until they expire, then it is deleted. The operator's token is signed anew, in the same file; the \
      former one is good for as long as a player's token lives.

      If a key or an operator's token was stolen, use --at-once: all tokens are void then, and clients come back with their refresh tokens.
      """)

  @OptionGroup var data: DataOptions

  @Flag(help: "Tokens of the keys before are void at once.")
  var atOnce = false

  @Flag(help: "One JSON object.")
  var json = false

  func run() async throws {
    let identity = IdentityDirectory(path: data.directory.identity)
    try await identity.rotateKey(at: SystemClock().now(), isAtOnce: atOnce)
    print(
      json
        ? JSONText.object([("rotated", .flag(true)), ("at_once", .flag(atOnce))]).text
        : "a new key signs from now on; the operator's token is anew in \(identity.operatorTokenFile)"
    )
  }
}
