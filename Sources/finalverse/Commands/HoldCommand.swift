import ArgumentParser
import Engine
import EventLog

/// `finalverse hold`: what is not to be removed.
struct HoldCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hold",
    abstract: "Say what 'finalverse retain' must not remove, whoever calls it.",
    discussion: """
      A hold keeps everything from a position on: for an inquiry, a dispute, a program that has not read so far. It is a file in DIR/holds, which backups \
      have too.

      Examples:
        finalverse hold set dispute-17 --from 48210 --reason "trade of 3 March is disputed"
        finalverse hold list
        finalverse hold remove dispute-17
      """,
    subcommands: [HoldSetCommand.self, HoldListCommand.self, HoldRemoveCommand.self])
}

/// `finalverse hold set`: sets a hold, or changes it.
struct HoldSetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Keep everything from a position or a time on.",
    discussion: """
      Example:
        finalverse hold set audit-2026 --from 2026-01-01 --reason "yearly audit"
      """)

  @OptionGroup var data: DataOptions

  @Argument(help: ArgumentHelp("Small letters, digits and hyphens.", valueName: "NAME"))
  var name: String

  @Option(help: ArgumentHelp("The first to be kept.", valueName: "POSITION|TIME"))
  var from: Instant

  @Option(help: ArgumentHelp("Why; up to 200 characters.", valueName: "TEXT"))
  var reason: String

  @Flag(help: "One JSON object.")
  var json = false

  func validate() throws {
    guard Hold.isName(name) else {
      throw ValidationError("A hold's name has 1 to 64 small letters, digits and hyphens.")
    }
    guard (1...Hold.reasonLengthMax).contains(reason.count) else {
      throw ValidationError("--reason has 1 to \(Hold.reasonLengthMax) characters.")
    }
  }

  func run() throws {
    let log = try data.openLog()
    let (summary, from) = (try log.summary(), max(try from.firstPosition(in: log), .first))
    guard from >= summary.firstPosition else {
      throw Failure(
        .noData,
        "what is from position \(from) on cannot be kept: the log begins at \(summary.firstPosition)."
      )
    }
    let hold = Hold(name: name, from: from, reason: reason, since: SystemClock().now())
    try HoldBook(of: data.directory).set(hold)
    print(json ? hold.json.text : "set  \(hold.sentence)")
  }
}

/// `finalverse hold list`: lists the holds.
struct HoldListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List what is held, and why.")

  @OptionGroup var data: DataOptions

  @Flag(help: "One JSON object.")
  var json = false

  func run() throws {
    _ = try data.openLog()
    let holds = try HoldBook(of: data.directory).holds()
    if json {
      print(JSONText.object([("holds", .array(holds.map(\.json)))]).text)
    } else {
      print(holds.isEmpty ? "no holds" : holds.map(\.sentence).joined(separator: "\n"))
    }
  }
}

/// `finalverse hold remove`: takes a hold away.
struct HoldRemoveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Take a hold away; nothing else is removed by that.")

  @OptionGroup var data: DataOptions

  @Argument(help: ArgumentHelp("The hold's name.", valueName: "NAME"))
  var name: String

  func run() throws {
    try HoldBook(of: data.directory).remove(name)
    print("no hold \(name) any more")
  }
}
