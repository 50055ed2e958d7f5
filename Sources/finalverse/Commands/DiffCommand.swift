import ArgumentParser
import Engine
import EventLog
import World

/// `finalverse diff`: what changed between two moments.
struct DiffCommand: BesideServer {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show which rows changed between two positions, field by field.",
    discussion: """
      Folds the world up to both moments and compares all rows: how many of each table were \
      added, removed and changed, and the first few of them; with --player all that concern it.

      Examples:
        finalverse diff --from 5000 --to 6000
        finalverse diff --from 10m --player 1000
        finalverse diff --from 5000 --projection inventories --limit 100 --json
      """)

  /// Rows of each table that are shown when nobody says how many.
  private static let rowsShown = 5

  @OptionGroup var data: DataOptions

  @Option(
    help: ArgumentHelp(
      "The earlier position or time; 0 means before anything.", valueName: "POSITION|TIME"))
  var from: Instant

  @Option(
    help: ArgumentHelp("The later one; by default the newest.", valueName: "POSITION|TIME"))
  var to: Instant?

  @Option(help: ArgumentHelp("Only rows that name this player.", valueName: "NUMBER"))
  var player: UInt64?

  @Option(help: ArgumentHelp("Only this projection.", valueName: "NAME"))
  var projection: String?

  @Option(
    help: ArgumentHelp(
      "At most so many rows of each table; by default \(rowsShown), all with --player or --json.",
      valueName: "N"))
  var limit: Int?

  @Flag(help: "One JSON object a row; the last has the counts.")
  var json = false

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit is 0 or more.") }
    guard player == nil || projection == nil else {
      throw ValidationError("--player and --projection do not go together.")
    }
    if let projection, !ProjectionName.all.contains(where: { $0.name == projection }) {
      let names = ProjectionName.all.map(\.name).joined(separator: ", ")
      throw ValidationError("There is no projection '\(projection)'. There are: \(names).")
    }
  }

  func run() throws {
    let log = try data.openLog()
    let start = try from.position(in: log)
    let end = try to?.position(in: log) ?? log.summary().lastPosition
    guard start <= end else {
      throw Failure(
        .usage, "--from is position \(start), after --to, position \(end). Turn them round.")
    }
    let difference = try compare(log, from: start, to: end)
    var writer = LineWriter()
    defer { writer.flush() }
    if json {
      for line in difference.json { writer.write(line) }
    } else {
      writer.write("From position \(start) to \(end)\n\n\(difference.text)")
    }
  }

  private func compare(
    _ log: any LogReader, from start: Position, to end: Position
  ) throws -> Difference {
    let members = ProjectionName.all.filter { $0.name == projection ?? $0.name }
      .reduce(into: ProjectionSet()) { $0.formUnion($1.member) }
    var fold = try FreshFold(
      log, members: members, from: KeptImages(directory: data.directory.keptImages))
    try fold.begin(withImagesNear: start, in: data.directory.images)
    try fold.advance(showingProgressTo: start)
    var copies = RowCopies(of: members)
    fold.visitProjections(&copies)
    try fold.advance(showingProgressTo: end)
    var difference = Difference(
      from: copies, wanted: player.map { EntryFilter.Wanted(.player, $0) },
      rowsMax: limit ?? (player != nil || json ? .max : Self.rowsShown))
    fold.visitProjections(&difference)
    return difference
  }
}
