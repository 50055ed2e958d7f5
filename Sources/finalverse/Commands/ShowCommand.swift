import ArgumentParser
import EventLog

/// `finalverse show`: shows the world as it is.
struct ShowCommand: ParsableCommand, BesideServer {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show the world as it is, or was.",
    discussion: """
      Prints rows of the world, computed from the log, with or without a server beside. WHAT is one of:
        \(View.forms)

      Examples:
        finalverse show clock
        finalverse show harmony
        finalverse show forecast 'Reedwater'
        finalverse show echo Lumi
        finalverse show region 'Reedwater' --at 10m
        finalverse show player 1000 --json
      """)

  @Argument(help: ArgumentHelp("What to show, and of whom.", valueName: "WHAT [WHO]"))
  var words: [String]

  @OptionGroup var data: DataOptions

  @Option(
    help: ArgumentHelp(
      "After this position, or at this time; by default now.", valueName: "POSITION|TIME"))
  var at: Instant?

  @Flag(help: "One JSON object.")
  var json = false

  func validate() throws {
    _ = try View(words)
  }

  func run() throws {
    try View(words).print(of: data.directory, at: at, json: json)
  }
}
