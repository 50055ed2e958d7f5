import ArgumentParser

/// `finalverse status`: what there is.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show what a data directory holds.",
    discussion: """
      The world, the server that runs it, the log's end and size, and how far each projection's image has come. It may be asked at any time, \
      beside a server or without one.

      Example:
        finalverse status --data /srv/world
      """)

  @OptionGroup var data: DataOptions

  @Flag(help: "One JSON object.")
  var json = false

  func run() throws {
    let report = try StatusReport(of: data.directory)
    print(json ? report.json.text : report.text)
  }
}
