import ArgumentParser
import Engine
import EventLog

/// `finalverse record`: writes a stretch of the log to a replay file.
struct RecordCommand: BesideServer {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Write a stretch of the log to a replay file, to be handed to others.",
    discussion: """
      The file is compressed and complete in itself; 'finalverse replay FILE' prints it anywhere. \
      Entries are recorded as they are stored, whole, and the options choose which, as with \
      replay. A server may be running.

      Examples:
        finalverse record --from 5000 --to 6000 market-day.fvreplay
        finalverse record --player 1000 --since 1h of-mira.fvreplay
      """)

  @Argument(help: ArgumentHelp("The file to write; there must be none yet.", valueName: "file"))
  var file: String

  @OptionGroup var data: DataOptions
  @OptionGroup var entries: EntryOptions

  @Flag(help: "One JSON object.")
  var json = false

  func run() throws {
    let log = try data.openLog()
    let request = entries.request
    let writer = try ReplayFileWriter(
      file, logID: log.summary().logID,
      name: StatusReport.worldName(
        in: log, KeptImages(directory: data.directory.keptImages)) ?? "",
      isSelected: request.isSelective)
    try request.select(from: log) { entry, _ in try writer.append(entry) }
    guard writer.entries > 0 else {
      throw Failure(
        .noData, "no entry is as asked for, so nothing was recorded. Ask for more, or for all.")
    }
    let (header, byteCount) = try writer.finish()
    guard !json else {
      print(Self.json(file, header, byteCount).text)
      return
    }
    print(
      "\(file): \(Figures.count(header.entries, "entry", "entries")), positions "
        + "\(header.firstPosition) to \(header.lastPosition), \(Figures.bytes(byteCount))")
  }

  private static func json(
    _ file: String, _ header: ReplayFileHeader, _ byteCount: UInt64
  ) -> JSONText {
    .object([
      ("path", .string(file)),
      ("entries", .large(header.entries)),
      ("first_position", .large(header.firstPosition.rawValue)),
      ("last_position", .large(header.lastPosition.rawValue)),
      ("bytes", .large(byteCount)),
    ])
  }
}
