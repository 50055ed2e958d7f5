import ArgumentParser
import Texts

/// `finalverse timeline`: the whole story of one thing.
struct TimelineCommand: BesideServer {
  static let configuration = CommandConfiguration(
    commandName: "timeline",
    abstract: "Tell the whole story of an item, a player, a trade or a region.",
    discussion: """
      One line an event, in order, with the names of that moment: every hand that an item passed \
      through, every step of a trade. The last line says how the thing stands at the end.

      What players said is not in the log. With --texts it is added from beside the log, as far as it \
      was not erased.

      Examples:
        finalverse timeline item 77
        finalverse timeline player 1000 --from 1h --limit 50
        finalverse timeline trade 5120 --json
      """)

  @OptionGroup var data: DataOptions

  @Argument(help: "What: item, player, trade or region.")
  var subject: EntryFilter.Subject

  @Argument(help: ArgumentHelp("Its number.", valueName: "id"))
  var number: UInt64

  @Option(
    help: ArgumentHelp(
      "Print nothing before this position or time.", valueName: "POSITION|TIME"))
  var from: Instant?

  @Option(
    help: ArgumentHelp("Look at nothing after this position or time.", valueName: "POSITION|TIME"))
  var to: Instant?

  @Option(help: ArgumentHelp("Print at most so many events.", valueName: "N"))
  var limit: Int?

  @Flag(help: "Add what players said, where it was not erased.")
  var texts = false

  @Flag(help: "One JSON object a line; the last is the end.")
  var json = false

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit is 1 or more.") }
  }

  func run() throws {
    var timeline = Timeline(of: EntryFilter.Wanted(subject, number))
    timeline.from = from
    timeline.to = to
    timeline.limit = limit
    timeline.texts = try texts ? data.openTexts(.readOnly) : nil
    var writer = LineWriter()
    defer { writer.flush() }
    let end = try timeline.run(on: data.openLog()) { line in
      writer.write(json ? try line.json() : line.text)
    }
    writer.write(json ? end.json : end.text)
  }
}

extension EntryFilter.Subject: ExpressibleByArgument {}
