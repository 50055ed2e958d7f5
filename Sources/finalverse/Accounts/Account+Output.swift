import Accounts
import EventLog
import World

extension Account {
  /// For people: all of them under one another.
  static func table(_ accounts: [Account]) -> [String] {
    let head = ["name", "player", "registered", "last used", "devices", "mail"]
    let rows = accounts.map { account in
      [
        account.name, "\(account.player)", "\(account.made)", "\(account.used)",
        "\(account.devices)", account.mail ?? "–",
      ]
    }
    return TextTable.lines([head] + rows, leftAligned: [0, 2, 3, 5])
  }

  /// For people: one.
  var text: String {
    """
    \(name), player \(player)
      mail        \(mail ?? "none")
      registered  \(made)
      last used   \(used)
      devices     \(devices) with a refresh token
      generation  \(generation)
      reset code  \(resetUntil.map { "good until \($0)" } ?? "none")
    """
  }

  /// For programs.
  var json: JSONText {
    .object([
      ("name", .string(name)),
      ("player", .large(player.rawValue)),
      ("mail", mail.map(JSONText.string) ?? .null),
      ("registered", .string("\(made)")),
      ("last_used", .string("\(used)")),
      ("devices", .number(devices)),
      ("generation", .number(Int(generation))),
      ("reset_code_until", resetUntil.map { .string("\($0)") } ?? .null),
    ])
  }
}
