import ArgumentParser
import EventLog

/// Which entries are wanted, for every command that goes through the log.
struct EntryOptions: ParsableArguments {
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

  @Option(help: ArgumentHelp("Only what became of this trade.", valueName: "NUMBER"))
  var trade: UInt64?

  @Option(
    help: ArgumentHelp(
      "Only entries with an event of this kind (TradeCommitted) or system (trade). May be repeated.",
      valueName: "NAME"))
  var kind: [String] = []

  @Option(help: ArgumentHelp("At most so many entries.", valueName: "N"))
  var limit: Int?

  func validate() throws {
    if let from, from > Position.max.rawValue || from == 0 {
      throw ValidationError("Positions begin at 1.")
    }
    if let limit, limit < 1 { throw ValidationError("--limit is 1 or more.") }
    for name in kind where EventCatalogue.schema.kinds(named: name).isEmpty {
      throw ValidationError(
        "There is no kind of event or system '\(name)'. There are: "
          + "\(EventCatalogue.schema.overview).")
    }
  }

  /// Whether all entries are wanted.
  var isEmpty: Bool {
    from == nil && to == nil && since == nil && until == nil && wanted.isEmpty && kind.isEmpty
      && limit == nil
  }

  /// The same as a request.
  var request: ReplayRequest {
    var request = ReplayRequest()
    request.from = from.map { Position($0) }
    request.through = to.map { min(Position($0), .max) }
    request.since = since?.timestamp
    request.until = until?.timestamp
    if !kind.isEmpty {
      request.kinds = Set(kind.flatMap { EventCatalogue.schema.kinds(named: $0) })
    }
    request.filter = EntryFilter(wanted)
    request.limit = limit
    return request
  }

  private var wanted: [EntryFilter.Wanted] {
    [
      player.map { .init(.player, $0) }, region.map { .init(.region, $0) },
      item.map { .init(.item, $0) }, trade.map { .init(.trade, $0) },
    ].compactMap(\.self)
  }
}
