import ArgumentParser
import EventLog
import Texts

/// `finalverse replay`: shows what happened, or the world as it was.
struct ReplayCommand: AsyncParsableCommand, BesideServer {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Show what happened, entry by entry, or the world as it was.",
    discussion: """
      Reads the log, also while a server writes it, and prints its entries in order: position, \
      time, who caused it, and what happened. All options together narrow it down. An entry is \
      printed whole, because all of it happened at once.

      What players said is not in the log. With --texts it is added from beside the log, as far as it \
      was not erased.

      With --show it prints instead what the world was at a position or a time (--at), or is now:
      \(View.forms). Players and regions are meant by number, or by the name they had then.

      With --serve it plays the entries to WebSocket clients instead, at the pace at which they \
      happened or faster, as if they happened now. Clients can watch and ask, and change nothing. \
      Ctrl-C ends it.

      Examples:
        finalverse replay --limit 20
        finalverse replay --player 1000 --since 10m
        finalverse replay --kind TradeCommitted --kind inventory --json
        finalverse replay --at 5000 --show inventory Mira
        finalverse replay --at 10m --show presence
        finalverse replay --kind chat --texts
        finalverse replay market-day.fvreplay --kind trade
        finalverse replay market-day.fvreplay --serve 127.0.0.1:7778 --speed 60 --as 1003 --loop
      """)

  @Argument(
    help: ArgumentHelp(
      "A replay file to print instead of the data directory's log.", valueName: "file"))
  var file: String?

  @OptionGroup var data: DataOptions
  @OptionGroup var entries: EntryOptions
  @OptionGroup var play: PlayOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Print the world as it was instead of entries.", valueName: "WHAT [WHO]"))
  var show: [String] = []

  @Option(
    help: ArgumentHelp(
      "With --show: after this position, or at this time; by default now.",
      valueName: "POSITION|TIME"))
  var at: Instant?

  @Flag(help: "Add what players said, where it was not erased.")
  var texts = false

  @Flag(help: "One JSON object a line.")
  var json = false

  func validate() throws {
    guard file == nil || show.isEmpty else {
      throw ValidationError("--show needs a whole log: it does not go with a replay file.")
    }
    if play.address != nil {
      guard show.isEmpty, at == nil, !json, !texts else {
        throw ValidationError(
          "--serve prints nothing: it does not go with --show, --at, --json or --texts.")
      }
      guard !entries.request.isSelective, entries.limit == nil else {
        throw ValidationError(
          "--serve plays all of a stretch: choose it by --from, --to, --since and --until alone.")
      }
      guard file != nil || !play.loop else {
        throw ValidationError("--loop plays a replay file again and again: name one.")
      }
    }
    guard !texts || file == nil && show.isEmpty else {
      throw ValidationError("--texts goes with the entries of a data directory alone.")
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

  func run() async throws {
    if let address = play.address {
      let (request, directory) = (entries.request, data.directory)
      let server = PlayServer(address: address, options: play.options)
      guard let file else {
        return try await server.run(PlayedStretch(of: directory, request), again: nil)
      }
      let stretch: @Sendable () throws -> PlayedStretch = {
        try PlayedStretch(ofFile: file, request, data: directory)
      }
      return try await server.run(stretch(), again: play.loop ? stretch : nil)
    }
    guard show.isEmpty else {
      return try View(show).print(of: data.directory, at: at, json: json)
    }
    var writer = LineWriter()
    defer { writer.flush() }
    let source: any EntryReader = try file.map(ReplayFile.init) ?? data.openLog()
    let texts = try texts ? data.openTexts(.readOnly) : nil
    try entries.request.run(on: source) { entry in
      var entry = entry
      if let texts { try entry.addTexts(from: texts) }
      writer.write(json ? try entry.json() : entry.lines)
    }
  }
}
