import ArgumentParser
import Engine
import EventLog

/// `finalverse keep`: keeps images of a position, so that the world at it and after it is found quickly.
struct KeepCommand: BesideServer {
  static let configuration = CommandConfiguration(
    commandName: "keep",
    abstract: "Keep images of the world as it is or was, for quick looks into the past.",
    discussion: """
      replay --at, --show and diff fold the world from the nearest images that are not later than the moment asked for. This keeps such \
      images under DIR/images/kept: of now, of a moment (--at), or of every so many entries (--every). A server may be running. At \
      most so many are kept (--most); the ones that are missed least are removed.

      Examples:
        finalverse keep --data /srv/world
        finalverse keep --at 2026-02-03
        finalverse keep --every 500000
      """)

  @OptionGroup var data: DataOptions

  @Option(
    help: ArgumentHelp(
      "After this position, or at this time; by default now.", valueName: "POSITION|TIME"))
  var at: Instant?

  @Option(help: ArgumentHelp("After each so many entries.", valueName: "ENTRIES"))
  var every: Int?

  @Option(help: ArgumentHelp("How many positions are kept at most.", valueName: "COUNT"))
  var most = KeptImages.most

  @Flag(help: "One JSON object.")
  var json = false

  func validate() throws {
    guard at == nil || every == nil else {
      throw ValidationError("--at and --every do not go together.")
    }
    guard every.map({ $0 > 0 }) ?? true else {
      throw ValidationError("--every takes a number of entries from 1.")
    }
    guard most > 0 else { throw ValidationError("--most takes a number from 1.") }
  }

  func run() throws {
    let keeping = Keeping(data: data.directory, wanted: wanted, most: most)
    let report = try keeping.run()
    print(json ? report.json.text : report.text)
  }

  private var wanted: Keeping.Wanted {
    if let every { .every(every) } else { .at(at) }
  }
}
