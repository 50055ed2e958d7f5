import ArgumentParser
import EventLog
import Texts
import World

/// `finalverse chat`: what players have said.
struct ChatTextsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chat",
    abstract: "Erase what players have said.",
    subcommands: [ChatEraseCommand.self])
}

/// `finalverse chat erase`: erases a player's texts.
struct ChatEraseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "erase",
    abstract: "Erase the texts of a player's messages, also while the world is served.",
    discussion: """
      The texts of all that the player has said, to regions and to others, and the reasons of its mutes are overwritten in the data directory. \
      That something was said, when and where, stays in the log, whose chain of hashes is untouched. Clients that have been told keep what \
      they were told, and older backups what is in them: erase there too, or delete them.

      Examples:
        finalverse chat erase --player 1000
        finalverse chat erase --player 1000 --before 2026-05-01
        finalverse chat erase --player 1000 --data /mnt/backup/world
      """)

  @OptionGroup var data: DataOptions

  @Option(help: ArgumentHelp("The player's number.", valueName: "N"))
  var player: UInt64

  @Option(
    help: ArgumentHelp("Only what was said before this time, or longer ago.", valueName: "TIME"))
  var before: Moment?

  @Flag(help: "One JSON object.")
  var json = false

  func run() throws {
    let count =
      try data.openTexts(.readWrite)?
      .erase(textsOf: PlayerID(player), before: before?.timestamp) ?? 0
    if json {
      let result = JSONText.object([("player", .large(player)), ("erased", .number(count))])
      print(result.text)
    } else {
      print("erased \(Figures.count(count, "text", "texts")) of player \(player)")
    }
  }
}
