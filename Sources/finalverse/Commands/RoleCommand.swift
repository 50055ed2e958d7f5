import ArgumentParser
import Client
import EventLog
import Schema
import World

/// `finalverse role`: who may do what.
struct RoleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "role",
    abstract: "Give players roles, and list who has one.",
    discussion: """
      Asks the running server, with the operator's token of the data directory. What each role may do is in docs/protocol.md.

      Examples:
        finalverse role grant --player 1000 --role moderator --reason "looks after newcomers"
        finalverse role grant --player 1000 --role player --reason "moved away"
        finalverse role list
      """,
    subcommands: [RoleGrantCommand.self, RoleListCommand.self])
}

/// `finalverse role grant`: gives a player a role.
struct RoleGrantCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grant",
    abstract: "Give a player a role in place of the one it has.",
    discussion: """
      It holds from the player's next request on, whether connected or not, and is in the log with its reason. The role player is that of \
      everybody: giving it takes any other away.

      Example:
        finalverse role grant --player 1000 --role moderator --reason "looks after newcomers"
      """)

  @OptionGroup var server: OperatorOptions

  @Option(help: ArgumentHelp("The player's number.", valueName: "N"))
  var player: UInt64

  @Option(
    help: ArgumentHelp("player, moderator, designer, analyst or operator.", valueName: "ROLE"),
    transform: Role.named)
  var role: Role

  @Option(help: ArgumentHelp("Why; up to 200 characters.", valueName: "TEXT"))
  var reason: String

  @Flag(help: "One JSON object.")
  var json = false

  func run() async throws {
    let position = try await server.withClient { client in
      try await client.submit(.changeRole(of: player, to: role, reason: reason))
    }
    if json {
      let result = JSONText.object([
        ("player", .large(player)), ("role", .string(role.name)), ("position", .large(position)),
      ])
      print(result.text)
    } else {
      print("player \(player) is \(role.name) from position \(position) on")
    }
  }
}

/// `finalverse role list`: shows who has a role.
struct RoleListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the players who have a role.",
    discussion: """
      By number. The bearer of the operator's token is no player, and not listed.

      Example:
        finalverse role list --json
      """)

  @OptionGroup var server: OperatorOptions

  @Flag(help: "One JSON object a player.")
  var json = false

  func run() async throws {
    let profiles = try await server.withClient { client in
      var profiles: [ProfileRow] = []
      while true {
        let page = try await client.roles(after: profiles.last?.player ?? 0).value
        profiles += page
        if page.count < Players.rolesListed { return profiles }
      }
    }
    for line in json ? profiles.map(\.roleJSON) : Self.lines(profiles) { print(line) }
  }

  /// The list for people.
  static func lines(_ profiles: [ProfileRow]) -> [String] {
    guard !profiles.isEmpty else { return ["nobody has a role other than a player's"] }
    return TextTable.lines(
      [["player", "role", "name"]]
        + profiles.map { [String($0.player), $0.role.name, $0.name] }, leftAligned: [1, 2])
  }
}

extension ProfileRow {
  /// The role, for programs.
  fileprivate var roleJSON: String {
    let members: [(String, JSONText)] = [
      ("player", .large(player)), ("role", .string(role.name)), ("name", .string(name)),
    ]
    return JSONText.object(members).text
  }
}

extension Role {
  /// Reads a role's name.
  ///
  /// - Throws: `ValidationError` with the names there are.
  fileprivate static func named(_ name: String) throws -> Role {
    guard let role = allCases.first(where: { $0.name == name }) else {
      throw ValidationError("'\(name)' is no role; there are \(RoleSet.everyone.names).")
    }
    return role
  }
}
