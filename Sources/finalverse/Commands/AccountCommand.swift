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

/// `finalverse account mail`.
struct AccountMailCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mail",
    abstract: "Change where a person can be reached.",
    discussion: """
      The former address is erased: its bytes are gone from the store's files when the command ends. People change theirs in the client, with \
      their password.

      Examples:
        finalverse account mail mira mira@example.org
        finalverse account mail mira none
      """)

  @OptionGroup var options: AccountOptions

  @Argument(help: ArgumentHelp("The new address, or 'none'.", valueName: "ADDRESS"))
  var address: String

  func validate() throws {
    guard address == "none" || MailAddress(address) != nil else {
      throw ValidationError("'\(address)' is no mail address.")
    }
  }

  func run() throws {
    let store = try options.openStore()
    let player = try options.account(in: store).player
    guard try store.changeMail(of: player, to: MailAddress(address)) else {
      throw Failure(.noData, "there is no account '\(options.who)' any more")
    }
    options.report("mail address \(address)", player)
  }
}

/// `finalverse account reset`.
struct AccountResetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset",
    abstract: "Make a code with which a person sets a new password.",
    discussion: """
      The code is good once, for 24 hours, and takes the place of an earlier one; the old password holds until it is used. Give it to the \
      person, whom you have made sure of, by a way that nobody else reads. It is not kept: only something to know it again by.
      """)

  @OptionGroup var options: AccountOptions

  /// How long a code is good, in microseconds.
  private static let life: Int64 = 24 * 3_600 * 1_000_000

  func run() throws {
    let store = try options.openStore()
    let account = try options.account(in: store)
    let until = SystemClock().now() + Self.life
    guard let name = AccountName(account.name),
      let code = try store.makeResetCode(named: name, until: until)
    else { throw Failure(.noData, "there is no account '\(options.who)' any more") }
    print(
      options.json
        ? JSONText.object([
          ("player", .large(account.player.rawValue)), ("name", .string(account.name)),
          ("code", .string("\(code)")), ("until", .string("\(until)")),
        ]).text
        : "\(code)\n  for \(account.name), player \(account.player); good once, until \(until)")
  }
}

/// `finalverse account sign-out`.
struct AccountSignOutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sign-out",
    abstract: "End a player's session and make all of its tokens void.",
    discussion: """
      An account comes back with its password. A guest, who has nothing but tokens, cannot come back.
      """)

  @OptionGroup var options: AccountOptions

  func run() throws {
    let store = try options.openStore()
    let player = try options.player(in: store)
    try store.signOut(player)
    options.report("signed out everywhere", player)
  }
}

/// `finalverse account erase`.
struct AccountEraseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "erase",
    abstract: "Erase what is kept of a person: name, mail address, password, tokens.",
    discussion: """
      The bytes are gone from the store's files when the command ends. Its session ends, and nobody signs in as this player any more. \
      History stays as it is: it knows the player by number, and by the profile's name, which is public. Backups made before still have \
      what is erased; erase it again after restoring one.
      """)

  @OptionGroup var options: AccountOptions

  func run() throws {
    let store = try options.openStore()
    let player = try options.player(in: store)
    try store.erase(player)
    options.report("erased", player)
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
