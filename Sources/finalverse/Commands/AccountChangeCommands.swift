import Accounts
import ArgumentParser
import Engine
import EventLog
import World

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
