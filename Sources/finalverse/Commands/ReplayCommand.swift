import ArgumentParser
import EventLog

/// `finalverse replay`: shows what happened, or the world as it was.
struct ReplayCommand: BesideServer {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Show what happened, entry by entry, or the world as it was.",
    discussion: """
      Reads the log, also while a server writes it, and prints its entries in order: position, \
      time, who caused it, and what happened. All options together narrow it down. An entry is \
      printed whole, because all of it happened at once.

      With --show it prints instead what the world was at a position or a time (--at), or is now:
      \(View.forms). Players and regions are meant by number, or by the name they had then.

      Examples:
        finalverse replay --limit 20
        finalverse replay --player 1000 --since 10m
        finalverse replay --kind TradeCommitted --kind inventory --json
        finalverse replay --at 5000 --show inventory Mira
        finalverse replay --at 10m --show presence
        finalverse replay market-day.fvreplay --kind trade
      """)

  @Argument(
    help: ArgumentHelp(
      "A replay file to print instead of the data directory's log.", valueName: "file"))
  var file: String?

  @OptionGroup var data: DataOptions
  @OptionGroup var entries: EntryOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Print the world as it was instead of entries.", valueName: "WHAT [WHO]"))
  var show: [String] = []

  @Option(
    help: ArgumentHelp(
      "With --show: after this position, or at this time; by default now.",
      valueName: "POSITION|TIME"))
  var at: Instant?

  @Flag(help: "One JSON object a line.")
  var json = false

  func validate() throws {
    guard file == nil || show.isEmpty else {
      throw ValidationError("--show needs a whole log: it does not go with a replay file.")
    }
    if show.isEmpty {
      guard at == nil else { throw ValidationError("--at needs --show: \(View.forms).") }
      return
    }
    _ = try View(show)
    guard entries.isEmpty else {
      throw ValidationError("--show prints the world and no entries: it goes with --at alone.")
    }
  }

  func run() throws {
    guard show.isEmpty else {
      try printWorld(View(show))
      return
    }
    var writer = LineWriter()
    defer { writer.flush() }
    let source: any EntryReader = try file.map(ReplayFile.init) ?? data.openLog()
    try entries.request.run(on: source) { entry in
      writer.write(json ? try entry.json() : entry.lines)
    }
  }

  private func printWorld(_ view: View) throws {
    let past = try PastWorld(at: at, of: data.directory, members: view.members)
    let sight = try Sight(view, of: past.fold.world, at: past.position, past.time)
    if json {
      let when: [(String, JSONText)] = [
        ("position", .large(past.position.rawValue)), ("time", .string(past.time.description)),
        ("timeUs", .large(past.time.microseconds)),
      ]
      print(JSONText.object(when + sight.members).text)
    } else {
      print("At position \(past.position) of \(past.lastPosition), \(past.time)\n\n\(sight.text)")
    }
  }
}
