import ArgumentParser

/// `finalverse archive`: compresses what will not change any more.
struct ArchiveCommand: BesideServer {
  static let configuration = CommandConfiguration(
    commandName: "archive",
    abstract: "Compress the sealed segments of the log.",
    discussion: """
      Each sealed segment is written as an archive, read back, and proved to hold the same entries under the same head; only then does it go. \
      The log reads as before. A server may be running: it does the same by itself (serve --archive-after), and one of the two waits. \
      What is stopped in between is finished by the next call.

      Examples:
        finalverse archive --data /srv/world
        finalverse archive --data /mnt/backup/world --json
      """)

  @OptionGroup var data: DataOptions

  @Option(
    help: ArgumentHelp(
      "Only segments whose last entry is older than this, such as 7d.", valueName: "AGE"))
  var olderThan: TimeSpan?

  @OptionGroup var pace: PaceOptions

  @Flag(help: "One JSON object.")
  var json = false

  func run() throws {
    let report = try ArchiveRun(
      data: data.directory, olderThan: olderThan, pace: pace.diskPace(beside: data.directory)
    ).run()
    print(json ? report.json.text : report.text)
  }
}
