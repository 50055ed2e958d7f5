import ArgumentParser
import Engine
import EventLog

/// `finalverse retain`: removes what is older than is to be kept.
struct RetainCommand: BesideServer {
  static let configuration = CommandConfiguration(
    commandName: "retain",
    abstract: "Remove the oldest segments of the log. What was in them is gone for good.",
    discussion: """
      Unless it is called, everything is kept. Whole segments and archives go, the oldest first, as far as all of their entries are older than is asked for, \
      every image has been folded through them, and no hold keeps them ('finalverse hold'). Images of the position before what is left are kept first, and \
      the world is folded from there from then on. Look with --dry-run before, and make a backup: it shows later what had been there, as the head that is \
      printed proves. A server may be running.

      Examples:
        finalverse retain --newer-than 400d --dry-run
        finalverse retain --data /srv/world --newer-than 400d
        finalverse retain --from 5000000
      """)

  @OptionGroup var data: DataOptions

  @Option(
    help: ArgumentHelp("Keep what is not older than this, such as 400d.", valueName: "AGE"))
  var newerThan: TimeSpan?

  @Option(help: ArgumentHelp("Keep this position and all that follow.", valueName: "POSITION"))
  var from: UInt64?

  @Flag(help: "Only say what would go, and what keeps the rest.")
  var dryRun = false

  @Flag(help: "One JSON object.")
  var json = false

  func validate() throws {
    guard (newerThan == nil) != (from == nil) else {
      throw ValidationError("Say what to keep: either --newer-than or --from.")
    }
    guard from.map({ (1...Position.max.rawValue).contains($0) }) ?? true else {
      throw ValidationError("--from is a position: 1 or more.")
    }
  }

  func run() throws {
    let wish: RetentionPlan.Wish =
      if let from { .before(Position(from)) } else {
        .older(than: SystemClock().now() - (newerThan?.microseconds ?? 0))
      }
    let report = try Retention(data: data.directory, wish: wish, isDryRun: dryRun).run()
    print(json ? report.json.text : report.text)
  }
}
