import ArgumentParser
import EventLog
import Schema
import SwiftProtobuf

/// `finalverse replay`: shows what happened.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Show what happened, entry by entry.",
    discussion: """
      Reads the log, also while a server writes it, and prints its entries in order: position, time, who caused it, and what happened. All \
      options together narrow it down. An entry is printed whole, because all of it happened at once.

      Examples:
        finalverse replay --limit 20
        finalverse replay --player 1000 --since 10m
        finalverse replay --kind TradeCommitted --kind inventory --json
      """)

  @OptionGroup var data: DataOptions

  @Option(
    help: ArgumentHelp("The first position; by default the oldest.", valueName: "POSITION"))
  var from: UInt64?

  @Option(help: ArgumentHelp("The last position; by default the newest.", valueName: "POSITION"))
  var to: UInt64?

  @Option(
    help: ArgumentHelp(
      "Not before this time: 2026-02-03T04:05:06Z, 2026-02-03, or as long ago as 10m.",
      valueName: "TIME"))
  var since: Moment?

  @Option(help: ArgumentHelp("Not after this time.", valueName: "TIME"))
  var until: Moment?

  @Option(
    help: ArgumentHelp("Only what this player caused or had part in.", valueName: "NUMBER"))
  var player: UInt64?

  @Option(help: ArgumentHelp("Only what happened in this region.", valueName: "NUMBER"))
  var region: UInt64?

  @Option(help: ArgumentHelp("Only what became of this unique item.", valueName: "NUMBER"))
  var item: UInt64?

  @Option(
    help: ArgumentHelp(
      "Only entries with an event of this kind (TradeCommitted) or system (trade). May be repeated.",
      valueName: "NAME"))
  var kind: [String] = []

  @Option(help: ArgumentHelp("At most so many entries.", valueName: "N"))
  var limit: Int?

  @Flag(help: "One JSON object a line.")
  var json = false

  func validate() throws {
    if let from, from > Position.max.rawValue || from == 0 {
      throw ValidationError("Positions begin at 1.")
    }
    if let limit, limit < 1 { throw ValidationError("--limit is 1 or more.") }
    for name in kind where EventCatalogue.schema.kinds(named: name).isEmpty {
      throw ValidationError(
        "There is no kind of event or system '\(name)'. There are: \(EventCatalogue.schema.overview)."
      )
    }
  }

  func run() throws {
    var writer = LineWriter()
    defer { writer.flush() }
    try request.run(on: data.openLog()) { entry in
      writer.write(json ? try entry.json() : entry.lines)
    }
  }

  private var request: ReplayRequest {
    var request = ReplayRequest()
    request.from = from.map { Position($0) }
    request.through = to.map { min(Position($0), .max) }
    request.since = since?.timestamp
    request.until = until?.timestamp
    if !kind.isEmpty {
      request.kinds = Set(kind.flatMap { EventCatalogue.schema.kinds(named: $0) })
    }
    request.filter = EntryFilter(
      [
        player.map { .init(.player, $0) }, region.map { .init(.region, $0) },
        item.map { .init(.item, $0) },
      ].compactMap(\.self))
    request.limit = limit
    return request
  }
}
